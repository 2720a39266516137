"""What is said in a quiz."""

from collections.abc import Sequence

from handlers.games.quiz.bank import LETTERS, Question
from handlers.games.quiz.settings import QuizEntry
from handlers.games.words import IN_GROUPS
from handlers.times import spoken_duration

ONE_TRY = "这一题你已经答过一次了，等下一题。"
WRONG = "不对，再想想。"
WRONG_OPTION = "不对，这一题你答过了，看看别人。"
WRONG_ALONE = "不对，再想想；不会就说「跳过」。"
CHOOSE = "没有这个选项，看看上面的字母。"
NOBODY_THERE = "没有人答，先到这里。"
OVER = "答完啦！"


def opening(entry: QuizEntry, count: int, alone: bool) -> str:
    """What is played and how."""
    how = "先答对的得分" if entry.mode == "抢答" else "时间到之前都可以答，可以改，只算最后一次"
    head = f"「{entry.name}」开始：{count} 题，每题 {spoken_duration(entry.wait)}"
    return f"{head}。" if alone else f"{head}，{how}。{IN_GROUPS}"


def asked(question: Question, number: int) -> str:
    """A question with its choices."""
    options = [f"{letter}. {option}" for letter, option in zip(LETTERS, question.options, strict=False)]
    return "\n".join([f"第 {number} 题：{question.ask}", *options])


def right(name: str, question: Question) -> str:
    """The right answer came."""
    return f"{name or '你'}答对了：{_answer(question)}。{_why(question)}"


def wrong(question: Question) -> str:
    """The one who plays alone chose another option."""
    return f"不对，答案是 {_answer(question)}。{_why(question)}"


def skipped(question: Question, right: Sequence[str], count: int) -> str:
    """A question was left; `right`: who knew it, of so many."""
    return f"跳过，答案是 {_answer(question)}。{_knew(right, count) if right else ''}{_why(question)}"


def noted(count: int, again: bool) -> str:
    """An answer was taken, right or not."""
    return f"{'改好了' if again else '记下了'}，已有 {count} 人答，时间到揭晓。"


def time_is_up(question: Question, right: Sequence[str] | None, count: int) -> str:
    """The time is over; `right`: who knew it, where answers were gathered."""
    who = ""
    if right is not None and count:
        who = _knew(right, count) if right else "没有人答对。"
    return f"时间到，答案是 {_answer(question)}。{who}{_why(question)}"


def _knew(right: Sequence[str], count: int) -> str:
    return f"答对的：{'、'.join(right[:20])}（{len(right)}/{count}）。"


def _answer(question: Question) -> str:
    answer = question.answers[0]
    return f"{LETTERS[question.options.index(answer)]}. {answer}" if question.options else answer


def _why(question: Question) -> str:
    return question.why
