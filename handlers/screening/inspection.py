"""What `check` says about texts that managers wrote and the screen would hold back, and about its own lists."""

from collections.abc import Iterable, Iterator

from bot.types.declarations import Problem, Settings
from handlers.broadcast.settings import SCHEDULE
from handlers.desk.settings import DESK
from handlers.directory import GROUPS, TEAMS, serving
from handlers.fallback import FALLBACK
from handlers.help import HELP
from handlers.keyword import REPLIES
from handlers.moderation import MODERATION
from handlers.screen import SCREENING, Screening, screen_of
from handlers.understand.faq import FAQ
from handlers.understand.intents import INTENTS
from handlers.understand.slots import SLOTS
from handlers.welcome import WELCOMES
from nlp.moderation.entry import Entry
from nlp.moderation.lists.making import fault_of
from nlp.moderation.lists.sample import too_common
from nlp.moderation.lists.unfindable import NOTHING, unfindable

Path = tuple[str | int, ...]

BLOCKED = "这句话含有 [screening] 里不能说的“{word}”，请改写，或从 [screening] 去掉这个词"
NAMED = "这里含有 [screening] 里不能说的“{word}”；它出现在回答、列表里时，那句话会换成 instead"
TOLD = (
    "“{group}”收提醒，就算同事的群：那里的话不过 [screening]，原话照样出现；可机器人也在那里回答人。"
    "群里不全是同事的话，请另建一个只有同事的群收提醒"
)
MOST_FAULTS = 50


def inspect(settings: Settings) -> Iterable[Problem]:
    """Every such text: in the configuration, and in the FAQ's files."""
    section = settings[SCREENING]
    yield from _faults(section)
    if not section.words:
        return
    yield from _told(settings)
    screen = screen_of(section)
    for path, text in _texts(settings):
        if word := screen(text):
            yield Problem(path, BLOCKED.format(word=word))
    for path, text in _named(settings):
        if word := screen(text):
            yield Problem(path, NAMED.format(word=word), warning=True)
    for entry in settings[FAQ].loaded.entries:
        if word := screen(entry.question):
            yield Problem(("question",), NAMED.format(word=word), entry.file, entry.line, True, entry.question)
        for answer in entry.answers:
            if word := screen(answer):
                yield Problem(("answer",), BLOCKED.format(word=word), entry.file, entry.line, value=answer)


def _faults(section: Screening) -> Iterator[Problem]:
    """What is wrong in the lists."""
    entries = section.listed.entries
    own = [Entry(word, "") for word in section.words if isinstance(word, str)]
    lost = list(unfindable([*own, *entries]))
    for at, word in enumerate(section.words):
        if not isinstance(word, str):
            continue
        if told := fault_of(Entry(word, "")):
            yield Problem(("screening", "words", at), told)
        elif word in {fault.value for fault in lost}:
            yield Problem(("screening", "words", at), NOTHING, warning=True)
    listed = [*section.listed.faults, *too_common(entries), *(fault for fault in lost if fault.file)]
    for key, faults in (("words", listed), ("allow", section.allowed.faults)):
        for fault in faults[:MOST_FAULTS]:
            path = ("screening", fault.column or key)
            yield Problem(path, fault.message, fault.file, fault.line, fault.warning, fault.value or None)


def _told(settings: Settings) -> Iterator[Problem]:
    """Groups where staff are told things as they are, and others ask the bot and read them too."""
    groups = settings[GROUPS]
    for at, group in enumerate(groups):
        if group.alerts and serving(settings, group.name):
            yield Problem(("groups", at, "alerts"), TOLD.format(group=group.name), warning=True)


def _texts(settings: Settings) -> Iterator[tuple[Path, str]]:
    """All that is said to customers."""
    yield ("screening", "instead"), settings[SCREENING].instead
    yield from _each(("help", "intro"), settings[HELP].intro)
    yield from _each(("help", "examples"), *settings[HELP].examples)
    yield from _each(("help", "rules"), settings[HELP].rules)
    yield from _replies(settings)
    yield from _intents(settings)
    yield from _slots(settings)
    welcomes, rules = settings[WELCOMES], settings[MODERATION]
    for at, welcome in enumerate(welcomes):
        yield from _each(("welcome", at, "first"), welcome.first)
        yield from _each(("welcome", at, "again"), welcome.again)
    for at, rule in enumerate(rules):
        yield from _each(("moderation", at, "remind"), *rule.remind)
    planned = settings[SCHEDULE]
    for at, entry in enumerate(planned):
        yield from _each(("schedule", at, "send"), *entry.send)
        if entry.link:
            yield from _each(("schedule", at, "link", "title"), entry.link.title)
            yield from _each(("schedule", at, "link", "desc"), entry.link.desc)
    yield from _each(("fallback", "unknown"), *settings[FALLBACK].unknown)
    for code, text in settings[DESK].canned.items():
        yield ("desk", "canned", code), text


def _named(settings: Settings) -> Iterator[tuple[Path, str]]:
    """The names that the bot tells customers: who takes over, where they spoke, what they may choose from."""
    teams, groups, intents = settings[TEAMS], settings[GROUPS], settings[INTENTS]
    yield from ((("teams", at, "name"), team.name) for at, team in enumerate(teams))
    yield from ((("groups", at, "name"), group.name) for at, group in enumerate(groups))
    yield from ((("intents", at, "name"), intent.name) for at, intent in enumerate(intents))


def _replies(settings: Settings) -> Iterator[tuple[Path, str]]:
    rules = settings[REPLIES]
    for at, rule in enumerate(rules):
        yield from _each(("replies", at, "reply"), *rule.reply)
        yield from _each(("replies", at, "then"), *rule.then)
        if rule.link:
            yield from _each(("replies", at, "link", "title"), rule.link.title)
            yield from _each(("replies", at, "link", "desc"), rule.link.desc)


def _intents(settings: Settings) -> Iterator[tuple[Path, str]]:
    intents = settings[INTENTS]
    for at, intent in enumerate(intents):
        yield from _each(("intents", at, "reply"), *intent.reply)
        for name, question in intent.ask.items():
            yield from _each(("intents", at, "ask", name), question)


def _slots(settings: Settings) -> Iterator[tuple[Path, str]]:
    slots = settings[SLOTS]
    for at, slot in enumerate(slots):
        yield from _each(("slots", at, "label"), slot.label)
        yield from _each(("slots", at, "wrong"), slot.wrong)
        yield from _each(("slots", at, "choices"), *slot.choices)


def _each(path: Path, *texts: str | None) -> Iterator[tuple[Path, str]]:
    return ((path, text) for text in texts if text)
