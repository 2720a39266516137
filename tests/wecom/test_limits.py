"""Budgets that never let WeCom drop a message."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from bot.wecom.limits import SLACK, Limits

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
RATES = ((60, 3), (3600, 5))


def seconds(number: float) -> datetime:
    return NOW + timedelta(seconds=number)


async def test_a_full_window_says_how_long_to_wait(redis: Redis) -> None:
    limits = Limits(redis)
    assert [await limits.take("a", RATES, seconds(n)) for n in (0, 1, 2)] == [None] * 3
    assert await limits.take("a", RATES, seconds(2)) == timedelta(seconds=58) + SLACK
    assert await limits.take("a", RATES, seconds(61.9)) == timedelta(seconds=0.1)
    assert await limits.take("a", RATES, seconds(62)) is None


async def test_the_hour_counts_what_the_minute_has_forgotten(redis: Redis) -> None:
    limits = Limits(redis)
    assert [await limits.take("a", RATES, seconds(100 * n)) for n in range(5)] == [None] * 5
    assert await limits.take("a", RATES, seconds(500)) == timedelta(seconds=3100) + SLACK
    assert await limits.take("a", RATES, seconds(3602)) is None


async def test_what_was_refused_costs_nothing(redis: Redis) -> None:
    limits = Limits(redis)
    for number in (0, 1, 2, 3, 4, 5):
        await limits.take("a", RATES, seconds(number))
    assert await limits.take("a", RATES, seconds(62)) is None
    assert await limits.take("a", RATES, seconds(63)) is None


async def test_destinations_and_bots_do_not_share(redis: Redis) -> None:
    limits, other = Limits(redis), Limits(redis, prefix="other")
    for budget, key in ((limits, "a"), (limits, "b"), (other, "a")):
        assert [await budget.take(key, RATES, NOW) for _ in range(4)].count(None) == 3


async def test_processes_share_one_budget(redis: Redis) -> None:
    spent = await asyncio.gather(*(Limits(redis).take("a", ((60, 30),), NOW) for _ in range(50)))
    assert spent.count(None) == 30


@pytest.mark.parametrize("back", [1, 100_000])
async def test_a_clock_that_went_back_waits_no_longer_than_the_window(redis: Redis, back: int) -> None:
    limits = Limits(redis)
    for _ in range(3):
        await limits.take("a", RATES, NOW)
    wait = await limits.take("a", RATES, seconds(-back))
    assert wait is not None and wait <= timedelta(seconds=60) + SLACK


async def test_nothing_is_kept_for_ever(redis: Redis) -> None:
    limits = Limits(redis)
    for number in range(20):
        await limits.take("a", RATES, seconds(1000 * number))
    assert await redis.llen("qb:rate:a") == 5
    assert 0 < await redis.pttl("qb:rate:a") <= 3602_000
