"""docs/connect.zh-CN.md, followed to the letter, ends in green."""

import re
from collections.abc import Iterator, Mapping

import pytest

from bot.app import load_config
from bot.cli.dispatch import find, parser_of
from bot.cli.doctor import diagnoses
from bot.cli.doctor.diagnosis import Diagnosis
from tests.doctor.conftest import BOT_KEY, Clinic
from tests.source import ROOT

KEY = "6f9a1c1e-0b7d-4c55-9a43-2f1f5a0e7d10"


@pytest.fixture(scope="module")
def document() -> str:
    """What it says."""
    return (ROOT / "docs" / "connect.zh-CN.md").read_text("utf-8")


def blocks(document: str, language: str) -> Iterator[str]:
    """The code blocks in a language, without their indent."""
    for indent, body in re.findall(rf"^( *)```{language}\n(.*?)^ *```", document, re.MULTILINE | re.DOTALL):
        yield re.sub(rf"^{indent}", "", body, flags=re.MULTILINE)


def values(written: str) -> Mapping[str, str]:
    """A value of the right shape for every secret that is named."""
    shapes = {"AES_KEY": BOT_KEY, "TOKEN": "Token123", "URL": f"https://qyapi.weixin.qq.com/x?key={KEY}"}
    names = set(re.findall(r'"env:(\w+)"', written))
    return {name: next((value for tail, value in shapes.items() if name.endswith(tail)), "Secret123") for name in names}


def test_its_configuration_passes_the_check_step_by_step(document: str, clinic: Clinic) -> None:
    written = ""
    for block in blocks(document, "toml"):
        written += block
        (clinic.folder / "config.toml").write_text(written, "utf-8")
        config = load_config(clinic.folder / "config.toml", values(written), need_secrets=True)
    assert config.warnings == ()
    assert {channel.kind for channel in config.values["channels"]} == {"aibot", "app", "kf", "webhook"}


def test_its_commands_are_right(document: str) -> None:
    lines = [line.partition("  #")[0] for block in blocks(document, "sh") for line in block.splitlines()]
    lines += re.findall(r"`(qunban [^`]+)`", document)
    commands = [re.findall(r'"[^"]*"|\'[^\']*\'|\S+', line) for line in lines if line.startswith("qunban ")]
    for _, name, *words in commands:
        command = find(name)
        assert command is not None, name
        parser_of(command).parse_args([word.strip("\"'") for word in words])
    assert len(commands) > 12


def test_the_diagnoses_that_it_explains_are_made(document: str) -> None:
    titles = {one.title for one in vars(diagnoses).values() if isinstance(one, Diagnosis)}
    explained = re.search(r"\| 它说 .*?\n\n", document, re.DOTALL)
    assert explained is not None
    said = [row.split("|")[1].strip() for row in explained[0].strip().splitlines()[2:]]
    assert len(said) > 8
    assert set(said) <= titles


async def test_what_it_leads_to_is_green(document: str, clinic: Clinic) -> None:
    written = "".join(blocks(document, "toml"))
    replaced = {
        'corp_id = "ww1234567890abcdef"': f'corp_id = "{clinic.wecom.corp_id}"\napi = "{clinic.wecom.url}"\n'
        f'socket = "{clinic.wecom.socket_url}"',
        "127.0.0.1:8080": f"127.0.0.1:{clinic.port}",
        "https://bot.example.com": clinic.gateway.url,
    }
    for old, new in replaced.items():
        assert old in written
        written = written.replace(old, new)
    connect(clinic, written)
    (clinic.folder / "config.toml").write_text(written, "utf-8")
    report = await clinic.examine()
    assert report["ok"], report
    assert {step["state"] for step in report["steps"]} == {"passed"}


def connect(clinic: Clinic, written: str) -> None:
    """Make in the console what the document says, and put its secrets into the environment."""
    kfid = re.search(r'open_kfid = "(\w+)"', written)
    bot = re.search(r'bot_id = "(\w+)"', written)
    assert kfid is not None and bot is not None
    clinic.wecom.add_member("mei01", "小美")
    clinic.wecom.add_bot("长线", bot_id=bot[1], secret="LongSecret0001")
    kf = clinic.wecom.add_kf("客服", secret="KfSecret0001", token="KfToken")
    clinic.wecom.kf.open_account(kf, kfid[1], "小店客服", servicers=["mei01"])
    clinic.wecom.add_group("wrDoc", "群", members=["mei01"])
    key = clinic.wecom.add_webhook("wrDoc", "播报").key
    clinic.say(
        WECOM_BOT_SECRET="LongSecret0001",
        WECOM_APP_SECRET=clinic.app.secret,
        WECOM_APP_TOKEN=clinic.app.token,
        WECOM_APP_AES_KEY=clinic.app.aes_key,
        WECOM_KF_SECRET=kf.secret,
        WECOM_KF_TOKEN=kf.token,
        WECOM_KF_AES_KEY=kf.aes_key,
        WECOM_WEBHOOK_URL=f"{clinic.wecom.url}/cgi-bin/webhook/send?key={key}",
    )
