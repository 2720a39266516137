"""What looks wrong about a reward: one rule each, by what was seen of the member. Pure.

Each verdict names its rule and the evidence. Numbers that are no manager's choice stand here with their reasons.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from bot.types.days import LocalDays
from handlers.fairplay.settings import FairPlay, Rule
from handlers.times import spoken_duration
from nlp.normalise import core

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
# Shorter texts are written alike by people who have nothing to do with each other: 今天跑步五公里.
SHORTEST_SAME = 12
# Of people who answer a bell with a spread of ten seconds one in 30,000 hits the same two seconds on five days in a
# row; with the half minute that people have, one in four million (drawn by chance, truncated to WeCom's seconds).
DAYS = 5
# Of people who answer a game's even questions with a spread of one second one in 5,000 keeps nineteen pauses alike to
# the second; of those who need the two seconds that reading takes, none of 300,000.
BEATS = 20
# Campaigns let days be made up for that were before somebody came, a month at most.
MADE_UP = 31
# Nobody stays up for a day and a half without three hours of rest.
AWAKE, REST = timedelta(hours=36), timedelta(hours=3)
# A hundred new members who answer reminders some time within ten minutes: that three others answer within ten seconds
# of one of them, on three occasions, happens once in fifty million times. Those who always answer at once are together
# more often; a manager sees by their names what they are.
NEW, TOGETHER, OCCASIONS, COMPANIONS = timedelta(days=7), timedelta(seconds=10), 3, 3
# What was done within this time of each other is one occasion.
APART = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a member did and was rewarded for: when, of which source."""

    at: datetime
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is known of a reward. `before`: the member's acts before this one, the newest first.

    `known_since`: the first day on which the member was seen. `busy_since`: when they began without a rest. `alike`:
    how many members earned with the same words (`digest`) within the window, this one included. `companions`: the
    keys of new members who did the same as this new one (`key`) at nearly the same moments, on as many occasions as
    it takes.
    """

    act: Act
    before: Sequence[Act] = ()
    words: str = ""
    streak: int = 0
    known_since: date | None = None
    busy_since: datetime | None = None
    alike: int = 1
    digest: str = ""
    companions: frozenset[str] = frozenset()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a reward looks wrong by, and why (Chinese). `about`: names for what others share who did it too."""

    rule: Rule
    evidence: str
    about: tuple[str, ...] = ()


def judge(seen: Seen, limits: FairPlay, days: LocalDays) -> list[Finding]:
    """Everything that looks wrong about a reward, by the rules that are on."""
    found = (rule(seen, limits, days) for name, rule in RULES.items() if name not in limits.without)
    return [one for one in found if one is not None]


def _too_soon(seen: Seen, limits: FairPlay, days: LocalDays) -> Finding | None:
    least = limits.cooldowns.get(seen.act.source, limits.cooldown)
    last = next((one for one in seen.before if one.source == seen.act.source), None)
    if last is None or seen.act.at - last.at >= least:
        return None
    gap = spoken_duration(seen.act.at - last.at)
    return Finding(Rule.SOON, f"离上一次{seen.act.source}才 {gap}，最少隔 {spoken_duration(least)}")


def _too_short(seen: Seen, limits: FairPlay, days: LocalDays) -> Finding | None:
    length = len(core(seen.words))
    if not seen.words or length >= limits.letters:
        return None
    return Finding(Rule.SHORT, f"只写了 {length} 个字（“{seen.words.strip()[:20]}”），最少 {limits.letters} 个")


def _same(seen: Seen, limits: FairPlay, days: LocalDays) -> Finding | None:
    if seen.alike <= limits.accounts:
        return None
    told = f"{spoken_duration(limits.window)}里 {seen.alike} 个账号写了一样的“{seen.words.strip()[:40]}”"
    return Finding(Rule.SAME, told, (f"same:{seen.digest}",))


def _impossible(seen: Seen, limits: FairPlay, days: LocalDays) -> Finding | None:
    if not seen.streak or seen.known_since is None:
        return None
    most = (days.of(seen.act.at) - seen.known_since).days + 1
    if seen.streak <= most + MADE_UP:
        return None
    return Finding(Rule.STREAK, f"算成连续 {seen.streak} 天，可他来了才 {most} 天，补也补不了这么多")


def _on_the_clock(seen: Seen, limits: FairPlay, days: LocalDays) -> Finding | None:
    """The same second of the day, on days in a row."""
    firsts: dict[date, datetime] = {}
    for one in (seen.act, *seen.before):
        if one.source == seen.act.source:
            # The newest first, so that the first of each day stays.
            firsts[days.of(one.at)] = one.at
    today = days.of(seen.act.at)
    row = [firsts.get(today - timedelta(days=back)) for back in range(DAYS)]
    if firsts[today] != seen.act.at or None in row:
        return None
    times = [one.astimezone(days.timezone) for one in row if one is not None]
    seconds = [one.hour * 3600 + one.minute * 60 + one.second for one in times]
    if max(seconds) - min(seconds) > 1:
        return None
    return Finding(Rule.CLOCK, f"连着 {DAYS} 天都在 {times[0]:%H:%M:%S} {seen.act.source}，前后不差一两秒")


def _on_the_beat(seen: Seen, limits: FairPlay, days: LocalDays) -> Finding | None:
    """The same pause again and again."""
    times = [one.at for one in (seen.act, *seen.before) if one.source == seen.act.source][:BEATS]
    if len(times) < BEATS or days.of(times[0]) != days.of(times[-1]):
        return None
    pauses = [later - earlier for later, earlier in pairwise(times)]
    if max(pauses) - min(pauses) > SECOND:
        return None
    return Finding(Rule.BEAT, f"最近 {BEATS} 次{seen.act.source}，每次都隔 {spoken_duration(pauses[0])}，不差一秒")


def _flood(seen: Seen, limits: FairPlay, days: LocalDays) -> Finding | None:
    many = 1 + sum(seen.act.at - one.at < MINUTE for one in seen.before)
    if many <= limits.flood:
        return None
    return Finding(Rule.FLOOD, f"一分钟里 {many} 次，最多 {limits.flood} 次")


def _awake(seen: Seen, limits: FairPlay, days: LocalDays) -> Finding | None:
    if seen.busy_since is None or seen.act.at - seen.busy_since < AWAKE:
        return None
    told = f"{spoken_duration(seen.act.at - seen.busy_since)}里没有停过 {spoken_duration(REST)}"
    return Finding(Rule.AWAKE, told)


def _together(seen: Seen, limits: FairPlay, days: LocalDays) -> Finding | None:
    if len(seen.companions) < COMPANIONS:
        return None
    told = (
        f"{len(seen.companions) + 1} 个新账号（不到 {NEW.days} 天），最近 {OCCASIONS} 次都在前后 "
        f"{spoken_duration(TOGETHER)}里做一样的事"
    )
    about = tuple(f"together:{key}" for key in sorted({seen.key, *seen.companions}))
    return Finding(Rule.TOGETHER, told, about)


RULES: Mapping[Rule, Callable[[Seen, FairPlay, LocalDays], Finding | None]] = {
    Rule.SOON: _too_soon,
    Rule.SHORT: _too_short,
    Rule.SAME: _same,
    Rule.STREAK: _impossible,
    Rule.CLOCK: _on_the_clock,
    Rule.BEAT: _on_the_beat,
    Rule.FLOOD: _flood,
    Rule.AWAKE: _awake,
    Rule.TOGETHER: _together,
}
