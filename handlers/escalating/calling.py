"""Calls people without being asked to, where that helps: once, and never where nobody can come."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.types.actions import Action, Button, Card, Notify, Reply, Text
from bot.types.context import Context
from bot.types.outcome import Kind, Outcome, answered, silent
from handlers.desk import tickets
from handlers.desk.desk import Desk
from handlers.desk.happenings import Called
from handlers.escalating import tables
from handlers.keyword.tables import cool_until, is_cooling

# People who were called are not called again so soon; what happens meanwhile is written on the ticket.
APART = timedelta(minutes=30)
# Nor is the same offer made with every answer.
OFFERED = "escalating.offer"
TASK, PRESS, LABEL = "call", "call", "转人工"
# What a card's title holds at every door that has cards.
LONGEST_TITLE = 26
# The rules of outcomes that say that the bot did not understand.
UNKNOWN, UNKNOWN_OFFERED = "不知道", "提议转人工"
OFFER = "需要的话发「转人工」，请{team}帮您看看。"
TITLE = "要请人看看吗？"
PRESS_OFFER = "需要的话点「转人工」，请{team}帮您看看。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why people are called, and who: `reason` for staff, `rule` for the trace, `say` for the customer before that.

    `at_once`: even shortly after another call.
    """

    reason: str
    rule: str
    say: str = ""
    at_once: bool = False
    team: str = ""
    skill: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True)
class Calling:
    """Calls and offers people at one desk."""

    desk: Desk

    def can(self, context: Context, team: str = "") -> bool:
        """Whether anybody could come."""
        if self.desk.missing(context):
            return False
        staff = self.desk.services.directory.with_role(team) if team else ()
        return not team or any(member.id != context.member.id for member in staff)

    async def call(
        self, cause: Cause, said: str, context: Context, kept: Sequence[Action] = (), outcome: Outcome | None = None
    ) -> Outcome | None:
        """A ticket, with `kept` and the cause's words before what is promised; None where people are not called now.

        Where they were called not long ago the cause is written on that ticket; a graver one raises its level, beside
        the `outcome` that there is anyhow.
        """
        if not self.can(context, cause.team):
            context.trace.add("escalating", cause.rule, note=f"{cause.reason}，但这里没有人可以来")
            return None
        before = await tables.last_call(context, APART)
        if before is not None and (before.is_under_way or not cause.at_once):
            return await self._noted(before, cause, context, outcome)
        called = await self.desk.open(
            said, context, reason=cause.reason, team=cause.team, skill=cause.skill, level=cause.level
        )
        if called.kind != Kind.ESCALATED:
            return None
        actions = together([*kept, *([_say(cause.say)] if cause.say else [])], called.actions)
        return replace(called, actions=actions, rule=cause.rule, reason=f"{cause.reason}；{called.reason}")

    async def _noted(
        self, before: tables.Called, cause: Cause, context: Context, outcome: Outcome | None
    ) -> Outcome | None:
        context.trace.add("escalating", cause.rule, note=f"{cause.reason}，刚叫过人（#{before.number}），记在工单上")
        if before.reason != cause.reason:
            await tables.note(context, before.number, f"（{cause.reason}）")
        told = await self._raised(cause, context)
        if cause.at_once and cause.say:
            return answered(_say(cause.say), *told, reason=f"{cause.reason}，已经叫了人", rule=cause.rule)
        if not told:
            return None
        outcome = outcome or silent(reason=cause.reason, rule=cause.rule)
        return replace(outcome, actions=(*outcome.actions, *told))

    async def _raised(self, cause: Cause, context: Context) -> Sequence[Action]:
        """Those above are called to the ticket that is under way, where the cause is graver than what it is for."""
        ticket = await tickets.of_thread(context) if cause.level else None
        if ticket is None or cause.level <= ticket.level:
            return ()
        done = await self.desk.happen(ticket, Called(cause.level, cause.reason), context, _unsaid)
        return done.actions

    async def offer(self, outcome: Outcome, cause: Cause, context: Context) -> Outcome | None:
        """The outcome with an offer after its words; None where it has no words, or none would come, or says it."""
        last = next((at for at in reversed(range(len(outcome.actions))) if _words(outcome.actions[at])), None)
        if last is None or not self.can(context, cause.team):
            return None
        if any(LABEL in _words(action) for action in outcome.actions) or not await self._may_offer(context):
            return None
        team = cause.team or (self.desk.team.name if self.desk.team else "同事")
        actions = list(outcome.actions)
        more = "\n".join(filter(None, (cause.say, OFFER.format(team=team))))
        actions[last] = _longer(actions[last], more)
        context.trace.add("escalating", cause.rule, note=f"{cause.reason}，提议转人工")
        return replace(outcome, actions=tuple(actions))

    async def _may_offer(self, context: Context) -> bool:
        """Whether people were neither called nor offered lately; they are offered now."""
        if context.rehearsal:
            return True
        if await is_cooling(OFFERED, context) or await tables.last_call(context, APART) is not None:
            return False
        await cool_until(OFFERED, context.now + APART, context)
        return True

    def offering(self, said: str, event: str, context: Context) -> Sequence[Reply]:
        """Words with an offer: a card to press where the door has such, otherwise in words too."""
        team = self.desk.team.name if self.desk.team else "同事"
        if self.desk.services.sends(context.conversation.door, "buttons") != "now":
            return [_say(f"{said}\n{OFFER.format(team=team)}")]
        task = f"{TASK}-{hashlib.sha256(event.encode()).hexdigest()[:24]}"
        buttons, more = (Button(PRESS, LABEL),), PRESS_OFFER.format(team=team)
        # An AI bot's answer has words beside its card anyhow.
        if len(said) > LONGEST_TITLE or context.conversation.channel == "aibot":
            return [_say(said), Reply(content=Card(task=task, title=TITLE, desc=more, buttons=buttons))]
        return [Reply(content=Card(task=task, title=said, desc=more, buttons=buttons))]


def together(said: Sequence[Action], called: Sequence[Action]) -> tuple[Action, ...]:
    """What is said and then promised as one message, for some doors have no second one; then all others."""
    bodies = [body for action in (*said, *called) if (body := _words(action))]
    fixed = all(action.content.fixed for action in said if isinstance(action, Reply))
    others = [action for action in (*said, *called) if not _words(action)]
    spoken = [Reply(content=Text(body="\n".join(bodies), fixed=fixed))] if bodies else []
    return (*spoken, *others)


def told_later(actions: Sequence[Action], context: Context) -> tuple[Action, ...]:
    """The same where nobody has just spoken: what would be an answer is said in the conversation."""
    until = context.now + APART
    return tuple(
        Notify(to=context.conversation, member=context.member.id, content=action.content, expires_at=until)
        if isinstance(action, Reply)
        else action
        for action in actions
    )


def _unsaid(body: str) -> Sequence[Action]:
    """The customer, who asked for nothing, is told nothing."""
    return ()


def _words(action: Action) -> str:
    if isinstance(action, Reply) and isinstance(action.content, Text):
        return action.content.body
    return ""


def _longer(action: Action, more: str) -> Action:
    assert isinstance(action, Reply)
    assert isinstance(action.content, Text)
    return replace(action, content=replace(action.content, body=f"{action.content.body}\n{more}"))


def _say(body: str) -> Reply:
    return Reply(content=Text(body=body))
