"""The declarations of all doors: complete, in README's tables, and what the channels really go by."""

from pathlib import Path
from typing import get_args

import pytest

from bot.channels.declared import DOORS, READMES, WORDINGS, Door, facts, main, renewed, table
from bot.channels.door import Capabilities
from bot.channels.settings import AibotDoor, AppDoor, KfDoor, WebhookDoor
from bot.types.actions import Content
from tests.channels.sealing import aibot_channel, app_channel
from tests.source import ROOT

PLACES = {"内部群", "客户群", "成员", "客户"}
KINDS = {get_args(kind.__annotations__["type"])[0] for kind in get_args(get_args(Content)[0])}


def declared() -> list[Capabilities]:
    return [door.capabilities for door in DOORS]


@pytest.mark.parametrize("name", READMES)
def test_readmes_show_what_the_doors_declare(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert text == renewed(text, READMES[name]), "run: .venv/bin/python -m bot.channels.declared"


def test_a_table_is_renewed_between_its_marks_alone(tmp_path: Path) -> None:
    for name in READMES:
        (tmp_path / name).write_text("一\n<!-- doors -->\nold\n<!-- /doors -->\n二", encoding="utf-8")
    assert main(tmp_path) == 0
    shown = (tmp_path / "README.zh-CN.md").read_text(encoding="utf-8")
    assert shown == f"一\n<!-- doors -->\n{table('zh')}\n<!-- /doors -->\n二"
    with pytest.raises(ValueError, match="doors"):
        renewed("no marks", "zh")


def test_every_kind_and_mode_of_channel_is_declared() -> None:
    sections = (AppDoor, AibotDoor, KfDoor, WebhookDoor)
    written = {kind: get_args(kind.model_fields["mode"].annotation) for kind in (AibotDoor,)}
    made = [kind.model_construct(mode=mode) for kind, modes in written.items() for mode in modes]
    made += [kind.model_construct() for kind in sections]
    assert all(any(door.capabilities is known for known in declared()) for door in made)
    assert len({id(door.capabilities) for door in made}) == len(DOORS)
    assert app_channel().capabilities is AppDoor.model_construct().capabilities
    assert aibot_channel().capabilities is AibotDoor.model_construct(mode="url").capabilities


@pytest.mark.parametrize("door", DOORS, ids=[door.en for door in DOORS])
def test_a_declaration_is_complete(door: Door) -> None:
    can = door.capabilities
    heard = {topic for service in can.serves.values() for topic in service.hears}
    assert can.serves and set(can.serves) <= PLACES and can.carries <= KINDS and "text" in can.carries
    assert can.text_bytes > 0 and can.picture_bytes > 0 and can.file_bytes > 0
    assert all(set(said.words) >= heard | can.carries for said in WORDINGS.values())
    assert can.hears == bool(heard) and f"{can.text_bytes} 字节" in facts(can)
