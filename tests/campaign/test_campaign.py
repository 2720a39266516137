"""A campaign in the simulated WeCom, from its first day to its last, judged by what people said and saw."""

import asyncio
import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from PIL import Image

from tests.campaign.judge import DAY, MANAGER, ZONE, Judge, Rules
from tests.campaign.village import BOOKS, NAME, Village, village

IMAGES = os.environ.get("QUNBAN_IMAGES", "")
# So many speak at once.
CROWD = 10


@dataclass(frozen=True)
class Story:
    """On which days something happens besides, counted from 0; None: never."""

    paused: int | None = None
    asleep_at_reminder: int | None = None
    asleep_at_report: int | None = None


# What people do.


async def play(town: Village, story: Story) -> None:
    """Every day of the campaign, and the morning after."""
    for number, day in enumerate(town.rules.days):
        await play_day(town, day, number, story)
    await town.at(town.rules.days[-1] + DAY, time(9))
    for who in town.members:
        await town.say(who, "补打卡")
    await town.quiet()


async def play_day(town: Village, day: date, number: int, story: Story) -> None:
    most = len(town.members) - 1
    plans = {who: habit(at / most, town.chance) for at, who in enumerate(town.members)}
    await come(town, day, time(4, 30), plans, "dawn")
    await come(town, day, time(7), plans, "morning")
    if number == story.paused:
        await town.manage("暂停活动")
    if story.paused is not None and number == story.paused + 1:
        await town.manage("继续活动")
    await come(town, day, time(12, 30), plans, "noon")
    await pass_by(town, day, town.rules.remind, time(20, 20), is_asleep=number == story.asleep_at_reminder)
    await come(town, day, time(20, 40), plans, "evening")
    await come(town, day, time(21, 35), plans, "night")
    await pass_by(town, day, time(21, 50), time(23), is_asleep=number == story.asleep_at_report)


async def pass_by(town: Village, day: date, due: time, wakes: time, *, is_asleep: bool) -> None:
    """A moment at which something is due comes; a bot that is not at work then does it when it is."""
    if not is_asleep:
        return await town.at(day, due)
    await town.close()
    await town.at(day, wakes, awake=False)
    await town.open()
    return await town.due()


def habit(place: float, chance: Random) -> Sequence[str]:
    """When somebody comes on a day: the first of all members nearly always, the last hardly ever, and too late."""
    diligence = 0.97 - 0.85 * place
    if chance.random() < diligence:
        usual = chance.choice(["morning", "morning", "noon", "noon", "evening"])
        return (usual, "evening") if chance.random() < 0.1 else (usual,)
    return (chance.choice(["dawn", "night", "evening", "never", "never", "never"]),)


async def come(town: Village, day: date, clock: time, plans: Mapping[str, Sequence[str]], when: str) -> None:
    """Those who come at this time of day, some at once."""
    coming = [who for who, plan in plans.items() if when in plan]
    await town.at(day, clock)
    for begin in range(0, len(coming), CROWD):
        async with asyncio.TaskGroup() as tasks:
            for who in coming[begin : begin + CROWD]:
                tasks.create_task(speak(town, who, day, Random(f"{who}{day}{when}")))
    await town.quiet()


async def speak(town: Village, who: str, day: date, chance: Random) -> None:
    """How somebody checks in, and makes up for a day now and then."""
    words = f"今天读了{chance.choice(BOOKS)}第{chance.randint(1, 80)}章，{town.members[who]}记"
    manner = chance.random()
    if manner < 0.5:
        await town.say(who, f"打卡 {words}")
    elif manner < 0.7:
        await town.say(who, f"{words} 打卡")
    elif manner < 0.85:
        await town.say(who, "打卡")
        await town.say(who, words)
    else:
        await town.say(who, "打卡：读了")
        await town.say(who, words)
    if chance.random() < 0.3:
        await town.say(who, "补打卡")


# What they should have seen.


