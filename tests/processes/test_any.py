"""Whichever process is asked: repeats get the stored answer and polls the stream, from one that decided none of it."""

import asyncio
from pathlib import Path

from bot.simulator import App, Disorder, Journal, Posted
from tests.faults.victim import Victim
from tests.processes.conftest import Servers
from tests.processes.fleet import Fleet, fleet

# Enough of them for conversations of both processes.
PEOPLE = [f"emma{number}" for number in range(6)]
ANSWER = "答案7"


async def test_a_repeat_gets_the_stored_answer_from_another_process(tmp_path: Path, servers: Servers) -> None:
    async with fleet(tmp_path, servers.stores, processes=2, messages=0, disorder=Disorder(lost_answers=1.0)) as bots:
        first, second = await started(bots)
        told = {}
        for door in (bots.world.app, bots.world.bot):
            bots.world.wecom.disorder = Disorder(lost_answers=1.0)
            connect(bots, first)
            asked = await ask(bots, door)
            await bots.world.wecom.journal.wait_for(lambda journal, asked=asked: ended(journal, asked, 1), 30)
            bots.world.wecom.disorder = Disorder()
            connect(bots, second)
            await bots.world.wecom.journal.wait_for(lambda journal, asked=asked: ended(journal, asked, 2), 30)
            await bots.world.wecom.journal.wait_for(lambda _, asked=asked: all(seen(bots, asked)), 30)
            # What the first answered was lost on the way, so whatever anybody saw came from the second.
            assert seen(bots, asked) == [[ANSWER]] * len(PEOPLE)
            told[door] = await answered(bots, second, door)
        assert bots.world.wecom.journal.records("conflict") == []
        # On a slow machine an answer may miss the time in which WeCom takes it, and is sent instead.
        assert sum(told.values()) > 0


async def test_a_stream_that_one_process_began_is_shown_by_another(tmp_path: Path, servers: Servers) -> None:
    async with fleet(tmp_path, servers.stores, processes=2, messages=0, disorder=Disorder()) as bots:
        hasty = bots.members[0].company.config
        hasty.write_text('[bot]\npatience = "0s"\n' + hasty.read_text())
        first, second = await started(bots)
        connect(bots, first)
        asked = await ask(bots, bots.world.bot)
        await bots.world.wecom.journal.wait_for(lambda journal: ended(journal, asked, 1), 30)
        connect(bots, second)
        await bots.world.wecom.journal.wait_for(lambda journal: seen(bots, asked) == [[ANSWER]] * len(PEOPLE), 60)
        assert await answered(bots, second, bots.world.bot) >= len(PEOPLE) // 2


async def started(bots: Fleet) -> tuple[Victim, Victim]:
    """Both processes, each with its share of the partitions."""
    first, second = bots.members
    await asyncio.gather(first.start(), second.start())
    await bots.shared(4)
    for person in PEOPLE:
        bots.world.wecom.add_member(person)
    return first, second


def connect(bots: Fleet, one: Victim) -> None:
    """From now on everything is delivered to one process."""
    bots.world.wecom.connect(bots.world.app, f"{one.company.address}/cb/app")
    bots.world.wecom.connect(bots.world.bot, f"{one.company.address}/cb/aibot")


async def ask(bots: Fleet, door: object) -> list[Posted]:
    """Everybody asks the same."""
    wecom = bots.world.wecom
    if isinstance(door, App):
        return [await wecom.say(door, person, "编号7") for person in PEOPLE]
    return [await wecom.direct(bots.world.bot, person, "编号7") for person in PEOPLE]


def ended(journal: Journal, asked: list[Posted], deliveries: int) -> bool:
    """Whether everybody's message was delivered so many times."""
    return all(sum(bool(one.ended) for one in journal.attempts(posted.msgid)) >= deliveries for posted in asked)


def seen(bots: Fleet, asked: list[Posted]) -> list[list[str]]:
    """What everybody saw."""
    return [bots.world.wecom.journal.texts(posted.conversation) for posted in asked]


async def answered(bots: Fleet, one: Victim, door: object) -> float:
    """How many callbacks of a door got words from a process."""
    name = "app:助手" if isinstance(door, App) else "aibot:小助手"
    return (await bots.figures(one)).get(f"qunban_callbacks_total answered {name}", 0.0)
