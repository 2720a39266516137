"""Forms: an intent asks for what it has to know, one thing after the other, and then does what it is for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.types.actions import Action, Notify, Reply, Text
from bot.types.context import Context
from bot.types.events import Event, Message, Tick
from bot.types.outcome import Kind, Outcome, answered, silent
from bot.types.ports import Calendar, Timer
from handlers.desk.desk import Desk
from handlers.dialogue import close_dialogue, open_dialogue, waiting, with_reminder
from handlers.keyword.tables import cool_until
from handlers.understand.form import Form, Intent, Reader, cancels, continues, corrected, does_not_know
from handlers.variables import fill, values

FORMS = "forms"
# After so many answers in a row that did not fit, a person is offered.
MOST_TRIES = 3
# What the reason of an outcome has when they did not fit for too long.
GIVEN_UP = "填不下去"
# The same of one that nobody went on with.
UNANSWERED = "没等到回答"
# How long a form that rests can be gone on with.
KEPT = timedelta(hours=24)
# A word about a form that rests is of no use to somebody who comes back much later.
NOTICE_LIFE = timedelta(minutes=30)
_ENDS = tuple("。！？!?～~）")


@dataclass(frozen=True)
class Forms:
    """Keeps the forms of all threads going.

    Words that fit are taken before others hear them; those that fit nowhere come back here when nobody else knew what
    to do with them.
    """

    intents: Mapping[str, Intent]
    desk: Desk
    calendar: Calendar
    name: str = FORMS
    hears: tuple[str, ...] = ("message", "tick:forms")

    async def prepare(self, event: Event) -> None:
        """Nothing to prepare."""

    async def begin(
        self, name: str, said: str, context: Context, reason: str = "", score: float | None = None
    ) -> Outcome:
        """Start with an intent; what was said with it already is taken at once."""
        open_form = self._form(await waiting(context, self.name))
        if open_form is not None and open_form.intent.name == name:
            form = replace(open_form, rests=False)
        else:
            form = Form(self.intents[name], under=_beneath(open_form))
        taken = self._reader(context).certain(form, said)
        form = replace(form.with_values(taken.values), day=taken.day)
        outcome = await self._go_on(form, taken.values, said, context, taken.wrong)
        return replace(outcome, reason="；".join(filter(None, (reason, outcome.reason))), score=score)

    async def resume(self, event: Message, data: Mapping[str, Any], context: Context) -> Outcome | None:
        """What the next words mean for the form; None when they are about something else."""
        form = self._form(data)
        if form is None:
            await self._close(context)
            context.trace.add(self.name, str(data["intent"]), note="配置里没有这个意图了，不再问")
            return None
        if form.current is None:
            return await self._finish(form, event.text, context)
        if cancels(event.text, form):
            return await self._cancel(form, context)
        if continues(event.text):
            return await self._ask(replace(form, rests=False, tries=0), "", "继续", context)
        if form.rests_at(context.now):
            return await self._wake(form, event.text, context)
        rest = corrected(event.text, form) if form.values else None
        if rest is not None and (outcome := await self._correct(form, event.text, rest, context)):
            return outcome
        return await self._answer(form, event.text, context)

    async def decide(self, event: Event, prepared: None, context: Context) -> Outcome | None:
        """The last word on what nobody else understood, while a form is open; and the form's clock."""
        form = self._form(await waiting(context, self.name))
        if isinstance(event, Tick):
            return await self._ring(event, form, context)
        if form is None or form.current is None or form.rests_at(context.now):
            return None
        if not isinstance(event, Message) or not event.text.strip():
            return None
        taken = self._reader(context).take(form, event.text, last=True)
        if taken.values:
            return await self._go_on(form.with_values(taken.values), taken.values, event.text, context)
        return await self._again(form, form.current.expected, context)

    async def _answer(self, form: Form, text: str, context: Context) -> Outcome | None:
        taken = self._reader(context).take(form, text)
        if taken.values:
            return await self._go_on(form.with_values(taken.values), taken.values, text, context)
        if taken.day:
            return await self._ask(replace(form, day=taken.day), taken.wrong, "还差几点", context, question=False)
        if taken.wrong:
            return await self._again(form, taken.wrong, context)
        if does_not_know(text, form) and form.current is not None:
            return await self._rest(form, f"没有{form.current.label}，我这边办不了", context)
        return None

    async def _wake(self, form: Form, text: str, context: Context) -> Outcome | None:
        """A form that rests goes on by itself only with what cannot be meant for anything else."""
        taken = self._reader(context).certain(form, text)
        if not taken.values:
            return None
        return await self._go_on(form.with_values(taken.values), taken.values, text, context)

    async def _correct(self, form: Form, text: str, rest: str, context: Context) -> Outcome | None:
        """Another value in place of one that was told; None when these words are just an answer."""
        reader = self._reader(context)
        better = reader.correct(form, rest)
        named = next((name for name in form.values if form.intent.slots[name].label in text), None)
        if not better.values and named is None and reader.take(form, rest).values:
            return None
        if better.values:
            changed = form.with_values(better.values)
            return await self._go_on(changed, better.values, text, context, lead="改好了")
        if better.wrong:
            return await self._ask(form, better.wrong, "改的值不对", context)
        if named is not None or len(form.values) == 1:
            return await self._ask(form.without(named or next(iter(form.values))), "好的，重新填一下", "要改", context)
        asked = f"哪一项要改？现在是：{form.told}"
        return await self._ask(form, asked, "要改，没说哪一项", context, question=False)

    async def _go_on(
        self, form: Form, told: Mapping[str, Any], text: str, context: Context, why: str = "", lead: str = "收到"
    ) -> Outcome:
        """Ask for the next thing, or finish."""
        if form.current is None:
            return await self._finish(form, text, context)
        if form.day:
            return await self._ask(form, why, "还差几点", context, question=False)
        lead = f"{lead}，{form.telling(told)}" if told else ""
        return await self._ask(form, lead, f"还差{form.lacks}", context)

    async def _ask(self, form: Form, lead: str, why: str, context: Context, question: bool = True) -> Outcome:
        """Wait for an answer; `lead` is said before the question, or instead of it."""
        form = replace(form, until=context.now + form.intent.entry.wait)
        await self._keep(form, context)
        asked = fill(form.question, self._known(form, context)) if question else ""
        said = "\n".join(filter(None, (_ended(lead), asked)))
        context.trace.add(self.name, form.intent.name, note=f"已知 {form.told or '无'}，还差 {form.lacks}")
        return answered(_say(said, fixed=not form.values), reason=f"「{form.intent.name}」{why}", rule=form.intent.name)

    async def _again(self, form: Form, why: str, context: Context) -> Outcome:
        """An answer that does not fit: why, and the question once more; after some tries a person is offered."""
        form = replace(form, tries=form.tries + 1)
        if form.tries >= MOST_TRIES:
            return await self._rest(form, why, context)
        return await self._ask(form, why, f"第 {form.tries} 次没对上：{why}", context)

    async def _rest(self, form: Form, why: str, context: Context) -> Outcome:
        form = replace(form, rests=True, tries=0)
        await self._keep(form, context)
        team = self.desk.team.name if self.desk.team else "同事"
        can_call = not self.desk.missing(context)
        people = f"发「转人工」，请{team}帮您，已经填的会一起转过去；" if can_call else ""
        said = f"{_ended(why)}\n「{form.intent.name}」先放一放。{people}要接着填就发「继续」。"
        return answered(_say(said), reason=f"「{form.intent.name}」{GIVEN_UP}：{why}", rule=form.intent.name)

    async def _cancel(self, form: Form, context: Context) -> Outcome:
        await self._close(context)
        said = f"好的，「{form.intent.name}」先不办了，需要时再说一声就行。"
        reason = f"「{form.intent.name}」取消了"
        return await self._back(form, answered(_say(said), reason=reason, rule=form.intent.name), context)

    async def _ring(self, event: Tick, form: Form | None, context: Context) -> Outcome:
        """The time for an answer is over: a word, and the form rests."""
        if form is None or form.rests or form.until is None or event.due < form.until:
            return silent(reason="表单已经变了")
        await self._keep(replace(form, rests=True, tries=0), context)
        said = f"「{form.intent.name}」先放一放，还差{form.lacks}。要接着办就发「继续」。"
        notice = Notify(
            to=context.conversation, member=context.member.id, content=Text(body=said),
            expires_at=context.now + NOTICE_LIFE,
        )  # fmt: skip
        return silent(notice, reason=f"「{form.intent.name}」{UNANSWERED}", rule=form.intent.name)

    async def _finish(self, form: Form, text: str, context: Context) -> Outcome:
        """Say and do what the intent is for."""
        entry = form.intent.entry
        await self._close(context)
        if entry.cooldown and not context.rehearsal:
            await cool_until(cooling(entry.name), context.now + entry.cooldown, context)
        if form.values:
            context.trace.add(
                self.name, entry.name, note="；".join(f"{name}={one.value}" for name, one in form.values.items())
            )
        template = context.chance.choice(entry.reply) if entry.reply else ""
        body = fill(template, self._known(form, context))
        done = answered(*([_say(body, fixed=not form.values)] if body else []), reason="办好了", rule=entry.name)
        what, whom = entry.action
        if what == "转人工":
            return await self._hand_over(form, done, text, context)
        if what == "通知":
            done = replace(done, actions=(*done.actions, *self._tell(form, whom, context)))
        return await self._back(form, done, context)

    async def _hand_over(self, form: Form, done: Outcome, text: str, context: Context) -> Outcome:
        if form.under is not None:
            await open_dialogue(context, self.name, form.under, context.now + KEPT)
        reason = f"要办「{form.intent.name}」"
        called = await self.desk.open(text, context, [form.note] if form.note else [], reason=reason)
        kind = called.kind if called.kind != Kind.SILENT or not done.actions else Kind.ANSWERED
        actions = _together(done.actions, called.actions)
        return replace(called, kind=kind, actions=actions, rule=done.rule, reason=f"办好了；{called.reason}")

    def _tell(self, form: Form, whom: str, context: Context) -> Sequence[Action]:
        """Words for people with a role, and for the groups where they are told things."""
        services = self.desk.services
        who = context.member.name or context.member.id
        where = f"（{context.group.name}）" if context.group else ""
        text = Text(body=f"{who}{where}：{form.note or form.intent.name}", fixed=False)
        people = services.directory.with_role(whom) if services.desk else ()
        groups = services.directory.alerted(whom)
        told = [Notify(to=group, content=text, priority=1) for group in groups]
        return [*(self.desk.to_staff(person.id, text) for person in people), *told]

    async def _back(self, form: Form, outcome: Outcome, context: Context) -> Outcome:
        """Go back to the form that this one interrupted."""
        below = self._form(form.under) if form.under is not None else None
        if below is None or below.current is None:
            return outcome
        await self._keep(replace(below, until=context.now + below.intent.entry.wait, rests=False), context)
        return await with_reminder(outcome, context)

    async def _keep(self, form: Form, context: Context) -> None:
        await open_dialogue(context, self.name, form.dump(), context.now + form.intent.entry.wait + KEPT)
        if form.rests or form.until is None:
            await context.transaction.cancel_timer(_clock(context))
            return
        timer = Timer(
            id=_clock(context), name="forms.wait", conversation=context.conversation, member=context.member.id,
            due=form.until, data={},
        )  # fmt: skip
        await context.transaction.set_timer(timer)

    async def _close(self, context: Context) -> None:
        await close_dialogue(context, self.name)
        await context.transaction.cancel_timer(_clock(context))

    def _form(self, data: Mapping[str, Any] | None) -> Form | None:
        return Form.load(data, self.intents) if data is not None else None

    def _reader(self, context: Context) -> Reader:
        return Reader(context.now.astimezone(self.calendar.timezone), self.calendar)

    def _known(self, form: Form, context: Context) -> Mapping[str, str]:
        shown = {name: one.shown for name, one in form.values.items()}
        return {**values(context, self.calendar.timezone), **shown}


def cooling(name: str) -> str:
    """An intent's name among the things that cool down."""
    return f"intent:{name}"


def _beneath(form: Form | None) -> Mapping[str, Any] | None:
    """A form as the one below another; there is never a third."""
    return None if form is None or form.rests else {**form.dump(), "under": None}


def _clock(context: Context) -> str:
    return f"forms:{context.thread.key}"


def _together(said: Sequence[Action], called: Sequence[Action]) -> tuple[Action, ...]:
    """What is said when something is done and a person called, in one message: some doors have no second one."""
    words = [one.content.body for one in (*said, *called) if isinstance(one, Reply) and isinstance(one.content, Text)]
    others = [one for one in called if not isinstance(one, Reply)]
    return (*([_say("\n".join(words), fixed=False)] if words else []), *others)


def _ended(sentence: str) -> str:
    return sentence if not sentence or sentence.endswith(_ENDS) else f"{sentence}。"


def _say(body: str, fixed: bool = True) -> Reply:
    return Reply(content=Text(body=body, fixed=fixed))
