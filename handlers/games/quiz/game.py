"""答题: a few questions of a bank, one after the other; the first right answer counts, or everybody's last one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from handlers.games.game import Game, Step, Turn
from handlers.games.quiz import words
from handlers.games.quiz.bank import LETTERS, Question
from handlers.games.quiz.judging import chosen, is_right
from handlers.games.quiz.settings import QuizEntry
from nlp.normalise import bare
from nlp.sounds import Sounds

SKIPS = frozenset({"跳过", "下一题", "跳过这题", "不知道下一题", "过"})
# Where nobody tries so many questions in a row, nobody is there.
MOST_SILENT = 2
# Longer words are no guess at an answer.
LONGEST_GUESS = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """The state: all questions as they are asked, and how it stands with the one at `at`.

    `tried`: who has used their one try at its options. `answers`: what each has answered last, and whether it is right.
    `silent`: how many in a row nobody tried.
    """

    questions: tuple[Question, ...]
    at: int = 0
    tried: tuple[str, ...] = ()
    answers: Mapping[str, bool] = field(default_factory=dict)
    silent: int = 0

    @property
    def question(self) -> Question:
        """What is asked now."""
        return self.questions[self.at]

    @property
    def is_last(self) -> bool:
        """Whether it is the last one."""
        return self.at + 1 == len(self.questions)

    @property
    def right(self) -> Sequence[str]:
        """Whose last answer is right, where answers are gathered."""
        return [member for member, is_right in self.answers.items() if is_right]

    @property
    def was_tried(self) -> bool:
        """Whether anybody tried."""
        return bool(self.tried or self.answers)


@dataclass(frozen=True, kw_only=True)
class Quiz(Game[Asked]):
    """The rules of one quiz."""

    entry: QuizEntry
    sounds: Callable[[], Sounds]

    def begin(self, turn: Turn[None]) -> Step[Asked]:
        """The first of some questions of the bank, in an order that only chance knows."""
        bank = self.entry.bank.questions
        found = turn.chance.sample(bank, min(self.entry.rounds, len(bank)))
        state = Asked(tuple(_shuffled(question, turn) for question in found))
        said = words.opening(self.entry, len(found), turn.alone)
        return Step(say=f"{said}\n\n{words.asked(state.question, 1)}", state=state, wait=self.entry.wait)

    def move(self, turn: Turn[Asked]) -> Step[Asked] | None:
        """An answer, or that the question is to be left."""
        if bare(turn.text) in SKIPS and turn.leads:
            return self._skip(turn)
        question = turn.state.question
        right = self._judged(turn.text, question, turn.last)
        if right is None:
            return Step(say=words.CHOOSE, state=turn.state) if _is_wrong_letter(turn, question) else None
        if turn.alone:
            return self._alone(turn, question, right)
        return self._first(turn, question, right) if self.entry.mode == "抢答" else self._all(turn, right)

    def ring(self, turn: Turn[Asked]) -> Step[Asked]:
        """The time for a question is over."""
        state, right = turn.state, turn.state.right
        who = [turn.names[member] for member in right]
        said = words.time_is_up(state.question, who if state.answers else None, len(state.answers))
        silent = 0 if state.was_tried else state.silent + 1
        if silent >= MOST_SILENT and not state.is_last:
            return Step(say=f"{said}\n{words.NOBODY_THERE}", state=state, over=True)
        return self._next(replace(state, silent=silent), said, dict.fromkeys(right, 1))

    def rewards(self, turn: Turn[Asked]) -> Mapping[str, int]:
        """So many points for each right answer, and more for those with the most where several play."""
        best = max(turn.scores.values(), default=0)
        return {
            member: score * self.entry.points + (self.entry.winner if score == best and len(turn.scores) > 1 else 0)
            for member, score in turn.scores.items()
            if score
        }

    def _skip(self, turn: Turn[Asked]) -> Step[Asked]:
        """The question is left; who was right already is no worse off."""
        state, right = turn.state, turn.state.right
        said = words.skipped(state.question, [turn.names[member] for member in right], len(state.answers))
        return self._next(state, said, dict.fromkeys(right, 1))

    def _judged(self, text: str, question: Question, last: bool) -> bool | None:
        """Whether an answer is right; None for what is none. Without options nearly everything may be one."""
        if question.options:
            at = chosen(text, question.options, self.sounds)
            return None if at is None else question.options[at] in question.answers
        if is_right(text, question, self.sounds):
            return True
        return False if last and len(text) <= LONGEST_GUESS else None

    def _first(self, turn: Turn[Asked], question: Question, right: bool) -> Step[Asked]:
        """The first right answer ends the question; of its options everybody may try one."""
        if turn.by in turn.state.tried:
            return Step(say=words.ONE_TRY, state=turn.state)
        if right:
            return self._next(turn.state, words.right(turn.name, question), {turn.by: 1})
        if not question.options:
            return Step(say=words.WRONG, state=replace(turn.state, answers={**turn.state.answers, turn.by: False}))
        return Step(say=words.WRONG_OPTION, state=replace(turn.state, tried=(*turn.state.tried, turn.by)))

    def _all(self, turn: Turn[Asked], right: bool) -> Step[Asked]:
        """Everybody may change their answer until the time is over, and hears nothing of it before."""
        again = turn.by in turn.state.answers
        state = replace(turn.state, answers={**turn.state.answers, turn.by: right})
        return Step(say=words.noted(len(state.answers), again), state=state)

    def _alone(self, turn: Turn[Asked], question: Question, right: bool) -> Step[Asked]:
        """Nobody else has to be waited for."""
        if right:
            return self._next(turn.state, words.right("", question), {turn.by: 1})
        if question.options:
            return self._next(turn.state, words.wrong(question))
        return Step(say=words.WRONG_ALONE, state=replace(turn.state, answers={turn.by: False}))

    def _next(self, state: Asked, said: str, score: Mapping[str, int] | None = None) -> Step[Asked]:
        if state.is_last:
            return Step(say=f"{said}\n\n{words.OVER}", state=state, score=score or {}, over=True)
        state = replace(state, at=state.at + 1, tried=(), answers={}, silent=0 if score else state.silent)
        asked = words.asked(state.question, state.at + 1)
        return Step(say=f"{said}\n\n{asked}", state=state, score=score or {}, wait=self.entry.wait)


def _shuffled(question: Question, turn: Turn[None]) -> Question:
    options = list(question.options)
    turn.chance.shuffle(options)
    return replace(question, options=tuple(options))


def _is_wrong_letter(turn: Turn[Asked], question: Question) -> bool:
    plain = bare(turn.text)
    return turn.last and bool(question.options) and len(plain) == 1 and plain.upper() in LETTERS
