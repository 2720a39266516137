"""What a campaign does by the clock: reminders to those missing, who was absent, who has finished."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.types.actions import Action, Card, Content, Notify, Text
from bot.types.context import Context
from bot.types.declarations import Due, Settings
from bot.types.events import Conversation, Event, Tick
from bot.types.outcome import Outcome, silent
from bot.types.ports import Services, Timer
from handlers.broadcast.handler import APART, CHUNK, Broadcaster
from handlers.broadcast.pausing import pause_of as sending_pause_of
from handlers.broadcast.plan import Ready
from handlers.broadcast.targets import Target
from handlers.checkin.campaigns import Run
from handlers.checkin.cards import card_of, task_of
from handlers.checkin.certificates import certificate_of
from handlers.checkin.lists import Standings, absent_told, finishers_told, standings
from handlers.checkin.playing import finish
from handlers.checkin.records import (
    Participant,
    Told,
    all_participants,
    done_on,
    keep_told,
    lock,
    participant,
    pause_of,
    what_was_told,
)
from handlers.checkin.settings import CAMPAIGNS, Campaign
from handlers.fairplay.barring import barred
from handlers.points.ledger import Ledger
from handlers.points.members import people

REMIND, REPORT, SETTLE = "checkin.remind", "checkin.report", "checkin.settle"
LIFE = timedelta(days=1)
# Of so many days managers hear who was absent, where nobody was there to tell them for longer.
MOST_DAYS = 3


@dataclass(frozen=True, slots=True)
class Reminded(Ready):
    """A reminder; with a button where that is the proof, at doors that have buttons."""

    campaign: Campaign | None = None
    occasion: str = ""
    has_buttons: Callable[[str], bool] = lambda door: False

    def contents(self, number: int, target: Target, now: datetime, zone: ZoneInfo) -> tuple[Content, ...]:
        """The words, on a card where there is something to press."""
        said = self.words(number, target, now, zone)
        if self.campaign is None or self.campaign.proof != "按钮" or not self.has_buttons(target.to.door):
            return (Text(body=said),)
        card: Card = card_of(self.campaign, task_of(self.campaign, f"{self.occasion}|{target.key}"), said)
        return (card,)


@dataclass(frozen=True, slots=True)
class Listed(Ready):
    """A text that was made now."""

    text: str = ""

    def contents(self, number: int, target: Target, now: datetime, zone: ZoneInfo) -> tuple[Content, ...]:
        """The text."""
        return (Text(body=self.text, fixed=False),)


@dataclass(frozen=True, slots=True)
class CampaignClock:
    """Hears the Ticks of campaigns. What goes to members goes through the `sender`, which knows how much they hear."""

    runs: Sequence[Run]
    ledger: Ledger
    sender: Broadcaster
    services: Services
    name: str = "checkin clock"
    hears: tuple[str, ...] = ("tick:checkin",)

    async def prepare(self, event: Event) -> None:
        """Nothing to prepare."""

    async def decide(self, event: Event, prepared: None, context: Context) -> Outcome | None:
        """Silent towards the scheduler."""
        if not isinstance(event, Tick):
            return None
        name = event.name.partition("|")[2]
        run = next((one for one in self.runs if one.name == (event.data.get("campaign") or name)), None)
        if run is None:
            return silent(reason="配置里没有这个活动了", rule="没有了")
        if event.name.startswith(REMIND):
            return await self._remind(run, event, context)
        if event.name.startswith(SETTLE):
            return await self._settle(run, event.data["after"], event, context)
        return await self._report(run, event, context)

    # Reminders.

    async def _remind(self, run: Run, event: Tick, context: Context) -> Outcome:
        day = run.course.today(event.due)
        entry = run.campaign.reminder(run.course)
        if entry is None or day is None or not run.course.is_open(context.now) or run.course.today(context.now) != day:
            return silent(reason="这会儿不能打卡，不用提醒", rule="提醒")
        if await pause_of(context.transaction, run.name) or await sending_pause_of(entry.name, context.transaction):
            return silent(reason="暂停了", rule="暂停")
        now, rest = await self._missing(run, day, event.data.get("after", ""), context)
        if rest:
            await self._go_on(REMIND, run, rest, event, context)
        if not now:
            return silent(reason="没有要提醒的", rule="提醒")
        found = Reminded(
            entry, await self._targets(run, now, context), campaign=run.campaign, occasion=event.id,
            has_buttons=lambda door: self.services.sends(door, "buttons") == "now",
        )  # fmt: skip
        sent = await self.sender.deliver(found, event.due, context.chance.randrange(len(entry.send)), context)
        return silent(*sent.actions, reason=f"{len(now)} 人没打卡，{sent.reason}", rule="提醒")

    async def _missing(self, run: Run, day: date, after: str, context: Context) -> tuple[Sequence[Participant], str]:
        """The next ones behind `after` who could check in on a day, have not and can be told, all guarded.

        Then the key behind which there are more; "" where there are none.
        """
        done = await done_on(context.transaction, run.name, day)
        everybody = await all_participants(context, run.name, run.named)
        missing = [who for who in everybody if who.key not in done and who.key > after and run.reaches(who.door)]
        now, rest = missing[:CHUNK], missing[CHUNK:]
        for who in now:
            # Whoever checks in from here on makes this run again, and is not reminded.
            await lock(context, run.name, who.key)
        done = await done_on(context.transaction, run.name, day)
        kept = [who for who in now if who.key not in done and not await barred(context, who.id)]
        return kept, now[-1].key if rest else ""

    async def _targets(self, run: Run, who: Sequence[Participant], context: Context) -> Sequence[Target]:
        keys = [one.key for one in who]
        known = await people(context.transaction, keys, self.services.directory, run.door)
        return [
            Target(f"member:{one.id}", known[one.key].called, Conversation(run.door, "direct", one.id), one.id)
            for one in who
        ]

    async def _go_on(self, name: str, run: Run, after: str, event: Tick, context: Context) -> None:
        """The others come a little later, so that nobody else's answers wait behind them."""
        timer = Timer(
            id=f"{name}:{run.name}:{event.due.isoformat()}", name=name, conversation=context.conversation,
            due=context.now + APART, data={"campaign": run.name, "after": after},
        )  # fmt: skip
        await context.transaction.set_timer(timer)

    # Reports, and the end.

    async def _report(self, run: Run, event: Tick, context: Context) -> Outcome:
        before = await what_was_told(context, run.name)
        closed = run.course.closed(context.now)
        fresh = [day for day in closed if day.isoformat() > before.reported]
        ends = bool(closed) and closed[-1] == run.course.days[-1] and before.listed_at is None
        if not fresh and not ends:
            return silent(reason="没有新结束的日子", rule="缺席")
        found = await standings(run, context, self.services.directory, closed[-1])
        reported = [day for day in fresh if day not in found.free][-MOST_DAYS:]
        said = [absent_told(found, day) for day in reported]
        actions: list[Action] = list(self._tell(run, "\n".join(said), context)) if said else []
        listed_at = before.listed_at
        if ends:
            actions += await self._end(run, found, event, context)
            listed_at = context.now
        await keep_told(context, run.name, Told(closed[-1].isoformat(), listed_at))
        return silent(*actions, reason=f"{len(reported)} 天的缺席" + ("，完成名单" if ends else ""), rule="缺席")

    async def _end(self, run: Run, found: Standings, event: Tick, context: Context) -> Sequence[Action]:
        """The list of who has finished, for managers and groups; those who finish by the end alone get theirs."""
        text = finishers_told(found, ended=True)
        actions: list[Action] = list(self._tell(run, text, context))
        entry = run.campaign.final_list(run.course)
        if entry is not None and run.groups:
            sent = await self.sender.deliver(Listed(entry, run.groups, text=text), event.due, 0, context)
            actions += sent.actions
        await self._go_on(SETTLE, run, "", event, context)
        return actions

    async def _settle(self, run: Run, after: str, event: Tick, context: Context) -> Outcome:
        """Finishers who have not got what is theirs: days fell out of the campaign, so that fewer were enough."""
        found = await standings(run, context, self.services.directory, run.course.days[-1])
        waiting = sorted((who for who in found.finishers() if who.finished_at is None and who.key > after), key=_by_key)
        actions: list[Action] = []
        for who in waiting[:CHUNK]:
            await lock(context, run.name, who.key)
            now = await participant(context.transaction, run.name, who.key, who.id)
            if now is None or now.finished_at is not None:
                continue
            await finish(run, who, self.ledger, context)
            # Who cannot be told unasked asks for theirs: 打卡证书.
            if run.campaign.certificate and run.reaches(who.door):
                name, number = found.names[who.key], len(actions)
                actions.append(certificate_of(run, who, found.of[who], name, event, context, number))
        if len(waiting) > CHUNK:
            await self._go_on(SETTLE, run, waiting[CHUNK - 1].key, event, context)
        return silent(*actions, reason=f"{len(waiting)} 人因此完成", rule="完成")

    def _tell(self, run: Run, body: str, context: Context) -> Iterable[Notify]:
        """Managers hear it, each once, and the groups that are told what they are."""
        directory, desk = self.services.directory, self.services.desk
        content, until = Text(body=body, fixed=False), context.now + LIFE
        roles = run.campaign.managers
        ids = dict.fromkeys(one.id for role in roles for one in directory.with_role(role)) if desk else {}
        yield from (
            Notify(to=Conversation(desk, "direct", id), member=id, content=content, expires_at=until) for id in ids
        )
        for group in dict.fromkeys(group for role in roles for group in directory.alerted(role)):
            yield Notify(to=group, content=content, expires_at=until)


def due(settings: Settings) -> Iterable[Due]:
    """When campaigns remind and report."""
    for campaign in settings[CAMPAIGNS]:
        for clock in dict.fromkeys(campaign.remind):
            name = f"{REMIND}.{clock:%H%M}|{campaign.name}"
            yield Due(name=name, cron=f"{clock.minute} {clock.hour} * * *")
        report = campaign.report
        yield Due(name=f"{REPORT}|{campaign.name}", cron=f"{report.minute} {report.hour} * * *")


def _by_key(who: Participant) -> str:
    return who.key
