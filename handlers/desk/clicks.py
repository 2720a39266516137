"""What staff press on tickets' cards, and tickets' clocks."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import regex

from bot.types.actions import Card, Update
from bot.types.context import Context
from bot.types.events import Clicked, Event, Signal, Tick
from bot.types.outcome import Outcome, silent
from handlers import audit
from handlers.desk import cards, holders, standing, tickets, words
from handlers.desk.cards import CLOSE, GIVE, SNOOZE, TAKE, TO, UNTIL
from handlers.desk.desk import Desk
from handlers.desk.dispatch import Errand
from handlers.desk.doing import Doing
from handlers.desk.happenings import Ended, Freed, Happened, Later, Passed
from handlers.desk.ticket import Ticket
from handlers.times import spoken_moment

WHAT: Mapping[str, str] = {TAKE: "接单", CLOSE: "关闭", GIVE: "转给", SNOOZE: "稍后"}

_TASK = regex.compile(r"desk-(\d{1,18})-(\d{1,9})")
_MOMENT = regex.compile(r"\d{1,11}")


@dataclass(frozen=True, slots=True)
class Pressed:
    """A card that was pressed: its ticket, its number and its task."""

    ticket: int
    number: int
    task: str

    @classmethod
    def of(cls, event: Event) -> "Pressed | None":
        """The card of an event; None for a task that is none of ours."""
        found = _TASK.fullmatch(event.task) if isinstance(event, Clicked) else None
        return cls(int(found[1]), int(found[2]), found[0]) if found else None


@dataclass(frozen=True, slots=True)
class Clicks:
    """Buttons of tickets' cards, tickets' clocks, and seats that became free."""

    desk: Desk
    name: str = "desk"
    hears: tuple[str, ...] = ("clicked:desk", "tick:desk", "signal:desk")

    async def prepare(self, event: Event) -> Pressed | None:
        """The card that was pressed."""
        if isinstance(event, Tick | Signal):
            return Pressed(int(event.data.get("ticket", "0")), 0, "")
        return Pressed.of(event)

    async def decide(self, event: Event, prepared: Pressed | None, context: Context) -> Outcome | None:
        """Take, pass on, put off, close, or what the clock demands."""
        ticket = await tickets.lock(context, prepared.ticket) if prepared is not None else None
        if isinstance(event, Tick):
            return await self._ring(event, ticket, context)
        if isinstance(event, Signal):
            return await self._freed(ticket, context)
        if not isinstance(event, Clicked):
            return None
        if prepared is None or ticket is None:
            return await self._refuse("没有这个工单", 0, event, context)
        who, is_live = await holders.holder(context, ticket, prepared.number)
        why = await standing.barred(self.desk, ticket, context, pressed=True) or (
            "" if who == context.member.id else "不是给他的卡片"
        )
        if why:
            return await self._refuse(why, ticket.id, event, context)
        return await self._press(event, prepared, ticket, context, is_live)

    async def _ring(self, event: Tick, ticket: Ticket | None, context: Context) -> Outcome:
        if ticket is None or ticket.rings_at is None or event.due < ticket.rings_at:
            return silent(reason="工单已经变了")
        done = await Errand(self.desk, context, ticket).ring()
        return silent(*done.actions, reason=f"{ticket.label} 到点：{ticket.state}", rule="到点")

    async def _freed(self, ticket: Ticket | None, context: Context) -> Outcome:
        """Somebody has room for it."""
        if ticket is None:
            return silent(reason="没有这个工单")
        done = await self.desk.happen(ticket, Freed(), context)
        return silent(*done.actions, reason=done.ignored or f"{ticket.label} 有人空出来了", rule="空位")

    async def _refuse(self, why: str, ticket: int, event: Clicked, context: Context) -> Outcome:
        await audit.record(context, WHAT.get(event.key, event.key), ticket=ticket, allowed=False, why=why)
        return silent(reason=f"{context.member.id}：{why}", rule="拒绝")

    async def _press(self, event: Clicked, card: Pressed, ticket: Ticket, context: Context, is_live: bool) -> Outcome:
        if event.key == TAKE and not is_live and await self._is_called_again(ticket, context):
            return await self._take_by_older(ticket, card, context)
        if done := standing.too_late(self.desk, ticket, context.member.id, is_live, pressed=True):
            return silent(
                Update(card=cards.done_card(ticket, card.task, done)), reason=f"{ticket.label} {done}", rule="太晚"
            )
        match event.key:
            case cards.TAKE:
                return await self._take(ticket, card, context)
            case cards.CLOSE:
                return await self._close(ticket, card, context)
            case cards.PASS:
                options = await standing.others(self.desk, ticket, context)
                return self._shown(cards.passing_card(ticket, card.task, options), ticket, "转给谁")
            case cards.LATER:
                options = cards.pauses(context.now, self.desk.services.calendar.timezone)
                return self._shown(cards.later_card(ticket, card.task, options), ticket, "稍后")
            case cards.BACK:
                return self._shown(await self._own_card(ticket, card, context), ticket, "返回")
            case cards.GIVE:
                return await self._give(event, ticket, card, context)
            case cards.SNOOZE:
                return await self._put_off(event, ticket, card, context)
        return await self._refuse(f"没有“{event.key}”这个按钮", ticket.id, event, context)

    async def _take(self, ticket: Ticket, card: Pressed, context: Context) -> Outcome:
        if ticket.is_served and ticket.owner == context.member.id:
            return self._shown(await self._own_card(ticket, card, context), ticket, "接单")
        before = ticket.owner
        over = standing.is_over(self.desk, ticket, context.member.id, holds=True)
        taken, actions, why = await self.desk.take(ticket, context, over, card.number)
        if why:
            done = cards.done_card(ticket, card.task, words.over(ticket, self.desk.name_of(ticket.owner)))
            return silent(Update(card=done), reason=f"{ticket.label} {why}", rule="太晚")
        note = f"从{self.desk.name_of(before)}手里" if before not in ("", context.member.id) else ""
        await audit.record(context, "接单", ticket=ticket.id, why=note)
        shown = Update(card=await self._own_card(taken, card, context))
        return silent(shown, *actions, reason=f"接单 {taken.label}", rule="接单")

    async def _is_called_again(self, ticket: Ticket, context: Context) -> bool:
        """Whether the event's member has a newer card of a ticket that they may take and nobody has."""
        member = context.member.id
        is_free = ticket.is_under_way and not ticket.is_served and ticket.owner in ("", member)
        return is_free and await holders.holds(context, ticket, member)

    async def _take_by_older(self, ticket: Ticket, card: Pressed, context: Context) -> Outcome:
        """Taken as by words: a card that was replaced before can only be replaced now, so it cannot be the owner's."""
        taken = await Doing(self.desk, context).take(ticket.id)
        shown = Update(card=cards.done_card(ticket, card.task, words.TAKEN))
        return replace(taken, actions=(shown, *taken.actions))

    async def _close(self, ticket: Ticket, card: Pressed, context: Context) -> Outcome:
        member = context.member.id
        ended = Ended(member, over=standing.is_over(self.desk, ticket, member, holds=True))
        return await self._done(ended, "结束", "已结束", ticket, card, context)

    async def _give(self, event: Clicked, ticket: Ticket, card: Pressed, context: Context) -> Outcome:
        options = dict(await standing.others(self.desk, ticket, context))
        chosen = _selected(event, TO) or next(iter(options), "")
        if chosen not in options:
            return await self._refuse(f"不能转给“{chosen}”", ticket.id, event, context)
        kind, _, to = chosen.partition(":")
        member = context.member.id
        over = standing.is_over(self.desk, ticket, member, holds=True)
        passed = Passed(member, team=to, over=over) if kind == "team" else Passed(member, to=to, over=over)
        return await self._done(passed, "转给", f"已转{options[chosen]}", ticket, card, context)

    async def _put_off(self, event: Clicked, ticket: Ticket, card: Pressed, context: Context) -> Outcome:
        until = _selected(event, UNTIL) or cards.pauses(context.now, self.desk.services.calendar.timezone)[0][0]
        if not _MOMENT.fullmatch(until):
            return await self._refuse(f"看不懂“{until}”", ticket.id, event, context)
        member = context.member.id
        done = await self.desk.happen(ticket, Later(member, datetime.fromtimestamp(int(until), UTC)), context)
        if done.ignored:
            return self._shown(await self._own_card(ticket, card, context), ticket, done.ignored)
        at = min(moment for ring, moment in done.ticket.alarms.items() if ring.who == member)
        when = spoken_moment(at, context.now, self.desk.services.calendar.timezone)
        if ticket.is_served:
            return self._shown(await self._own_card(done.ticket, card, context, f"{when} 提醒您"), ticket, "稍后")
        await holders.spend(context, ticket, card.number)
        clock = at.astimezone(self.desk.services.calendar.timezone)
        shown = cards.done_card(ticket, card.task, f"{clock:%H:%M} 再来")
        return silent(Update(card=shown), *done.actions, reason=f"{ticket.label} {when} 再来", rule="稍后")

    async def _done(
        self, happened: Happened, what: str, label: str, ticket: Ticket, card: Pressed, context: Context
    ) -> Outcome:
        """Something after which nothing is left to press."""
        done = await self.desk.happen(ticket, happened, context, pressed=card.number)
        if done.ignored:
            await audit.record(context, what, ticket=ticket.id, allowed=False, why=done.ignored)
            return silent(
                Update(card=await self._own_card(ticket, card, context)), reason=f"{ticket.label} {done.ignored}"
            )
        if ticket.owner != context.member.id or what == "转给":
            await audit.record(context, what, ticket=ticket.id, why=label)
        await holders.spend(context, ticket, card.number)
        shown = cards.done_card(done.ticket, card.task, label)
        return silent(Update(card=shown), *done.actions, reason=f"{what} {ticket.label}：{label}", rule=what)

    async def _own_card(self, ticket: Ticket, card: Pressed, context: Context, told: str = "") -> Card:
        """The card as the event's member should have it."""
        said = await tickets.lines(context, ticket, cards.MOST_LINES)
        if ticket.is_served and ticket.owner == context.member.id:
            return cards.owned_card(ticket, card.task, said, told)
        owner = self.desk.name_of(ticket.owner) if ticket.owner else ""
        return cards.calling_card(ticket, card.task, said, self.desk.policy(ticket).accept, owner)

    def _shown(self, card: Card, ticket: Ticket, why: str) -> Outcome:
        return silent(Update(card=card), reason=f"{ticket.label} {why}", rule=why)


def _selected(event: Clicked, key: str) -> str:
    """What was chosen on the card; "" when nothing was."""
    return next((ids[0] for name, ids in event.selected if name == key and ids), "")
