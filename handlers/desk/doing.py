"""What staff have done by words: the same that buttons do, and what only words can."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.types.actions import Action, Reply, Text
from bot.types.context import Context
from bot.types.outcome import Outcome, answered, silent
from handlers import audit
from handlers.desk import cards, holders, standing, switching, telling, tickets, unsent, words
from handlers.desk.desk import Desk
from handlers.desk.happenings import Ended, Later, Passed
from handlers.desk.ticket import Ticket
from handlers.desk.unsent import Unsent
from handlers.times import spoken_moment

MOST_NAMED = 6


@dataclass(frozen=True, slots=True)
class Doing:
    """One member of staff at work."""

    desk: Desk
    context: Context

    # What is there

    async def show(self) -> Outcome:
        """One's own tickets, and what waits."""
        own, waiting = await tickets.serving(self.context), await self._waiting()
        return answered(say(telling.listed(own, waiting, self.context.now)), reason="看工单", rule="工单")

    async def choose(self) -> Outcome:
        """A card that asks whom to answer now, where there are several."""
        own = await tickets.serving(self.context)
        if len(own) <= 1:
            said = telling.ONLY_ONE.format(label=own[0].label) if own else telling.NOTHING_IN_HAND
            return answered(say(said), reason="没有可切换的", rule="切换")
        card = switching.card(own, switching.task(self.context))
        return answered(Reply(content=card), reason="切换给谁", rule="切换")

    async def _waiting(self) -> Sequence[Ticket]:
        teams = [team.name for team in self.desk.duty.teams_of(self.context.member)]
        return await tickets.waiting(self.context, teams, 2 * telling.MOST_LISTED)

    # What is done with tickets

    async def take(self, number: int) -> Outcome:
        """Takes a ticket; without a number the only one that waits."""
        waiting = [] if number else await self._waiting()
        if not number and len(waiting) != 1:
            said = telling.listed((), waiting, self.context.now) if waiting else telling.NOBODY_WAITS
            return answered(say(said), reason=f"{len(waiting)} 单在等", rule="接单")
        ticket = await tickets.lock(self.context, number or waiting[0].id)
        if refused := await self._refused("接单", ticket, number, here=True):
            return refused
        assert ticket is not None
        if ticket.is_served and ticket.owner == self.context.member.id:
            await tickets.change(self.context, ticket, current_at=self.context.now)
            return answered(say(f"{ticket.label} 已经在您手上，现在回复这一单。"), reason="已经接了", rule="接单")
        before = ticket.owner
        taken, actions, why = await self.desk.take(ticket, self.context, await self._is_over(ticket))
        if why:
            return await self._refuse("接单", ticket.id, f"{ticket.label} 接不了：{why}。", why)
        note = f"从{self.desk.name_of(before)}手里" if before not in ("", self.context.member.id) else ""
        await audit.record(self.context, "接单", ticket=ticket.id, why=note)
        shown = [*await self._grey(taken, words.TAKEN), await self._own_card(taken)]
        return silent(*shown, *actions, reason=f"接单 {taken.label}", rule="接单")

    async def close(self, ticket: Ticket) -> Outcome:
        """Ends a service, or puts away what nobody has taken."""
        if refused := await self._refused("结束", ticket, ticket.id):
            return refused
        member = self.context.member.id
        ended = Ended(member, over=await self._is_over(ticket))
        done = await self.desk.happen(ticket, ended, self.context)
        if done.ignored:
            return await self._refuse("结束", ticket.id, f"{ticket.label} 没有结束：{done.ignored}。", done.ignored)
        if ticket.owner != member:
            await audit.record(self.context, "结束", ticket=ticket.id, why="已结束")
        said = f"{ticket.label} 已结束。{await self._now()}"
        return answered(say(said), *done.actions, reason=f"结束 {ticket.label}", rule="结束")

    async def give(self, ticket: Ticket, to: str, why: str) -> Outcome:
        """Gives it to a colleague or to another team; why is written down where the next one reads it."""
        if refused := await self._refused("转给", ticket, ticket.id, here=True):
            return refused
        passed = self._addressed(ticket, to, await self._is_over(ticket))
        if passed is None:
            said = telling.nobody(ticket, to, self._near(ticket, to))
            return await self._refuse("转给", ticket.id, said, f"不能转给“{to}”")
        if why:
            said = f"{self.desk.name_of(self.context.member.id)}转给{to}：{why}"
            await tickets.note(self.context, ticket, "note", said)
        done = await self.desk.happen(ticket, passed, self.context)
        if done.ignored:
            return await self._refuse("转给", ticket.id, f"{ticket.label} 没有转：{done.ignored}。", done.ignored)
        await audit.record(self.context, "转给", ticket=ticket.id, why=f"转给{to}")
        where = f"已转到{to}排队" if passed.team else f"已请{to}接"
        told = say(f"{ticket.label} {where}。{await self._now()}")
        return answered(told, *done.actions, reason=f"{ticket.label} {where}", rule="转给")

    async def later(self, ticket: Ticket, until: datetime) -> Outcome:
        """Comes back to it at a moment, at the latest when the customer's time is over."""
        if refused := await self._refused("稍后", ticket, ticket.id):
            return refused
        member = self.context.member.id
        done = await self.desk.happen(ticket, Later(member, until.astimezone(UTC)), self.context)
        if done.ignored:
            return await self._refuse("稍后", ticket.id, f"{ticket.label} 没有记下：{done.ignored}。", done.ignored)
        at = min(moment for ring, moment in done.ticket.alarms.items() if ring.who == member)
        when = spoken_moment(at, self.context.now, self.desk.services.calendar.timezone)
        grey = [] if ticket.is_served else await self._grey(ticket, f"{when} 再来")
        told = say(f"好的，{when} 提醒您 {ticket.label}（没有发给客户）。")
        return answered(told, *done.actions, *grey, reason=f"{ticket.label} {when} 再来", rule="稍后")

    async def note(self, ticket: Ticket, body: str, has_picture: bool) -> Outcome:
        """Writes down what staff should know and the customer should not."""
        if refused := await self._barred("备注", ticket):
            return refused
        if has_picture or not body:
            said = telling.NO_PICTURE if has_picture else telling.EMPTY_NOTE
            return answered(say(said), reason="备注里没有字" if not body else "备注里有图", rule="备注")
        who = self.desk.name_of(self.context.member.id)
        await tickets.note(self.context, ticket, "note", f"备注（{who}）：{body}")
        is_news = ticket.owner not in ("", self.context.member.id)
        heard = Text(body=f"{ticket.label} 备注（{who}）：{body}", fixed=False)
        told = self.desk.to_owner(ticket, heard) if is_news else []
        return answered(say(f"记在 {ticket.label} 上了，客户看不到。"), *told, reason="记下备注", rule="备注")

    # What was written and has not gone yet

    async def take_back(self, number: int) -> Outcome:
        """Takes back what the event's member wrote last and has not gone out yet."""
        mine = await unsent.of_writer(self.context)
        number = number or (mine[-1].ticket if mine else 0)
        back = [one for one in mine if one.ticket == number]
        if not back:
            return await self._too_late(number)
        ticket = await tickets.lock(self.context, number)
        assert ticket is not None
        await unsent.drop(self.context, back)
        await unsent.wind(self.context, ticket, self.context.member.id, self.desk.services.desk)
        said = telling.withdrawn(ticket, [one.content for one in back])
        return answered(say(said), reason=f"撤回 {len(back)} 条，没有发给 {ticket.label}", rule="撤回")

    async def _too_late(self, number: int) -> Outcome:
        hand = [number] if number else await tickets.of_owner(self.context)
        ticket = await tickets.lock(self.context, hand[0]) if hand else None
        is_mine = ticket is not None and ticket.owner == self.context.member.id
        last = await tickets.last_of_staff(self.context, ticket) if ticket is not None and is_mine else ""
        said = telling.gone(ticket, last) if ticket is not None and last else telling.NOTHING_TO_TAKE_BACK
        return answered(say(said), reason="已经发出" if last else "没有可以撤回的", rule="撤回")

    # Who may, and what they see

    async def _refused(self, what: str, ticket: Ticket | None, number: int, here: bool = False) -> Outcome | None:
        """Why it cannot be done with this ticket; None when it can. `here`: not with one that is served elsewhere."""
        if ticket is None:
            return await self._refuse(what, number, telling.missing(number), "没有这个工单")
        if refused := await self._barred(what, ticket):
            return refused
        if here and ticket.native and ticket.is_under_way:
            return await self._refuse(what, ticket.id, telling.elsewhere(ticket), "在微信客服里接待")
        holds = await holders.holds(self.context, ticket, self.context.member.id)
        if late := standing.too_late(self.desk, ticket, self.context.member.id, holds):
            owner = self.desk.name_of(ticket.owner) if ticket.owner else ""
            you = self.desk.name_of(self.context.member.id)
            said = telling.not_yours(ticket, owner, you) if ticket.is_under_way else telling.missing(ticket.id)
            return await self._refuse(what, ticket.id, said, late)
        return None

    async def _barred(self, what: str, ticket: Ticket) -> Outcome | None:
        why = await standing.barred(self.desk, ticket, self.context)
        if not why:
            return None
        own = ticket.member == self.context.member.id
        said = "这是您自己的请求，由同事来处理。" if own else f"#{ticket.id} 由{ticket.team}处理，您不在这个组。"
        return await self._refuse(what, ticket.id, said, why)

    async def _refuse(self, what: str, number: int, said: str, why: str) -> Outcome:
        await audit.record(self.context, what, ticket=number, allowed=False, why=why)
        return answered(say(said), reason=why, rule="拒绝")

    async def _is_over(self, ticket: Ticket) -> bool:
        """Whether the event's member may act on what another one has."""
        member = self.context.member.id
        return standing.is_over(self.desk, ticket, member, await holders.holds(self.context, ticket, member))

    def _addressed(self, ticket: Ticket, to: str, over: bool) -> Passed | None:
        """The passing on to whom a name means; None when it cannot go there."""
        member = self.context.member.id
        if id := self._people(ticket).get(to):
            return Passed(member, to=id, over=over)
        return Passed(member, team=to, over=over) if to in self._teams(ticket) else None

    def _people(self, ticket: Ticket) -> Mapping[str, str]:
        """Who else may have it, by name."""
        not_to = (ticket.owner, self.context.member.id)
        return {one.name or one.id: one.id for one in self.desk.staff_for(ticket) if one.id not in not_to}

    def _teams(self, ticket: Ticket) -> Sequence[str]:
        teams = self.desk.duty.teams
        return [name for name, team in teams.items() if name != ticket.team and self.desk.duty.members(team)]

    def _near(self, ticket: Ticket, to: str) -> Sequence[str]:
        """The names that may have been meant, and then the others, a few of them."""
        names = [*self._people(ticket), *self._teams(ticket)]
        return list(dict.fromkeys([*difflib.get_close_matches(to, names, cutoff=0.4), *names]))[:MOST_NAMED]

    async def _now(self) -> str:
        """Whom the next words go to; "" when to nobody."""
        own = await tickets.serving(self.context)
        return f"现在回复 {own[0].label}。" if own else ""

    async def _own_card(self, ticket: Ticket) -> Action:
        """A new card of the ticket for who has just taken it."""
        member = self.context.member.id
        ticket, (task,) = await holders.hand_out(self.context, ticket, [member])
        await tickets.change(self.context, ticket, cards=ticket.cards)
        said = await tickets.lines(self.context, ticket, cards.MOST_LINES)
        return self.desk.to_staff(member, cards.owned_card(ticket, task, said))

    async def _grey(self, ticket: Ticket, done: str) -> Sequence[Action]:
        """The cards that the event's member has of it say that nothing is left to press."""
        member = self.context.member.id
        tasks = await holders.give_back(self.context, ticket, member)
        return [self.desk.to_staff(member, cards.done_card(ticket, task, done)) for task in tasks]


async def strand(desk: Desk, ticket: Ticket, left: Sequence[Unsent], context: Context) -> Sequence[Action]:
    """Words whose ticket has gone out of their writer's hands: the writer is told."""
    await unsent.drop(context, left)
    who = dict.fromkeys(one.who for one in left)
    return [
        desk.to_staff(writer, Text(body=telling.stranded(ticket, [one.content for one in left if one.who == writer])))
        for writer in who
    ]


def say(body: str) -> Reply:
    """An answer to what was written."""
    return Reply(content=Text(body=body, fixed=False))
