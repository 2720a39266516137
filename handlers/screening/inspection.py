"""What `check` says about texts that managers wrote and the screen would hold back."""

from collections.abc import Iterable, Iterator

from bot.types.declarations import Problem, Settings
from handlers.fallback import FALLBACK
from handlers.help import HELP
from handlers.keyword import REPLIES
from handlers.screen import SCREENING, screen_of
from handlers.understand.faq import FAQ
from handlers.understand.intents import INTENTS
from handlers.welcome import WELCOMES

Path = tuple[str | int, ...]

BLOCKED = "这句话含有 [screening] 里不能说的“{word}”，请改写，或从 [screening] 去掉这个词"


def inspect(settings: Settings) -> Iterable[Problem]:
    """Every such text: in the configuration, and in the FAQ's files."""
    screen = screen_of(settings[SCREENING])
    for path, text in _texts(settings):
        if word := screen(text):
            yield Problem(path, BLOCKED.format(word=word))
    for entry in settings[FAQ].loaded.entries:
        for answer in entry.answers:
            if word := screen(answer):
                yield Problem(("answer",), BLOCKED.format(word=word), entry.file, entry.line, value=answer)


def _texts(settings: Settings) -> Iterator[tuple[Path, str]]:
    yield ("screening", "instead"), settings[SCREENING].instead
    yield ("help", "intro"), settings[HELP].intro
    yield ("help", "rules"), settings[HELP].rules or ""
    yield from _replies(settings)
    yield from _intents(settings)
    welcomes = settings[WELCOMES]
    for at, welcome in enumerate(welcomes):
        yield ("welcome", at, "first"), welcome.first
        yield ("welcome", at, "again"), welcome.again or ""
    yield from ((("fallback", "unknown"), text) for text in settings[FALLBACK].unknown)


def _replies(settings: Settings) -> Iterator[tuple[Path, str]]:
    rules = settings[REPLIES]
    for at, rule in enumerate(rules):
        yield from ((("replies", at, "reply"), text) for text in rule.reply)
        yield from ((("replies", at, "then"), text) for text in rule.then)


def _intents(settings: Settings) -> Iterator[tuple[Path, str]]:
    intents = settings[INTENTS]
    for at, intent in enumerate(intents):
        yield from ((("intents", at, "reply"), text) for text in intent.reply)
        yield from ((("intents", at, "ask", name), text) for name, text in intent.ask.items())
