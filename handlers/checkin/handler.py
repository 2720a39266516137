"""打卡, 打卡进度, 补打卡, 打卡规则, 打卡证书, 加入 a team: in one message each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.types.actions import Action, Card, Reply, Text, Update
from bot.types.context import Context
from bot.types.events import Clicked, Event, Message
from bot.types.outcome import Outcome, answered
from handlers.checkin import words
from handlers.checkin.about import is_about, is_question
from handlers.checkin.campaigns import Run
from handlers.checkin.cards import card_of, pressed
from handlers.checkin.playing import (
    Stand,
    certified,
    check_in,
    finished,
    make_up,
    stand_of,
    team_totals,
)
from handlers.checkin.records import change, join, pause_of
from handlers.checkin.settings import Campaign
from handlers.checkin.wordings import (
    WAYS,
    Asked,
    Command,
    as_word,
    is_plain,
    letters,
    makeup_day,
    shown_in,
    team_in,
    without_name,
)
from handlers.dialogue import close_dialogue, open_dialogue
from handlers.fairplay.barring import barred
from handlers.points.ledger import Ledger
from handlers.points.results import Short
from handlers.spoken import Spoken
from nlp.normalise import bare

# Whoever said 打卡 may show what belongs to it for so long.
WAITING = timedelta(minutes=10)
MOST_TRIES = 2
# So long after a campaign 打卡 may mean something else again.
FORGOTTEN = timedelta(days=30)
CANCEL = ("取消", "算了", "不打了", "先不打了")


@dataclass(frozen=True, slots=True)
class CheckingIn:
    """Checks members in, once a day and campaign."""

    runs: Sequence[Run]
    ledger: Ledger
    spoken: Spoken
    name: str = "checkin"
    hears: tuple[str, ...] = ("message", "clicked:checkin")

    async def prepare(self, event: Event) -> Asked | None:
        """What a message asks for."""
        return self._read(event) if isinstance(event, Message) and event.text else None

    def claims(self, message: Message) -> bool:
        """Whether it asks for something of ours."""
        return self._read(message) is not None

    async def decide(self, event: Event, prepared: Asked | None, context: Context) -> Outcome | None:
        """None for what is about something else, where no campaign takes place, and in groups that go without."""
        if not event.member or (context.group is not None and not context.group.has("checkin")):
            return None
        if isinstance(event, Clicked):
            return await self._pressed(event, context)
        if prepared is None or not isinstance(event, Message):
            return None
        found = self._meant(prepared, event, context)
        if found is None or _is_about(found, prepared, event):
            return None
        context.trace.add(self.name, prepared.command, note=prepared.how)
        said, more = (found, []) if isinstance(found, str) else await self._answer(found, prepared, event, context)
        return answered(Reply(content=_text(said)), *more, reason=prepared.how or "说的就是它", rule=prepared.command)

    async def resume(self, event: Message, data: Mapping[str, Any], context: Context) -> Outcome | None:
        """What somebody shows who said 打卡 before; None for what is rather something else."""
        run = next((one for one in self.runs if one.name == data["campaign"]), None)
        asked = self._read(event)
        if run is None or (asked and not _is_about(run, asked, event)):
            await close_dialogue(context, self.name)
            return None
        if bare(event.text) in CANCEL:
            await close_dialogue(context, self.name)
            return answered(Reply(content=_text(words.DROPPED)), reason="不打了", rule="取消")
        if _is_about(run, asked or Asked("checkin", shown=event.text), event):
            return None
        if not _shows(run.campaign, event):
            return await self._not_shown(run, event, data, context)
        said, more = await self._check_in(run, event.text, event, context)
        return answered(Reply(content=_text(said)), *more, reason="接着打卡", rule="checkin")

    async def _not_shown(self, run: Run, event: Message, data: Mapping[str, Any], context: Context) -> Outcome | None:
        """Too short for a proof: say so, but not for ever, for it may be meant for somebody else."""
        if run.campaign.proof != "文字" or not event.text or data["tries"] >= MOST_TRIES:
            return None
        await self._wait(run, data["tries"] + 1, context)
        said = words.TOO_SHORT.format(least=run.campaign.min_length, now=letters(event.text))
        return answered(Reply(content=_text(said)), reason="太短", rule="checkin")

    def _read(self, message: Message) -> Asked | None:
        # A name may have 打卡 in it: what is a command as it stands needs none.
        if asked := self._command(message.text, message.at):
            return asked
        name, text = without_name(message.text, [run.name for run in self.runs])
        if name and (asked := self._command(text, message.at)):
            return replace(asked, campaign=name)
        shown = shown_in(text)
        if shown is None and "打卡" in name:
            # Such a name says it by itself: what is said beside it is read as beside the word.
            beside = as_word(message.text, name)
            shown = "" if is_plain(beside) else shown_in(beside)
        return None if shown is None else Asked("checkin", "连内容一起", shown, campaign=name)

    def _command(self, text: str, at: datetime) -> Asked | None:
        if is_plain(text):
            return Asked("checkin")
        if said := self.spoken.find(text):
            command: Command = said.command  # type: ignore[assignment]
            return Asked(command, said.how)
        if day := makeup_day(text, self.ledger.days.of(at)):
            return Asked("makeup", f"补 {day.isoformat()}", day=day)
        team = team_in(text, [team for run in self.runs for team in run.campaign.teams])
        return Asked("team", team=team) if team else None

    def _meant(self, asked: Asked, event: Message, context: Context) -> Run | str | None:
        """The campaign that somebody means, what to say where that is not clear, or None where there is none here."""
        here = [run for run in self.runs if run.is_here(context) and asked.team in ("", *run.campaign.teams)]
        if asked.campaign:
            here = [run for run in here if run.name == asked.campaign]
        mine = [run for run in here if run.includes(context.member.id)]
        if not mine:
            # 1:1 there is always some campaign of others, which is nobody's business.
            return words.NOT_INVITED.format(name=here[-1].name) if here and context.group else None
        on = [run for run in mine if run.is_on(event.at)]
        if asked.command == "checkin" and len(on) > 1:
            on = [run for run in on if _shows(run.campaign, replace(event, text=asked.shown))] or on
        if len(on) > 1:
            names = "、".join(f"「{run.name}」" for run in on)
            return words.SEVERAL.format(names=names, example=_example(asked.command), first=on[0].name)
        found = on[0] if on else self._nearest(mine, event.at)
        is_past = found.course.is_over(event.at - FORGOTTEN)
        return None if is_past and asked.command not in ("progress", "certificate") else found

    def _nearest(self, runs: Sequence[Run], moment: datetime) -> Run:
        """The next one, or the last where none is to come."""
        coming = [run for run in runs if not run.course.has_begun(moment)]
        if coming:
            return min(coming, key=lambda run: run.campaign.since)
        return max(runs, key=lambda run: run.campaign.until)

    async def _answer(self, run: Run, asked: Asked, event: Message, context: Context) -> tuple[str, Sequence[Action]]:
        if asked.command == "checkin":
            return await self._ask_for_proof(run, asked, event, context)
        if asked.command == "rules":
            campaign, hours = run.campaign, str(run.campaign.hours or "")
            return words.rules_of(campaign, self.ledger.rules.name, len(run.course.days), hours), ()
        stand = await stand_of(run, context, min(event.at, context.now))
        if asked.command == "makeup":
            return await self._make_up(stand, asked, event, context)
        if asked.command == "certificate":
            return self._certificate(stand, event, context)
        if asked.command == "team":
            return await self._join_team(stand, asked.team, event, context), ()
        return await self._progress(stand, event, context), ()

    async def _ask_for_proof(
        self, run: Run, asked: Asked, event: Message, context: Context
    ) -> tuple[str, Sequence[Action]]:
        """Check in with what came with the word, or wait for what belongs to it."""
        if _shows(run.campaign, replace(event, text=asked.shown)):
            return await self._check_in(run, asked.shown, event, context)
        stand = await self._stand(run, event, context)
        if isinstance(stand, str):
            return stand, ()
        campaign = run.campaign
        if campaign.proof == "图片" and context.conversation.place == "group":
            return words.SHOW_GROUP.format(name=run.name), ()
        await self._wait(run, 0, context)
        if campaign.proof == "图片":
            return words.SHOW, ()
        if asked.shown:
            return words.TOO_SHORT.format(least=campaign.min_length, now=letters(asked.shown)), ()
        return words.WRITE.format(least=campaign.min_length), ()

    async def _wait(self, run: Run, tries: int, context: Context) -> None:
        data = {"campaign": run.name, "tries": tries}
        await open_dialogue(context, self.name, data, context.now + WAITING)

    async def _closed(self, run: Run, moment: datetime, context: Context) -> str:
        """Why somebody can do nothing in a campaign any more, or for a while; "" when they can."""
        if run.course.is_over(moment):
            return words.OVER.format(name=run.name, day=words.day_name(run.campaign.until))
        if await pause_of(context.transaction, run.name):
            return words.PAUSED.format(name=run.name)
        return await barred(context, context.member.id)

    async def _stand(self, run: Run, event: Event, context: Context) -> Stand | str:
        """How somebody stands who can check in now; why they cannot where that is so."""
        moment, course, name = min(event.at, context.now), run.course, run.name
        if why := _not_yet(run, moment) or await self._closed(run, moment, context):
            return why
        today = course.today(moment)
        if today is None:
            following = next(day for day in course.days if day > course.local.of(moment))
            return words.NO_DAY.format(name=name, next=words.day_name(following))
        stand = await stand_of(run, context, moment)
        if stand.has(today):
            template = words.AGAIN if today != course.days[-1] else words.AGAIN_LAST
            return template.format(name=name, streak=stand.progress.streak)
        if not course.is_open(moment):
            return words.CLOSED.format(name=name, hours=run.campaign.hours)
        return _only_in_group(stand, context) or stand

    async def _check_in(self, run: Run, shown: str, event: Event, context: Context) -> tuple[str, Sequence[Action]]:
        await close_dialogue(context, self.name)
        before = await self._stand(run, event, context)
        if isinstance(before, str):
            return before, ()
        played = await check_in(before, shown, self.ledger, context)
        after = played.stand
        opening = context.chance.choice(run.campaign.say)
        unit, gains = self.ledger.rules.name, played.gains
        said = words.done(run.campaign, unit, opening, after.number, after.progress, after.left, gains)
        more, actions = finished(played, event, context)
        return said + more, actions

    async def _make_up(
        self, before: Stand, asked: Asked, event: Message, context: Context
    ) -> tuple[str, Sequence[Action]]:
        run, campaign = before.run, before.run.campaign
        if why := await self._no_makeup(before, asked, event, context):
            return why, ()
        day = asked.day or before.missed()[-1]
        played = await make_up(before, day, self.ledger, context)
        unit = self.ledger.rules.name
        if isinstance(played, Short):
            return words.TOO_POOR.format(cost=campaign.card_cost, unit=unit, missing=played.missing), ()
        after = played.stand
        said = words.made_up(run.campaign, unit, day, after.progress, after.cards, after.left, played.gains)
        more, actions = finished(played, event, context)
        return said + more, actions

    async def _no_makeup(self, before: Stand, asked: Asked, event: Message, context: Context) -> str:
        """Why nothing is made up for; "" when something is."""
        run, campaign, moment = before.run, before.run.campaign, min(event.at, context.now)
        if why := _not_yet(run, moment) or await self._closed(run, moment, context) or _only_in_group(before, context):
            return why
        missed, days = before.missed(), campaign.makeup_within.days
        if not campaign.cards:
            return words.NO_CARDS.format(name=run.name)
        if asked.day is not None and before.has(asked.day):
            return words.DONE_THEN.format(day=words.day_name(asked.day))
        if not missed:
            return words.NOTHING_MISSED.format(name=run.name, days=days)
        if asked.day is not None and asked.day not in missed:
            return words.NOT_THEN.format(days=days, missed=words.days_name(missed))
        return "" if before.cards else words.NO_CARDS_LEFT.format(name=run.name, cards=campaign.cards)

    async def _progress(self, stand: Stand, event: Message, context: Context) -> str:
        run, moment = stand.run, min(event.at, context.now)
        if why := _not_yet(run, moment):
            return why
        over = run.course.is_over(moment)
        today = "已经结束" if over else f"第 {stand.number} 天，共 {len(run.course.days)} 天"
        cards = 0 if over else min(stand.cards, len(stand.missed()))
        teams = await team_totals(run, context)
        return words.progress(run.campaign, today, stand.progress, stand.left, cards, stand.team(), teams)

    def _certificate(self, stand: Stand, event: Message, context: Context) -> tuple[str, Sequence[Action]]:
        if not stand.run.campaign.certificate:
            return words.NO_CERTIFICATES.format(name=stand.run.name), ()
        if not stand.has_finished:
            total, wanted = stand.progress.total, stand.wanted
            return words.NO_CERTIFICATE.format(name=stand.run.name, total=total, needed=wanted), ()
        return words.CERTIFICATE_COMING, certified(stand, event, context)

    async def _join_team(self, stand: Stand, team: str, event: Message, context: Context) -> str:
        run, moment = stand.run, min(event.at, context.now)
        if now := stand.team():
            return words.STAYS.format(team=now)
        if why := await self._closed(run, moment, context) or _only_in_group(stand, context):
            return why
        await join(context, run.name, stand.who.key, context.conversation.door)
        await change(context, run.name, stand.who.key, team=team)
        return words.IN_TEAM.format(team=team)

    async def _pressed(self, event: Clicked, context: Context) -> Outcome | None:
        """The button of a reminder."""
        run = next((one for one in self.runs if pressed(one.campaign, event)), None)
        if run is None or not run.includes(context.member.id):
            return None
        # By then the day may have been reported.
        is_late = context.now - event.at > run.course.late
        said, more = (words.PRESSED_LATE, ()) if is_late else await self._check_in(run, "", event, context)
        card: Card = replace(card_of(run.campaign, event.task, said), done="知道了")
        return answered(Update(card=card), *more, reason="点了打卡", rule="checkin")


def _not_yet(run: Run, moment: datetime) -> str:
    """That a campaign is still to come; "" for one that is not."""
    if run.course.has_begun(moment):
        return ""
    return words.NOT_YET.format(name=run.name, day=words.day_name(run.campaign.since))


def _only_in_group(stand: Stand, context: Context) -> str:
    """That a campaign of groups is joined there; "" for who speaks there, has joined, or was named."""
    run = stand.run
    needs_group = run.named is None and run.campaign.groups and context.group is None and not stand.who.door
    return words.JOIN_IN_GROUP.format(name=run.name) if needs_group else ""


def _is_about(found: Run | str, asked: Asked, event: Message) -> bool:
    """Whether what was said beside 打卡 is about the campaign, unless the picture that it wants came too."""
    campaign = None if isinstance(found, str) else found.campaign
    if campaign and campaign.proof == "按钮":
        # The word itself is the proof: 昨天忘了 is only said besides.
        return is_question(asked.shown)
    is_proven = campaign and campaign.proof == "图片" and _shows(campaign, event)
    return not is_proven and is_about(asked.shown)


def _shows(campaign: Campaign, event: Message) -> bool:
    """Whether a message has the proof that a campaign wants."""
    if campaign.proof == "图片":
        return any(one.form == "image" for one in event.media)
    return campaign.proof == "按钮" or letters(event.text) >= campaign.min_length


def _example(command: Command) -> str:
    """How the command is said."""
    return WAYS[command][0] if command in WAYS else "打卡"


def _text(body: str) -> Text:
    return Text(body=body, fixed=False)
