"""Who and where, and what can be wrong with it."""

from pathlib import Path

import pytest

from bot.config import ConfigError
from bot.types.events import Conversation
from handlers.directory import Roster
from tests.handlers.conftest import SHIPPED
from tests.handlers.stage import read

CHANNELS = """
[[channels]]
kind = "app"
name = "助手"
agent_id = 1000002
secret = "env:A"
token = "env:B"
aes_key = "env:C"
[[channels]]
kind = "aibot"
name = "小助手"
token = "env:D"
aes_key = "env:E"
"""


def problems(folder: Path, toml: str) -> list[tuple[int, str, str]]:
    """What is wrong with a configuration: line, key, message."""
    path = folder / "config.toml"
    path.write_text(CHANNELS + toml, encoding="utf-8")
    try:
        findings = read(path).warnings
    except ConfigError as error:
        findings = (*error.errors, *error.warnings)
    first = CHANNELS.count("\n")
    return [(one.line - first, one.key, one.message) for one in findings if "环境变量" not in one.message]


def test_people_are_known_in_any_case_and_groups_byte_for_byte() -> None:
    roster = Roster.of(read(SHIPPED))
    assert roster.member("app:助手", "MEI01").name == "小美"
    assert roster.member("app:助手", "wmExternal").id == "wmExternal"
    group = "wrMuyuNeiceQun0000000000000001"
    assert roster.group(Conversation("aibot:小助手", "group", group)) is not None
    assert roster.group(Conversation("aibot:小助手", "group", group.lower())) is None
    assert roster.group(Conversation("aibot:别的", "group", group)) is None
    assert [member.name for member in roster.with_role("售后组")] == ["小美", "阿宁"]


@pytest.mark.parametrize(
    ("toml", "line", "key", "says"),
    [
        ('[[groups]]\nname="甲"\nid="wr1"\ndoors=["aibot:没有"]', 4, "groups[0].doors[0]", "aibot:小助手"),
        ('[[groups]]\nname="甲"\nid="wr1"\nkind="客户群"\ndoors=["aibot:小助手"]', 5, "groups[0].doors[0]", "微信客服"),
        ('[[groups]]\nname="甲"\nid="wr1"\ndoors=["app:助手"]', 4, "groups[0].doors[0]", "aibot"),
        ('[[groups]]\nname="甲"\nid="wr1"\n[[groups]]\nname="乙"\nid="wr1"', 6, "groups[1].id", "第 1 个"),
        ('[[people]]\nname="甲"\nuserid="a"\n[[people]]\nname="乙"\nuserid="A"', 6, "people[1].userid", "第 1 个"),
        ('[[teams]]\nname="甲"', 2, "teams[0].name", "还没有人"),
        ('[[teams]]\nname="甲"\nfirst_response="0s"', 3, "teams[0].first_response", "大于 0"),
        ('[[teams]]\nname="甲"\nnext_response=5', 3, "teams[0].next_response", "要带单位"),
        ('[[teams]]\nname="甲"\nresolution="100d"', 3, "teams[0].resolution", "最多 90 天"),
        ('[[teams]]\nname="甲"\naccept="很快"', 3, "teams[0].accept", "2h"),
        ('[[teams]]\nname="甲"\nassign="随便"', 3, "teams[0].assign", "最闲"),
        ('[[teams]]\nname="甲"\ncapacity=0', 3, "teams[0].capacity", "1"),
        ('[[teams]]\nname="甲"\ncapacity="5"', 3, "teams[0].capacity", "整数"),
        ('[[teams]]\nname="甲"\nsticky="是"', 3, "teams[0].sticky", "true"),
        ('[[teams]]\nname="甲"\nlead="没有"', 3, "teams[0].lead", "没有叫“没有”的人"),
        ('[[teams]]\nname="甲"\nmanager=["没有"]', 3, "teams[0].manager[0]", "没有叫“没有”的人"),
        ('[[people]]\nname="甲"\nuserid="a"\nskills=[" 退款"]', 4, "people[0].skills[0]", "空格"),
        ('[escalation]\nteam="没有"', 2, "escalation.team", "没有叫“没有”的小组"),
        ('[[replies]]\nname="甲"\nexact="a"\nreply="b"\nroles=["店员"]', 5, "replies[0].roles[0]", "一个都还没有写"),
        ('[[replies]]\nname="甲"\nexact="a"\nreply="b"\ngroups=["没有"]', 5, "replies[0].groups[0]", "群"),
        ('[[replies]]\nname="甲"\nexact="a"\nreply="{nick}"', 4, "replies[0].reply", "{nickname}"),
        ('[[welcome]]\nname="甲"\nfirst="你好"\ngroups=["没有"]', 4, "welcome[0].groups[0]", "没有叫"),
        (
            '[screening]\nwords=["根治"]\n[[replies]]\nname="甲"\nexact="a"\nreply="能根治"',
            6,
            "replies[0].reply",
            "根治",
        ),
    ],
)
def test_a_wrong_configuration_names_the_line_and_the_cure(
    tmp_path: Path, toml: str, line: int, key: str, says: str
) -> None:
    found = problems(tmp_path, toml)
    assert any(at == line and where == key and says in message for at, where, message in found), found


def test_the_shipped_community_is_as_large_as_promised() -> None:
    from handlers.directory import PEOPLE, TEAMS
    from handlers.keyword import REPLIES

    config = read(SHIPPED)
    assert len(config[REPLIES]) >= 26
    assert len(config[TEAMS]) == 1
    assert {"管理员", "售后组"} <= {role for person in config[PEOPLE] for role in person.roles}
    assert not [one for one in config.warnings if "环境变量" not in one.message]
