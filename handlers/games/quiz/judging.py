"""Whether an answer is right: however it is typed, in other words that the bank knows, by its sound or in pinyin."""

from collections.abc import Callable, Sequence

import regex

from handlers.choice import picked
from handlers.games.quiz.bank import LETTERS, Question
from nlp.normalise import core
from nlp.sounds import Sounds, is_sound

# What sounds alike must be so long: single syllables are too much alike.
SOUNDS = 2

_LEADING = regex.compile(r"(?:我?(?:觉得|猜|认为|想)|答案?|应该|肯定|就|选|是|为|回答)+")
_TRAILING = regex.compile(r"(?:吧|呢|啊|呀|嘛|吗|哦|了|对吗|对不对|选项|项)+$")


def chosen(text: str, options: Sequence[str], sounds: Callable[[], Sounds]) -> int | None:
    """The option that a text names: by its letter, number, words, or how those sound; None for no option."""
    letters = LETTERS[: len(options)].lower()
    for one in _ways(text):
        if len(one) == 1 and one in letters:
            return letters.index(one)
        if (at := picked(one, [[option] for option in options])) is not None:
            return at
    alike = [at for at, option in enumerate(options) if _sounds_like(text, option, sounds)]
    return alike[0] if len(alike) == 1 else None


def is_right(text: str, question: Question, sounds: Callable[[], Sounds]) -> bool:
    """Whether a text is the answer to a question without options."""
    wanted = {core(answer) for answer in question.answers}
    if any(one in wanted for one in _ways(text)):
        return True
    return any(_sounds_like(text, answer, sounds) for answer in question.answers)


def _ways(text: str) -> Sequence[str]:
    """The text, and what is left of it without small words around it."""
    plain = core(text)
    led = _LEADING.match(plain)
    rest = _TRAILING.sub("", plain[led.end() :] if led else plain)
    return tuple(dict.fromkeys((plain, rest, _TRAILING.sub("", plain)))) if rest else (plain,)


def _sounds_like(text: str, answer: str, sounds: Callable[[], Sounds]) -> bool:
    table = sounds()
    wanted = table.of(core(answer), pinyin=False).whole
    if sum(map(is_sound, wanted)) < SOUNDS:
        return False
    return any(table.of(one).whole == wanted for one in _ways(text))
