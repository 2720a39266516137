"""What a manager may write about 微信客服, and what is told of what cannot be."""

from pathlib import Path

import pytest

from bot.app import load_config
from bot.channels.settings import CHANNELS, KfDoor
from bot.config import ConfigError

HEAD = '[wecom]\ncorp_id = "ww1111222233334444"\n'
DOOR = """
[[channels]]
kind = "kf"
name = "{name}"
secret = "env:S"
token = "env:T"
aes_key = "env:A"
{more}
"""
ENVIRON = {"S": "secret", "T": "token", "A": "a" * 43}


def load(folder: Path, *doors: str, more: str = "") -> tuple[KfDoor, list[str]]:
    """The first door, and the warnings."""
    path = folder / "config.toml"
    written = [DOOR.format(name=f"客服{number}", more=door) for number, door in enumerate(doors)]
    path.write_text("\n".join([HEAD, *written, more]), "utf-8")
    config = load_config(path, ENVIRON)
    door = config[CHANNELS][0]
    assert isinstance(door, KfDoor)
    return door, [f"{finding.key}: {finding.message}" for finding in config.warnings]


def problems(folder: Path, *doors: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(folder, *doors)
    return [f"{error.key}: {error.message}" for error in caught.value.errors]


def test_one_account_or_several_each_with_its_way_to_a_person(tmp_path: Path) -> None:
    door, _ = load(tmp_path, 'open_kfid = "wkShop1"')
    assert door.handovers() == {"wkShop1": "native"}
    several = (
        'handover = "pool"\naccounts = [{open_kfid = "wkA1"}, {open_kfid = "wkB1", name = "售后", handover = "relay"}]'
    )
    door, _ = load(tmp_path, several)
    assert door.handovers() == {"wkA1": "pool", "wkB1": "relay"}


def test_accounts_must_be_named_once_and_in_one_way(tmp_path: Path) -> None:
    (missing,) = problems(tmp_path, "")
    assert missing.startswith("channels[0].open_kfid: 微信客服要写一个 open_kfid")
    both = 'open_kfid = "wkA1"\naccounts = [{open_kfid = "wkB1"}]'
    assert "二选一" in problems(tmp_path, both)[0]
    twice = 'accounts = [{open_kfid = "wkA1"}, {open_kfid = "wkA1"}]'
    assert problems(tmp_path, twice) == ["channels[0].accounts[1].open_kfid: 这个账号写了两次，留一个"]
    shared = problems(tmp_path, 'open_kfid = "wkA1"', 'open_kfid = "wkA1"')
    assert shared == ["channels[1].open_kfid: 账号 wkA1 已经在别的入口里，一个账号只能由一个入口收发"]


@pytest.mark.parametrize(
    ("written", "said"),
    [('open_kfid = "kf001"', "wk 开头"), ('open_kfid = "wkA1"\nhandover = "phone"', "handover"), ("open_kfid = 7", "")],
)
def test_nonsense_is_told(tmp_path: Path, written: str, said: str) -> None:
    assert said in problems(tmp_path, written)[0]


def test_relay_without_a_desk_is_warned_of(tmp_path: Path) -> None:
    _, warnings = load(tmp_path, 'open_kfid = "wkA1"\nhandover = "relay"')
    assert any(warning.startswith('channels[0].handover: handover = "relay" 要有自建应用') for warning in warnings)
