"""答题: quizzes from banks of questions."""

from collections.abc import Iterator
from functools import partial

from bot.types.declarations import Problem, Settings
from bot.types.ports import Services
from handlers.broadcast.settings import SCHEDULE
from handlers.directory import GROUPS, duplicates, serving, unasked, unknown_groups, unknown_roles
from handlers.games.idioms import TITLE
from handlers.games.quiz.game import Asked, Quiz
from handlers.games.quiz.settings import QUIZ as QUIZ
from handlers.games.quiz.settings import QuizEntry
from handlers.games.settings import KNOWN, begun_by
from nlp.sounds import Sounds

# What begins the one quiz that there is.
ALONE = ("答题", "开始答题", "我要答题", "知识竞赛", "有奖答题", "抢答", "竞赛开始")


def games(settings: Settings, services: Services) -> Iterator[Quiz]:
    """The quizzes that have questions."""
    entries = [entry for entry in settings[QUIZ] if entry.bank.questions]
    sounds = partial(services.shelf.get, "keyword.sounds", Sounds.load)
    for entry in entries:
        ways = (f"答题{entry.name}", f"{entry.name}答题", f"抢答{entry.name}", *(ALONE if len(entries) == 1 else ()))
        yield Quiz(
            title=entry.name, state=Asked, ways=ways, roles=begun_by(entry.start), groups=frozenset(entry.groups),
            entry=entry, sounds=sounds,
        )  # fmt: skip


def inspect(settings: Settings) -> Iterator[Problem]:
    """Names that are taken or unknown, and what is wrong in the banks, with their lines."""
    entries = settings[QUIZ]
    yield from duplicates([entry.name for entry in entries], "quiz", "name")
    for at, entry in enumerate(entries):
        yield from unknown_groups(settings, entry.groups, ("quiz", at, "groups"))
        yield from unknown_roles(settings, entry.start, ("quiz", at, "start"), KNOWN)
        yield from _schedule(settings, at, entry)
        if entry.name == TITLE:
            yield Problem(("quiz", at, "name"), f"“{TITLE}”已经是一个游戏的名字，请换一个")
        yield from _bank(at, entry)


def _schedule(settings: Settings, at: int, entry: QuizEntry) -> Iterator[Problem]:
    """An entry that there is not, or that is heard where nobody could answer."""
    if entry.schedule is None:
        return
    schedule, path = settings[SCHEDULE], ("quiz", at, "schedule")
    found = next((one for one in schedule if one.name == entry.schedule), None)
    if found is None:
        yield Problem(path, f"[[schedule]] 里没有叫“{entry.schedule}”的一条", value=entry.schedule)
        return
    told = [group for group in settings[GROUPS] if group.name in found.groups]
    groups = [group for group in told if not entry.groups or group.name in entry.groups]
    if not groups:
        yield Problem(path, f"“{entry.schedule}”不发到玩“{entry.name}”的群里，没法到点开始；给那一条写上 groups")
        return
    for group in told:
        place = unasked(settings, group)
        if group not in groups:
            hint = f"“{entry.schedule}”也发到“{group.name}”，“{entry.name}”的 groups 里没有它，在那里不会开始"
            yield Problem(path, hint, warning=True)
        elif place is None or place.door not in serving(settings, group.name):
            cure = '给它用长连接的智能机器人（mode = "socket"），或请人说名字开始'
            yield Problem(path, f"“{group.name}”里没有既能主动说、又听得见的入口，没法到点开始；{cure}")


def _bank(at: int, entry: QuizEntry) -> Iterator[Problem]:
    bank = entry.bank
    for one in bank.problems:
        yield Problem(one.path, one.message, one.file, one.line, one.warning, one.value or None)
    if not any(files.paths() for files in entry.files):
        named = "、".join(files.pattern for files in entry.files)
        yield Problem(("quiz", at, "files"), f"找不到题库 {named}；文件名从 config.toml 所在的文件夹写起")
    elif bank.questions and len(bank.questions) < entry.rounds:
        hint = f"题库里只有 {len(bank.questions)} 题，一局就问这么多"
        yield Problem(("quiz", at, "rounds"), hint, warning=True)
