"""待确认积分: members see what of theirs waits, managers all of it; 确认积分 3, 驳回积分 3 理由 by managers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from unicodedata import normalize

import regex

from bot.types.actions import Action, Reply, Text
from bot.types.context import Context
from bot.types.events import Event, Message
from bot.types.outcome import Outcome, answered
from handlers.fairplay import holds, words
from handlers.fairplay.holds import Review
from handlers.fairplay.ruling import CONFIRMED, Ruling
from handlers.fairplay.settings import FairPlay
from handlers.points.members import known_key
from handlers.points.orders import record
from handlers.points.wordings import LONGEST_REASON
from handlers.points.wordings import POINTS as USUAL
from handlers.spoken import Said, Spoken

LIST = "held"
MOST_LISTED = 10


def ways(unit: str) -> Mapping[str, Sequence[str]]:
    """The ways to ask what waits, where points are called so."""
    heads = ("待确认", "待核对", "待审核", "等确认的", "核对中的", "在核对的")
    return {LIST: tuple(f"{head}{name}" for head in heads for name in dict.fromkeys((unit, USUAL)))}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody orders: 确认 or 驳回, which review, and what its members are to hear."""

    verdict: str
    number: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class FairTalk:
    """Answers members, obeys managers, refuses everybody else and writes that down."""

    limits: FairPlay
    ruling: Ruling
    spoken: Spoken
    name: str = "fair play"
    hears: tuple[str, ...] = ("message",)

    async def prepare(self, event: Event) -> Said | Verdict | None:
        """The command or the order in a message."""
        if not isinstance(event, Message) or not event.text:
            return None
        return self._order(event.text) or self.spoken.find(event.text)

    def claims(self, message: Message) -> bool:
        """Whether it is one."""
        return self._order(message.text) is not None or self.spoken.find(message.text) is not None

    async def decide(self, event: Event, prepared: Said | Verdict | None, context: Context) -> Outcome | None:
        """None for what is said of something else, and in groups that go without points."""
        if prepared is None or not isinstance(event, Message):
            return None
        if context.group is not None and not context.group.has("points"):
            return None
        if isinstance(prepared, Verdict):
            return await self._rule(prepared, event, context)
        said = await (self._list(context) if self._may(context) else self._own(context))
        return answered(_say(said), reason=prepared.how or "说的就是它", rule=LIST)

    def _order(self, text: str) -> Verdict | None:
        names = "|".join(map(regex.escape, dict.fromkeys((self._unit, USUAL))))
        found = regex.fullmatch(
            rf"\s*(?P<what>确认|驳回)\s*(?:{names})\s*[#＃]?\s*(?P<number>\d{{1,12}})\s*[号]?(?:[\s,，:：]+(?P<why>.+))?",
            normalize("NFKC", text.strip()),
        )
        return Verdict(found["what"], int(found["number"]), (found["why"] or "")[:LONGEST_REASON]) if found else None

    def _may(self, context: Context) -> bool:
        return bool(context.member.roles & set(self.ruling.ledger.rules.managers))

    async def _list(self, context: Context) -> str:
        found = await holds.waiting(context.transaction, MOST_LISTED + 1)
        lines = [await self._line(review, context) for review in found[:MOST_LISTED]]
        if not lines:
            return words.NOTHING.format(unit=self._unit)
        unit = self._unit
        more = ["还有更多，先定这些。"] if len(found) > MOST_LISTED else []
        return "\n".join([*lines, *more, f"发「确认{unit} 编号」，或「驳回{unit} 编号 理由」。"])

    async def _line(self, review: Review, context: Context) -> str:
        waiting = await holds.of(context.transaction, review)
        found = await self.ruling.people_of(waiting, context)
        names = {key: person.name for key, person in found.items()}
        return words.listed(review, waiting, names, self._ending(review, context))

    async def _own(self, context: Context) -> str:
        key = await known_key(context.transaction, context.member.id)
        return words.own(self._unit, await holds.mine(context.transaction, key, MOST_LISTED))

    async def _rule(self, order: Verdict, event: Message, context: Context) -> Outcome:
        managers = "、".join(self.ruling.ledger.rules.managers)
        if not self._may(context):
            await record(context.transaction, context.now, context.member.id, event.text, allowed=False, why="没有权限")
            said = words.ONLY_MANAGERS.format(unit=self._unit, who=managers)
            return answered(_say(said), reason="没有权限", rule="拒绝")
        review = await holds.lock(context, order.number)
        if review is None or not review.is_open:
            said = words.NO_SUCH.format(number=order.number, unit=self._unit)
            return answered(_say(said), reason="没有这次核对", rule="拒绝")
        found = await self.ruling.people_of(await holds.of(context.transaction, review), context)
        if context.member.id in {person.id for person in found.values()}:
            said = words.not_ones_own(review, managers, self._ending(review, context))
            return answered(_say(said), reason="自己的不能定", rule="拒绝")
        settled = await self.ruling.settle(review, order.verdict, context.member.id, order.why, context)
        what = "到账了" if order.verdict == CONFIRMED else "不发了"
        said = f"{review.label} 已{order.verdict}，{words.items(settled.settled)} {what}，本人会知道。"
        told: tuple[Action, ...] = tuple(settled.told)
        return answered(_say(said), *told, reason=f"{context.member.id} {order.verdict} {review.label}", rule="定了")

    def _ending(self, review: Review, context: Context) -> str:
        return words.ending(review, self.limits.then, context.now, self.ruling.ledger.days.timezone)

    @property
    def _unit(self) -> str:
        return self.ruling.ledger.rules.name


def _say(body: str) -> Reply:
    return Reply(content=Text(body=body, fixed=False))
