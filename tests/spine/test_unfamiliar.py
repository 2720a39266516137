"""A kind that nothing is made for is told of once."""

import logging

import pytest

from bot.metrics import Metrics
from bot.types.events import Conversation, Noticed
from bot.unfamiliar import MOST, Unfamiliar
from tests.spine.house import START, message


def noticed(name: str, door: str = "app:助手") -> Noticed:
    where = Conversation(door, "direct", "li.na")
    return Noticed(id=name, conversation=where, at=START, received_at=START, name=name)


def test_each_kind_of_each_door_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    unfamiliar = Unfamiliar()
    for event in (noticed("a"), noticed("a"), noticed("b"), noticed("a", "kf:客服"), message("m1"), noticed("b")):
        unfamiliar.look(event)
    assert [record.getMessage().split("，")[0] for record in caplog.records] == [
        "app:助手 第一次送来 a",
        "app:助手 第一次送来 b",
        "kf:客服 第一次送来 a",
    ]


def test_what_is_counted_is_told_of(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    metrics = Metrics()
    for _ in range(3):
        metrics.heard(noticed("a"))
    assert len(caplog.records) == 1
    assert metrics.registry.get_sample_value("qunban_heard_total", {"door": "app:助手", "kind": "a"}) == 3


def test_a_flood_of_kinds_does_not_flood_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    unfamiliar = Unfamiliar()
    for number in range(MOST + 10):
        unfamiliar.look(noticed(str(number)))
    assert len(caplog.records) == MOST
