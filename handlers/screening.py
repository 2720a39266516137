"""Words that the bot itself never says, whoever wrote the text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated

from bot.types.declarations import Capability, Problem, Section, Settings, Settled
from bot.types.fields import limited
from handlers.fallback import FALLBACK
from handlers.help import HELP
from handlers.keyword import REPLIES
from handlers.needles import Needles
from handlers.welcome import WELCOMES
from nlp.normalise import normalise

Path = tuple[str | int, ...]


class Screening(Settled):
    """The words, and what is said instead of a text that has one."""

    words: tuple[Annotated[str, limited(60)], ...] = ()
    instead: Annotated[str, limited(600)] = "这个我不方便说，请发「转人工」问问同事～"


SCREENING: Section[Screening] = Section("screening", Screening, Screening)


@dataclass(frozen=True, slots=True)
class Screen:
    """Finds what may not be said; pure, so that it may be asked before every commit."""

    needles: Needles

    def __call__(self, text: str) -> str | None:
        """The longest word of a text that may not be said; None when it may go out."""
        return max(self.needles.within(normalise(text)), key=len, default=None)


def screen_of(section: Screening) -> Screen:
    """The screen of a section."""
    return Screen(Needles.of(map(normalise, section.words)))


def inspect(settings: Settings) -> Iterable[Problem]:
    """Texts that managers wrote and the screen would hold back."""
    screen = screen_of(settings[SCREENING])
    for path, text in _texts(settings):
        if word := screen(text):
            yield Problem(path, f"这句话含有 [screening] 里不能说的“{word}”，请改写，或从 [screening] 去掉这个词")


def _texts(settings: Settings) -> Iterator[tuple[Path, str]]:
    yield ("screening", "instead"), settings[SCREENING].instead
    yield ("help", "intro"), settings[HELP].intro
    yield ("help", "rules"), settings[HELP].rules or ""
    rules, welcomes = settings[REPLIES], settings[WELCOMES]
    for at, rule in enumerate(rules):
        yield from ((("replies", at, "reply"), text) for text in rule.reply)
        yield from ((("replies", at, "then"), text) for text in rule.then)
    for at, welcome in enumerate(welcomes):
        yield ("welcome", at, "first"), welcome.first
        yield ("welcome", at, "again"), welcome.again or ""
    yield from ((("fallback", "unknown"), text) for text in settings[FALLBACK].unknown)


CAPABILITY = Capability(name="screening", sections=(SCREENING,), inspect=inspect)
