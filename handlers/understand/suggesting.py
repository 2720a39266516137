"""What the FAQ would say to what customers asked last, for the people who are called to them."""

from collections.abc import Iterable
from typing import Any

from bot.types.events import Message
from bot.types.ports import Calendar, Directory
from handlers.desk.tickets import shortened
from handlers.understand.faq import Looked, Questions
from handlers.variables import fill
from knowledge.decision import Decision, Verdict

# Texts whose suggestion is kept: who calls a person has asked shortly before.
MOST = 2000
# So much of a text tells it from others; whoever asks may have no more of it.
LONGEST = 40


class Suggesting:
    """The answers to the last texts, as they were found before anybody decided; nothing is looked up for staff."""

    def __init__(self, questions: Questions, directory: Directory, calendar: Calendar) -> None:
        self._questions = questions
        self._directory = directory
        self._calendar = calendar
        self._found: dict[str, str] = {}

    def note(self, message: Message, looked: Iterable[Any]) -> None:
        """Keep what a message found: what it asks, and then what it was probably meant to ask."""
        day = message.at.astimezone(self._calendar.timezone).date()
        group = self._directory.group(message.conversation)
        decisions = (
            self._questions.decided(one, day, group.name if group else "") for one in looked if isinstance(one, Looked)
        )
        key = shortened(message.text, LONGEST)
        self._found.pop(key, None)
        self._found[key] = next((said for one in decisions if (said := _said(one))), "")
        if len(self._found) > MOST:
            del self._found[next(iter(self._found))]

    def find(self, text: str) -> str:
        """The answer to a text that was heard not long ago; "" where nothing came near."""
        return self._found.get(shortened(text, LONGEST), "")


def _said(decision: Decision) -> str:
    """The answer of the first entry; with its question where it may be another one that is meant."""
    first = next(iter(decision.options), None)
    if first is None:
        return ""
    answer = fill(first.entry.answers[0], {})
    return answer if decision.verdict is Verdict.ANSWER else f"（拿不准，像「{first.entry.question}」）{answer}"
