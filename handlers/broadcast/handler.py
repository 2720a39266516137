"""What goes out when a part of the schedule is due: who may hear it now does, and what is held back is told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.types.actions import Action, Notify, Text
from bot.types.context import Context
from bot.types.events import Conversation, Event, Tick
from bot.types.outcome import Outcome, silent
from bot.types.ports import Services, Timer
from handlers.broadcast.limits import Held, Limits
from handlers.broadcast.pausing import pause_of
from handlers.broadcast.plan import Ready
from handlers.broadcast.tables import broadcasts
from handlers.broadcast.targets import Target
from handlers.directory import ADMIN
from handlers.halt import EVERYWHERE, halts
from handlers.times import spoken_moment

OWNER = "schedule"
# What the scheduler says of a due time that passed while nobody was there.
MISSED = "missed"
REST = "broadcast.rest"
# One decision takes so many, and the next ones come so much later: 200 a minute, far below what WeCom takes.
CHUNK = 50
APART = timedelta(seconds=15)
LIFE = timedelta(hours=1)
MOST_TOLD = 10


@dataclass(frozen=True, slots=True)
class Sent:
    """What goes out, to how many targets, and in a word what became of it (Chinese)."""

    actions: tuple[Action, ...]
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class Broadcaster:
    """Sends what is due. `plan`: the schedule by name."""

    plan: Mapping[str, Ready]
    limits: Limits
    services: Services
    name: str = "broadcast"
    hears: tuple[str, ...] = ("tick:schedule", "tick:broadcast")

    async def prepare(self, event: Event) -> None:
        """Nothing to prepare."""

    async def decide(self, event: Event, prepared: None, context: Context) -> Outcome | None:
        """Silent towards the scheduler, with something to go out."""
        if not isinstance(event, Tick):
            return None
        name = event.data.get("name") or event.name.partition(".")[2]
        found = self.plan.get(name)
        if found is None:
            return silent(reason=f"配置里没有「{name}」了", rule="没有了")
        if paused := await pause_of(name, context.transaction):
            return silent(reason=f"「{name}」暂停了（{paused.paused_by}）", rule="暂停")
        if event.name != REST and self._is_missed(event, found, context.now):
            return await self._miss(event, found, context)
        return await self._send(event, found, context)

    def _is_missed(self, event: Tick, found: Ready, now: datetime) -> bool:
        """Whether its time has passed, and nothing is to be made up for."""
        late = now - event.due - found.entry.jitter
        return MISSED in event.data or (found.entry.misfire == "跳过" and late > found.entry.grace)

    async def _miss(self, event: Tick, found: Ready, context: Context) -> Outcome:
        why = "到点时机器人没在工作，过了时候就不发了"
        await self._keep(found, event.due, None, Held(MISSED, why), context)
        said = f"定时「{found.entry.name}」{self._moment(event.due, context)}那次没有发：{why}。"
        return silent(*self._tell([said], context), reason=why, rule="错过")

    async def _send(self, event: Tick, found: Ready, context: Context) -> Outcome:
        due, begin = _due(event), int(event.data.get("from", "0"))
        said = int(event.data["said"]) if "said" in event.data else context.chance.randrange(len(found.entry.send))
        sent = await self.deliver(replace(found, targets=found.targets[begin : begin + CHUNK]), due, said, context)
        if found.targets[begin + CHUNK :]:
            await self._go_on(event, found, begin + CHUNK, said, context)
        return silent(*sent.actions, reason=sent.reason, rule=found.entry.name)

    async def deliver(self, found: Ready, due: datetime, said: int, context: Context) -> Sent:
        """One of an entry's texts for each of its targets that may be told now; who may not is told of by the rest.

        For no more than `CHUNK` targets: each is guarded until the transaction commits.
        """
        told_before = await self._told_today(found, context)
        actions: list[Action] = []
        held: list[tuple[Target, Held]] = []
        for target in found.targets:
            why = await self._held(found, target, context)
            await self._keep(found, due, target, why, context)
            if why is None:
                actions += self._notices(found, said, target, context)
            else:
                held.append((target, why))
                context.trace.add(self.name, target.name or target.member, note=why.why)
        fresh = [one for one in held if one[1].kind not in told_before]
        words = self._words(found, due, fresh, context)
        count = len(found.targets) - len(held)
        reason = f"发给 {count} 处" + (f"，{len(held)} 处没有发：{held[0][1].why}" if held else "")
        return Sent((*actions, *self._tell(words, context)), count, reason)

    async def _held(self, found: Ready, target: Target, context: Context) -> Held | None:
        if await _is_halted(target, context):
            return Held("halted", "那里停机了")
        limits = self.limits.by(found.entry.zone(self.limits.calendar.timezone))
        return await limits.ask(context, target.key, found.entry.marketing, found.entry.any_hour)

    def _notices(self, found: Ready, said: int, target: Target, context: Context) -> Iterator[Notify]:
        zone = found.entry.zone(self.limits.calendar.timezone)
        for content in found.contents(said, target, context.now, zone):
            yield Notify(to=target.to, member=target.member, content=content, expires_at=context.now + LIFE)

    async def _go_on(self, event: Tick, found: Ready, begin: int, said: int, context: Context) -> None:
        """The others come a little later, so that nobody else's answers wait behind them."""
        due = _due(event).isoformat()
        data = {"name": found.entry.name, "due": due, "from": str(begin), "said": str(said)}
        timer = Timer(
            id=f"{REST}:{found.entry.name}:{due}", name=REST, conversation=context.conversation,
            due=context.now + APART, data=data,
        )  # fmt: skip
        await context.transaction.set_timer(timer)

    async def _keep(
        self, found: Ready, due: datetime, target: Target | None, held: Held | None, context: Context
    ) -> None:
        state = "sent" if held is None else "held" if target else MISSED
        row = {
            "schedule": found.entry.name, "due": due, "target": target.key if target else "", "at": context.now,
            "marketing": found.entry.marketing, "state": state, "kind": held.kind if held else "",
            "why": held.why if held else "",
        }  # fmt: skip
        await context.transaction.execute(sa.insert(broadcasts).values(row))

    async def _told_today(self, found: Ready, context: Context) -> frozenset[str]:
        """For what reasons something of this entry was held back today, which administrators know."""
        mine = broadcasts.c.schedule == found.entry.name, broadcasts.c.state == "held"
        since = broadcasts.c.at >= self.limits.today(context.now)
        rows = await context.transaction.execute(sa.select(broadcasts.c.kind).where(*mine, since).distinct())
        return frozenset(rows.scalars())

    def _words(
        self, found: Ready, due: datetime, held: Sequence[tuple[Target, Held]], context: Context
    ) -> Sequence[str]:
        if not held:
            return ()
        lines = [f"· {target.name or target.member}：{why.why}" for target, why in held[:MOST_TOLD]]
        more = [f"· 还有 {len(held) - MOST_TOLD} 处"] if len(held) > MOST_TOLD else []
        head = f"定时「{found.entry.name}」{self._moment(due, context)}那次没有发给："
        return ["\n".join([head, *lines, *more, "今天同样的原因不再提醒。看一周的安排：qunban schedule plan --week"])]

    def _moment(self, due: datetime, context: Context) -> str:
        zone: ZoneInfo = self.limits.calendar.timezone
        return spoken_moment(due, context.now, zone)

    def _tell(self, words: Sequence[str], context: Context) -> Iterator[Notify]:
        """Administrators hear of it, at the desk and in the groups that are told what they are."""
        directory, desk = self.services.directory, self.services.desk
        for body in words:
            content, until = Text(body=body, fixed=False), context.now + timedelta(days=1)
            for person in directory.with_role(ADMIN) if desk else ():
                to = Conversation(desk, "direct", person.id)
                yield Notify(to=to, member=person.id, content=content, expires_at=until)
            for group in directory.alerted(ADMIN):
                yield Notify(to=group, content=content, expires_at=until)


def _due(event: Tick) -> datetime:
    return datetime.fromisoformat(event.data["due"]) if "due" in event.data else event.due


async def _is_halted(target: Target, context: Context) -> bool:
    scopes = (EVERYWHERE, target.to.key, *target.places)
    mine = halts.c.resumed_at.is_(None), halts.c.scope.in_(scopes)
    return (await context.transaction.execute(sa.select(halts.c.id).where(*mine).limit(1))).first() is not None
