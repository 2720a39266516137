"""What is said to games: beginning and ending them, moves, and the clock."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.types.actions import Notify, Reply, Text
from bot.types.context import Context
from bot.types.events import Event, Message, Signal, Tick
from bot.types.outcome import Outcome, answered, silent
from handlers.desk import tickets
from handlers.dialogue import opened_at
from handlers.fairplay.barring import barred
from handlers.games import match as matches
from handlers.games import words
from handlers.games.game import Game
from handlers.games.match import Match
from handlers.games.playing import Playing, ring_of
from handlers.halt import silences
from handlers.spoken import Said, Spoken
from nlp.normalise import bare

FEATURE = "games"
BEGINS = "begin:"
# What nobody could hear when it was asked is of no use later.
LIFE = timedelta(minutes=10)
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Playroom:
    """Begins, scores and ends matches, and takes the words that are moves beyond doubt."""

    playing: Playing
    spoken: Spoken
    name: str = "games"
    hears: tuple[str, ...] = ("message", "tick:games", "signal:games")

    async def prepare(self, event: Event) -> Said | None:
        """The command in a message; and whatever the games need for it."""
        text = event.text if isinstance(event, Message) else ""
        said = self.spoken.find(text) if text else None
        begins = said is not None and said.command.startswith(BEGINS)
        for game in self.playing.games.values():
            if text or isinstance(event, Tick | Signal):
                await game.learn("" if begins else text)
        return said

    def claims(self, message: Message) -> bool:
        """Whether it is a command, or the letter of a choice."""
        plain = bare(message.text)
        return (len(plain) == 1 and plain in "abcdefgh") or self.spoken.find(message.text) is not None

    async def decide(self, event: Event, prepared: Said | None, context: Context) -> Outcome | None:
        """None for what is said of something else, and in groups that go without games."""
        match event:
            case Tick():
                return await self._ring(event, context)
            case _ if not _is_played(context):
                return None
            case Signal():
                return await self._begin_by_clock(event, context)
            case Message():
                asked_at = await matches.asked_at(context)
                if prepared is not None:
                    return await self._obey(prepared, event, asked_at is not None, context)
                return await self._hear(event, context) if asked_at is not None else None
        return None

    async def _hear(self, event: Message, context: Context) -> Outcome | None:
        """A move, unless something else was asked of this person since."""
        asked_at, opened = await matches.asked_at(context), await opened_at(context)
        if asked_at is None or (opened is not None and opened > asked_at):
            return None
        return await take(self.playing, event, context, last=False)

    async def _obey(self, said: Said, event: Message, is_on: bool, context: Context) -> Outcome | None:
        """Do what a command asks for; those about a match are something else where none is on."""
        command = said.command
        if command.startswith(BEGINS):
            return await self._begin(self.playing.games[command.removeprefix(BEGINS)], event, context)
        if command == "list":
            titles = [title for title, game in self.playing.games.items() if _is_here(game, context)]
            return _say(words.listed(titles), "有哪些游戏", said.how)
        if not is_on:
            return None
        match = await matches.lock(context)
        assert match is not None
        if self.playing.is_long_over(match, context):
            return await _close(self.playing, match, context)
        if command == "score":
            return _say(words.table(match, _is_alone(context), self.playing.unit), "比分", said.how)
        if command == "join":
            return _say(await self.playing.join(match, context), "加入", said.how)
        return await self._stop(match, context)

    async def _begin(self, game: Game[object], event: Event, context: Context) -> Outcome | None:
        if not _is_here(game, context):
            return _say(words.NOT_HERE.format(title=game.title), game.title, "不在这里玩")
        if game.roles and not context.member.roles & game.roles:
            said = words.NOT_TO_BEGIN.format(title=game.title, who="、".join(sorted(game.roles)))
            return _say(said, game.title, "没有权限")
        if why := await barred(context, context.member.id):
            return _say(why, game.title, "暂时不能参加")
        return _say(await self.playing.begin(game, event.id, context), game.title, "开始")

    async def _stop(self, match: Match, context: Context) -> Outcome:
        if not self.playing.leads(match, context):
            who = "、".join(self.playing.rules.managers)
            return _say(words.NOT_YOURS.format(who=who), match.game, "没有权限")
        said = await self.playing.end(match, words.STOPPED.format(title=match.game), context)
        return _say(said, match.game, f"{context.member.name or context.member.id} 结束")

    async def _ring(self, event: Tick, context: Context) -> Outcome:
        match = await matches.lock(context)
        if match is None or event.data != ring_of(match):
            return silent(reason="这一步已经过去了")
        if not _is_played(context) or await _is_silenced(context):
            await self.playing.end(match, "", context)
            return silent(reason="停机、有人在服务或这里不玩游戏了，这一局到这里", rule=match.game)
        said = await self.playing.ring(match, event.due, context)
        return silent(*_tell(said, context), reason="到时间", rule=match.game)

    async def _begin_by_clock(self, event: Signal, context: Context) -> Outcome:
        game = self.playing.games.get(event.data.get("title", ""))
        match = await matches.lock(context)
        is_on = match is not None and not self.playing.is_long_over(match, context)
        if game is None or not _is_here(game, context) or is_on or await _is_silenced(context):
            return silent(reason="这里没有这个游戏，或正在玩别的、停机")
        said = await self.playing.begin(game, event.id, context)
        return silent(*_tell(said, context), reason="定时开始", rule=game.title)


@dataclass(frozen=True, slots=True)
class Guesses:
    """What nobody else understood, while a match is on."""

    playing: Playing
    name: str = "guesses"
    hears: tuple[str, ...] = ("message",)

    async def prepare(self, event: Event) -> None:
        """Nothing to prepare."""

    async def decide(self, event: Event, prepared: None, context: Context) -> Outcome | None:
        """None for what may be no move either."""
        if not isinstance(event, Message) or not _is_played(context) or not 0 < len(event.text.strip()) <= LONGEST:
            return None
        if await matches.asked_at(context) is None:
            return None
        return await take(self.playing, event, context, last=True)


async def _close(playing: Playing, match: Match, context: Context) -> Outcome:
    """End a match that is long over, and say so."""
    said = await playing.end(match, words.IDLE.format(title=match.game), context)
    return _say(said, match.game, "好久没人玩")


async def take(playing: Playing, event: Message, context: Context, last: bool) -> Outcome | None:
    """What the match that is on makes of a message; None when it is no move. One that is long over is ended first."""
    match = await matches.lock(context)
    if match is None or not event.member:
        return None
    if playing.is_long_over(match, context):
        context.trace.add("games", match.game, note="好久没人玩，不再玩")
        return replace(await _close(playing, match, context), more=True)
    said = await playing.move(match, event.text.strip(), event.received_at, context, last)
    context.trace.add("games", match.game, note="不是对它说的" if said is None else "是一步")
    return None if said is None else _say(said, match.game, "没有别的意思，当作一步" if last else "是一步")


def commands(games: Mapping[str, Game[object]]) -> Mapping[str, list[str]]:
    """The ways to say each command, those of the games among them."""
    begin = {
        f"{BEGINS}{title}": [title, *(f"{verb}{title}" for verb in ("玩", "开始", "来一局", "来局")), *game.ways]
        for title, game in games.items()
    }
    return {**{command: list(ways) for command, ways in words.WAYS.items()}, **begin}


def _is_played(context: Context) -> bool:
    return context.group is None or context.group.has(FEATURE)


def _is_here(game: Game[object], context: Context) -> bool:
    return not game.groups or (context.group is not None and context.group.name in game.groups)


def _is_alone(context: Context) -> bool:
    return context.conversation.place == "direct"


async def _is_silenced(context: Context) -> bool:
    """Whether the bot must not speak here by itself: halted, or a person serves."""
    if await silences(context):
        return True
    ticket = await tickets.of_thread(context) if _is_alone(context) else None
    return ticket is not None and ticket.is_served


def _say(body: str, rule: str, reason: str) -> Outcome:
    return answered(Reply(content=Text(body=body, fixed=False)), reason=reason or "说的就是它", rule=rule)


def _tell(said: str | None, context: Context) -> list[Notify]:
    """Everybody here hears it, as soon as there is a way."""
    if not said:
        return []
    content = Text(body=said, fixed=False)
    return [Notify(to=context.conversation, member=context.member.id, content=content, expires_at=context.now + LIFE)]
