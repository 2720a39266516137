"""The life of a ticket: whatever happens in whatever order, nobody is left in limbo."""

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.desk.drawn import drawn
from handlers.desk.lifecycle import EDGES, Edge, Edges
from handlers.desk.ticket import Alarm, State
from tests.handlers.lifecycle_model import Broken, play
from tests.source import ROOT

TIMED = [edge for edge in EDGES if isinstance(edge[1], Alarm)]
FEW, LIVES = 500, 1500


def life(seed: int) -> bytes:
    chance = Random(seed)
    return chance.randbytes(chance.randrange(10, 60))


lives = given(st.binary(min_size=2, max_size=80))
careful = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@settings(careful, max_examples=200)
@lives
def test_nobody_is_left_in_limbo(data: bytes) -> None:
    play(data)


@pytest.mark.soak
@settings(careful, max_examples=10_000)
@lives
def test_nobody_is_left_in_limbo_in_many_lives(data: bytes) -> None:
    play(data)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(7))
def test_nobody_is_left_in_limbo_in_many_long_lives(part: int) -> None:
    for seed in range(part * LIVES, (part + 1) * LIVES):
        play(life(seed))


class Walked(dict[tuple[State, Any], Edge]):
    """Edges that remember which of them were walked."""

    def __init__(self, edges: Edges) -> None:
        super().__init__(edges)
        self.walked: set[tuple[State, Any]] = set()

    def get(self, key: Any, default: Any = None) -> Any:
        self.walked.add(key)
        return super().get(key, default)


def test_nobody_is_left_in_limbo_in_long_lives_that_walk_every_edge() -> None:
    """So that the property says something about each of them."""
    edges = Walked(EDGES)
    for seed in range(FEW):
        play(life(seed), edges)
    assert set(EDGES) <= edges.walked


@pytest.mark.parametrize("gone", TIMED, ids=[f"{state}-{alarm}" for state, alarm in TIMED])
def test_without_any_one_of_its_timed_exits_somebody_is_left_in_limbo(gone: tuple[State, Alarm]) -> None:
    edges = {edge: step for edge, step in EDGES.items() if edge != gone}
    with pytest.raises(Broken):
        for seed in range(LIVES):
            play(life(seed), edges)


def test_the_document_draws_every_edge() -> None:
    """`python -m handlers.desk.drawn` writes the table."""
    assert drawn() in (ROOT / "docs" / "desk.zh-CN.md").read_text("utf-8")
