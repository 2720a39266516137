"""The proof of a draw from what is public of it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

import regex

from handlers.draws.fairness import INSTANT, commitment, ending, link, prize_of, terms, winners
from handlers.draws.publication import Publication, PublicRound

_SEED = regex.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was computed again: entries that hold, entries whose seed is still secret, and what is wrong (Chinese)."""

    rounds: int
    entries: int
    pending: int
    faults: tuple[str, ...]
    commitments: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether everything that can be computed is as it was said."""
        return not self.faults


def verify(public: Publication) -> Verdict:
    """Compute everything again."""
    faults: list[str] = []
    previous = ""
    for place, one in enumerate(public.rounds, 1):
        if one.round != place:
            faults.append(f"第 {place} 轮写成了第 {one.round} 轮，缺了轮次或顺序不对")
        if one.previous != previous:
            faults.append(f"第 {place} 轮接不上前一轮的结尾")
        if one.end is None and place != len(public.rounds):
            faults.append(f"第 {place} 轮没有结束，后面却还有")
        faults += _faults_of(public.draw, one)
        previous = one.end or ""
    closed = [one for one in public.rounds if one.seed is not None]
    counted = sum(len(one.entries) for one in closed)
    pending = sum(len(one.entries) for one in public.rounds) - counted
    return Verdict(len(public.rounds), counted, pending, tuple(faults), tuple(one.commitment for one in public.rounds))


def _faults_of(draw: str, one: PublicRound) -> Iterator[str]:
    which = f"第 {one.round} 轮"
    yield from _chain(one, which)
    if one.seed is None or one.closed_at is None or one.end is None:
        if one.seed is not None or one.closed_at is not None or one.end is not None:
            yield f"{which}的种子、结束时间和结尾要么都有，要么都没有"
        if one.results:
            yield f"{which}还没有公开种子，却有结果"
        return
    if not _SEED.fullmatch(one.seed):
        yield f"{which}的种子不是 64 位十六进制"
        return
    bound = terms(draw, one.round, one.way, one.opened_at, one.previous, [prize.prize for prize in one.prizes])
    if commitment(bound, one.seed) != one.commitment:
        yield f"{which}的承诺和种子对不上：种子、奖品、时间或轮次被改过"
    last = one.entries[-1].hash if one.entries else one.previous
    if ending(last, one.closed_at) != one.end:
        yield f"{which}的结尾对不上：少了记录，或结束时间被改过"
    yield from _instant(one, which) if one.way == INSTANT else _scheduled(one, which)


def _chain(one: PublicRound, which: str) -> Iterator[str]:
    previous = one.previous
    for place, entry in enumerate(one.entries, 1):
        if entry.number != place:
            yield f"{which}第 {place} 号写成了 {entry.number} 号，缺了记录或顺序不对"
            return
        if link(previous, entry.ticket, entry.at, entry.prize) != entry.hash:
            yield f"{which}第 {place} 号被改过：内容和指纹对不上"
            return
        previous = entry.hash


def _instant(one: PublicRound, which: str) -> Iterator[str]:
    prizes = [prize.prize for prize in one.prizes]
    left = {prize.name: prize.left for prize in prizes if prize.left is not None}
    if one.results:
        yield f"{which}是当场开的，不该另有结果"
    for entry in one.entries:
        drawn = prize_of(one.seed or "", one.round, entry.ticket, prizes, left)
        if drawn is None or drawn.name != entry.prize:
            told = f"「{drawn.name}」" if drawn else "奖品已经发完"
            yield f"{which}第 {entry.number} 号算出来是{told}，记录写的是「{entry.prize}」"
            return
        if drawn.name in left:
            left[drawn.name] -= 1


def _scheduled(one: PublicRound, which: str) -> Iterator[str]:
    if any(entry.prize for entry in one.entries):
        yield f"{which}到点才开奖，报名里不该有奖品"
    prizes, tickets = [prize.prize for prize in one.prizes], [entry.ticket for entry in one.entries]
    won = winners(one.seed or "", one.end or "", prizes, tickets)
    computed = [(prize.name, ticket.number, ticket.member) for prize, ticket in won]
    told = [(result.prize, result.number, result.member) for result in one.results]
    if computed != told:
        yield f"{which}的中奖名单算出来不是这样"
