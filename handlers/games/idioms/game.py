"""成语接龙: each idiom begins where the last one ended. In a direct chat the bot plays too; in a group it judges."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import regex

from handlers.games.game import Game, Step, Turn
from handlers.games.idioms import words
from handlers.games.idioms.settings import Chain
from nlp.idioms import Idioms
from nlp.normalise import bare

HINTS = frozenset({"提示", "给个提示", "来个提示", "提示一下"})
GIVING_UP = frozenset({"认输", "我认输", "投降", "我输了", "接不上", "接不上了", "不会了", "想不出来"})
# Openings are said often enough that everybody knows them.
WELL_KNOWN = 60

_IDIOM = regex.compile(r"[\u4E00-\u9FFF]{4}")


@dataclass(frozen=True, slots=True)
class Said:
    """The state: all that was said, in order. `hinted`: somebody paid for the hint at what comes next."""

    idioms: tuple[str, ...]
    hinted: bool = False

    @property
    def last(self) -> str:
        """What the next one has to follow."""
        return self.idioms[-1]


@dataclass(frozen=True, kw_only=True)
class IdiomChain(Game[Said]):
    """The rules. `dictionary` gives the idioms; the first time it takes a while.

    `unit`: what points are called; "" where there are none, and hints are free.
    """

    rules: Chain
    unit: str = ""
    dictionary: Callable[[], Idioms]

    async def learn(self, text: str) -> None:
        """The dictionary and what follows what, when somebody says what may be a move."""
        said = bare(text)
        if not text or said in HINTS | GIVING_UP or _IDIOM.fullmatch(said):
            await asyncio.to_thread(self._warm)

    def _warm(self) -> None:
        # The first look makes the table of all sounds.
        self.dictionary().following("一", self.rules.link)

    def begin(self, turn: Turn[None]) -> Step[Said]:
        """The bot's idiom, or in a group the one that all begin with."""
        first = turn.chance.choice(self.dictionary().beginning(WELL_KNOWN))
        said = words.opening(self.rules, first, turn.alone, self.unit)
        return Step(say=said, state=Said((first,)), wait=self.rules.wait)

    def move(self, turn: Turn[Said]) -> Step[Said] | None:
        """An idiom, a word about the game, or with `last` four characters that are no idiom."""
        said = bare(turn.text)
        if said in HINTS:
            return self._hint(turn)
        if said in GIVING_UP:
            return self._give_up(turn)
        if not _IDIOM.fullmatch(said):
            return None
        if said not in self.dictionary():
            return Step(say=words.UNKNOWN.format(said=said), state=turn.state) if turn.last else None
        if wrong := self._wrong(said, turn.state):
            return Step(say=wrong, state=turn.state)
        return self._taken(said, turn)

    def ring(self, turn: Turn[Said]) -> Step[Said]:
        """Nobody found the next one in time."""
        return Step(say=words.time_is_up(self._open(turn.state)), state=turn.state, over=True)

    def rewards(self, turn: Turn[Said]) -> Mapping[str, int]:
        """So many points for each idiom."""
        return {member: score * self.rules.points for member, score in turn.scores.items()}

    def _wrong(self, said: str, state: Said) -> str:
        """Why an idiom cannot come next; "" when it can."""
        if said in state.idioms:
            return words.USED.format(said=said)
        if not self.dictionary().links(state.last, said, self.rules.link):
            return words.wanted(self.rules, state.last, said)
        return ""

    def _taken(self, said: str, turn: Turn[Said]) -> Step[Said]:
        state, score = Said((*turn.state.idioms, said)), {turn.by: 1}
        if len(state.idioms) > self.rules.rounds:
            return Step(say=words.enough(said, turn.alone, turn.name), state=state, score=score, over=True)
        if not self._is_open(state):
            return Step(say=words.dead_end(said, turn.alone, turn.name), state=state, score=score, over=True)
        if not turn.alone:
            return Step(say=words.next_one(self.rules, said), state=state, score=score, wait=self.rules.wait)
        mine = self._answer(state, turn)
        answered = Said((*state.idioms, mine))
        if not self._is_open(answered):
            return Step(say=words.bot_wins(mine), state=answered, score=score, over=True)
        return Step(say=words.answer(self.rules, mine), state=answered, score=score, wait=self.rules.wait)

    def _answer(self, state: Said, turn: Turn[Said]) -> str:
        """An idiom of the bot, one of the best known, and such that the game can go on where there is one."""
        possible = self._open(state)
        kind = [one for one in possible[:30] if self._is_open(Said((*state.idioms, one)))]
        return turn.chance.choice((kind or possible)[:12])

    def _open(self, state: Said) -> Sequence[str]:
        """The idioms that may come next, the best known first."""
        return [one for one in self.dictionary().following(state.last, self.rules.link) if one not in state.idioms]

    def _is_open(self, state: Said) -> bool:
        """Whether anything may come next."""
        following = self.dictionary().following(state.last, self.rules.link)
        return any(one not in state.idioms for one in following)

    def _hint(self, turn: Turn[Said]) -> Step[Said]:
        """The same for all until the next idiom, and paid once."""
        state, possible = turn.state, self._open(turn.state)
        if not possible:
            return Step(say=words.NOTHING_FOLLOWS.format(last=state.last), state=state, over=True)
        cost = 0 if state.hinted else self.rules.hint
        return Step(say=words.HINT.format(begin=possible[0][:2]), state=replace(state, hinted=True), cost=cost)

    def _give_up(self, turn: Turn[Said]) -> Step[Said] | None:
        if not turn.alone:
            return Step(say=words.GO_ON, state=turn.state)
        return Step(say=words.given_up(self._open(turn.state)), state=turn.state, over=True)
