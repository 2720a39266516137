"""The section `[screening]`: words that the bot itself never says, whoever wrote the text."""

from dataclasses import dataclass
from typing import Annotated

from bot.types.declarations import Section, Settled
from bot.types.fields import limited
from handlers.needles import Needles
from nlp.normalise import normalise


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
