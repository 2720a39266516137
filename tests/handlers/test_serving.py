"""What works where: the doors' declarations against what a configuration asks for."""

from pathlib import Path

import pytest

from handlers.serving import FEATURES, HEADS, lacks, places
from tests.handlers.stage import read
from tests.handlers.test_directory import CHANNELS, problems

PUSH = '[[channels]]\nkind="webhook"\nname="推送"\nkey="env:F"\n'
SOCKET = '[[channels]]\nkind="aibot"\nname="长连"\nmode="socket"\nbot_id="b"\nsecret="env:G"\n'
KF = '[[channels]]\nkind="kf"\nname="客服"\nsecret="env:H"\ntoken="env:I"\naes_key="env:J"\nopen_kfid="wkA1"\n'
CORP = '[wecom]\ncorp_id="ww6d75797500000001"\n'


def group(*doors: str, **more: str) -> str:
    written = {"name": '"甲"', "id": '"wr1"', "doors": str(list(doors)), **more}
    return "[[groups]]\n" + "".join(f"{key} = {value}\n" for key, value in written.items() if value)


STAFF = '[[teams]]\nname="售后组"\n'


def table(folder: Path, toml: str, channels: str = CHANNELS, staff: str = STAFF) -> dict[tuple[str, str], str]:
    """The marks of each place and door, as one word."""
    path = folder / "config.toml"
    path.write_text(channels + CORP + staff + toml, encoding="utf-8")
    return {(place.name, place.door): "".join(place.marks.values()) for place in places(read(path))}


def test_each_group_and_each_chat_shows_what_works(tmp_path: Path) -> None:
    assert HEADS[2:] == ("回答", "转人工", "欢迎", "按钮", "主动说")
    shown = table(tmp_path, PUSH + SOCKET + KF + group("aibot:小助手", "webhook:推送", "aibot:长连"))
    assert shown == {
        ("甲", "aibot:小助手"): "@✓✗✓✗",
        ("甲", "webhook:推送"): "✗✗✗✗✓",
        ("甲", "aibot:长连"): "@✓✗✓✓",
        ("成员一对一", "app:助手"): "✓✓✓✓✓",
        ("成员一对一", "aibot:小助手"): "✓✓✓✓✗",
        ("成员一对一", "aibot:长连"): "✓✓✓✓✓",
        ("客户一对一", "kf:客服"): "✓✓✓✓✗",
    }


def test_what_a_group_has_switched_off_is_shown_as_that(tmp_path: Path) -> None:
    shown = table(tmp_path, group("aibot:小助手", features='["faq"]'))
    assert shown["甲", "aibot:小助手"] == "@关✗✓✗"


@pytest.mark.parametrize(("channels", "staff"), [(CHANNELS, ""), ("", STAFF)])
def test_nobody_is_called_where_nobody_could_come(tmp_path: Path, channels: str, staff: str) -> None:
    relayed = KF.replace('name="客服"', 'name="转达"\nhandover="relay"').replace("wkA1", "wkA2")
    shown = table(tmp_path, SOCKET + KF + relayed + group("aibot:长连", features='["faq"]'), channels, staff)
    assert [marks[1] for marks in (shown["成员一对一", "aibot:长连"], shown["客户一对一", "kf:转达"])] == ["✗", "✗"]
    assert shown["客户一对一", "kf:客服"][1] == "✓" and shown["甲", "aibot:长连"][1] == "关"
    told = [one for one in lacks(read(tmp_path / "config.toml")) if "“转人工”" in one]
    assert told and all("没有人接" in one and "自建应用" in one for one in told)


def test_a_group_without_doors_has_all_that_hear_it_and_no_webhook(tmp_path: Path) -> None:
    shown = table(tmp_path, PUSH + group(doors=""))
    assert [door for name, door in shown if name == "甲"] == ["aibot:小助手"]


def test_what_does_not_work_is_told_with_its_reason_and_the_nearest_thing(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(CHANNELS + CORP + PUSH + group("webhook:推送"), encoding="utf-8")
    told = [one for one in lacks(read(path)) if one.startswith("webhook:推送 在甲")]
    assert len(told) == 4 and all("最接近的办法" in one for one in told)
    assert "听不到" in told[0] and "aibot" in told[0]


@pytest.mark.parametrize(
    ("toml", "key", "why", "nearest"),
    [
        (group("aibot:小助手", kind='"客户群"'), "groups[0].doors[0]", "进不了客户群", "微信客服"),
        (PUSH + group("webhook:推送", kind='"客户群"'), "groups[0].doors[0]", "加不进客户群", "微信客服"),
        (KF + group("kf:客服"), "groups[0].doors[0]", "一对一", "aibot"),
        (group("app:助手"), "groups[0].doors[0]", "一对一", "aibot"),
        (group("aibot:小助手", features='["faq", "welcome"]'), "groups[0].features[1]", "有人进群", "单聊"),
        (PUSH + group("webhook:推送", features='["faq"]'), "groups[0].features[0]", "听不到", "aibot"),
        (PUSH + group("webhook:推送", features='["escalation"]'), "groups[0].features[0]", "听不到", "aibot"),
        (PUSH + group("webhook:推送", features='["draws"]'), "groups[0].features[0]", "听不到", "aibot"),
        (
            PUSH + group("webhook:推送") + '[[welcome]]\nname="欢"\nfirst="好"\ndoors=["webhook:推送"]',
            "welcome[0].doors[0]",
            "听不到有人来",
            "单聊",
        ),
        (
            PUSH + group("webhook:推送") + group("webhook:推送", name='"乙"', id='"wr2"'),
            "groups[1].doors",
            "一个消息推送只在一个群",
            "再加一个",
        ),
    ],
)
def test_what_a_door_cannot_carry_is_refused_with_the_nearest_thing_that_works(
    tmp_path: Path, toml: str, key: str, why: str, nearest: str
) -> None:
    found = {where: message for _, where, message in problems(tmp_path, CORP + toml)}
    assert key in found and why in found[key] and nearest in found[key], found


def test_one_door_of_a_group_is_enough_for_a_feature(tmp_path: Path) -> None:
    toml = CORP + PUSH + group("webhook:推送", "aibot:小助手", features='["faq", "escalation"]')
    assert problems(tmp_path, toml) == []


def test_a_group_that_is_only_spoken_to_needs_no_id(tmp_path: Path) -> None:
    assert problems(tmp_path, CORP + PUSH + group("webhook:推送", id="")) == []
    assert [where for _, where, _ in problems(tmp_path, CORP + group("aibot:小助手", id=""))] == ["groups[0].id"]


def test_a_webhook_that_no_group_uses_is_told(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, CORP + PUSH)
    assert found[1] == "channels[2].name" and "webhook:推送" in found[2]


def test_every_feature_that_a_group_can_switch_is_judged() -> None:
    assert {feature.key for feature in FEATURES if feature.key} == {"faq", "escalation", "welcome"}
