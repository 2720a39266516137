"""How far the learning is: seen where people ask how the bot is."""

from pathlib import Path

from handlers.understand.model import Model, State
from knowledge.vectors import KeptEncoder
from tests.knowledge.standin import Standin


def test_people_see_how_much_is_learnt_until_all_is(tmp_path: Path) -> None:
    told: list[tuple[str, str]] = []
    model = Model("none", tmp_path, lambda what, done: told.append((f"{done:.0%}", str(model))))
    model.state = State.READY
    KeptEncoder(Standin(), tmp_path, model.report).encode([str(number) for number in range(32)])
    assert [share for share, _ in told] == ["0%", "50%", "100%"]
    assert told[1][1].endswith("，正在学习问答的意思 50%")
    assert told[2][1] == str(model) == "按词和意思（none）"