def check_reminders(town: Village, judge: Judge) -> None:
    expected = Counter((who, day) for who, days in judge.reminders().items() for day in days)
    seen = Counter(
        (who, datetime.fromtimestamp(record.at, ZONE).date())
        for who in town.members
        for record in town.seen(who)
        if "还没打卡" in record.text
    )
    assert seen == expected


def check_reports(town: Village, judge: Judge) -> None:
    """The manager hears once of each day who was absent; of days on which it was paused nothing is said."""
    found: dict[int, list[set[str]]] = {}
    for record in town.seen(MANAGER):
        for number, rest in re.findall(r"（第 (\d+) 天）：\d+ 人里 \d+ 人打了卡，(.*)", record.text):
            names = rest.partition("人：")[2].split("、") if "人：" in rest else []
            found.setdefault(int(number), []).append(set(names))
    for number, day in enumerate(judge.rules.days, 1):
        absent = {town.members[who] for who in judge.absent(day, datetime.combine(day, time(23), ZONE))}
        assert found.get(number, []) == ([] if day in judge.free() else [absent]), day


def check_finishers(town: Village, judge: Judge) -> None:
    lists = [text for text in town.pushed() if "完成名单" in text]
    assert len(lists) == 1, lists
    listed = re.search(r"完成名单：(.*)", lists[0])
    assert listed is not None
    found = dict(one.rsplit(" ", 1) for one in listed[1].split("、"))
    assert found == {town.members[who]: str(total) for who, total in judge.finishers().items()}


def check_certificates(town: Village, judge: Judge) -> None:
    """Whoever finished got one picture of a certificate, nobody else any."""
    got = {who: [one for one in town.seen(who) if one.msgtype == "image"] for who in town.members}
    assert {who: len(pictures) for who, pictures in got.items() if pictures} == dict.fromkeys(judge.finishers(), 1)
    for who, (picture,) in ((who, pictures) for who, pictures in got.items() if pictures):
        content = town.wecom.media._known[picture.media[0]].content
        shown = Image.open(BytesIO(content))
        assert (shown.format, shown.size) == ("PNG", (900, 1240))
        if IMAGES and who == min(judge.finishers()):
            shown.save(Path(IMAGES, "certificate.webp"), quality=90)


async def check_points(town: Village, judge: Judge) -> None:
    """Every check-in, streak and finish brought its points once."""
    found = await town.balances()
    assert {who: found.get(who, 0) for who in town.members} == {who: life.balance for who, life in judge.lives.items()}


async def check(town: Village) -> Judge:
    judge = Judge.of(town.wecom.journal, town.rules, list(town.members))
    check_reminders(town, judge)
    check_reports(town, judge)
    check_finishers(town, judge)
    check_certificates(town, judge)
    await check_points(town, judge)
    return judge


@pytest.mark.soak
async def test_thirty_members_of_different_diligence_play_a_campaign_of_21_days(tmp_path: Path) -> None:
    rules = Rules(first=date(2027, 3, 1), length=21, finish=15)
    story = Story(paused=9, asleep_at_reminder=6, asleep_at_report=13)
    async with village(tmp_path, rules, 30, seed=21) as town:
        await play(town, story)
        judge = await check(town)
    told = judge.reminders()
    made_up = sum(len(life.made_up) for life in judge.lives.values())
    said = len(town.wecom.journal.records("said"))
    print(
        f"\n{NAME}: {said} messages, {sum(len(life.checked) for life in judge.lives.values())} check-ins, "
        f"{made_up} days made up for, {sum(map(len, told.values()))} reminders to {len(told)} members, "
        f"{len(judge.finishers())} of {len(judge.lives)} finished: {judge.finishers()}"
    )
    assert 5 <= len(judge.finishers()) <= 25
    assert made_up
    assert any(len(days) > 5 for days in told.values())


async def test_a_short_campaign_from_the_first_day_to_the_last(tmp_path: Path) -> None:
    rules = Rules(first=date(2027, 3, 1), length=5, finish=4)
    async with village(tmp_path, rules, 6, seed=3) as town:
        await play(town, Story())
        judge = await check(town)
    assert 0 < len(judge.finishers()) < 6
    assert judge.reminders()
