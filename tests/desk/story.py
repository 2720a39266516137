"""What one person was shown and said, in order: read from the simulator's journal, and from nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.simulator import Conversation, Journal, Record
from bot.simulator import cards as faces
from tests.desk import wording


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that a person said, or a look of something that they saw. `accepted`: the bot took what was said."""

    at: float
    number: int
    kind: Literal["said", "seen"]
    text: str
    card: Mapping[str, Any] | None = None
    accepted: bool = False

    def __str__(self) -> str:
        marks = [
            mark
            for mark, holds in (("lost", self.kind == "said" and not self.accepted), ("grey", self.is_grey))
            if holds
        ]
        return " ".join([self.kind, *marks, repr(self.words[:150])])

    @property
    def title(self) -> str:
        return faces.title(self.card) if self.card else ""

    @property
    def task(self) -> str:
        return str(self.card.get("task_id", "")) if self.card else ""

    @property
    def words(self) -> str:
        """All that can be read there."""
        if self.card is None:
            return self.text
        quote = faces.mapping(self.card, "quote_area", {}).get("quote_text", "")
        fields = (str(one.get("value", "")) for one in self.card.get("horizontal_content_list", ()))
        return "\n".join([self.title, str(quote), *fields, str(self.card.get("replace_text", ""))])

    @property
    def is_grey(self) -> bool:
        """Whether it is a card with nothing left to press."""
        return self.card is not None and bool(self.card.get("replace_text"))

    @property
    def ticket(self) -> tuple[int, str]:
        """The number and, where it is said, the customer of the ticket that is named first; (0, "") when none is."""
        found = wording.TICKET.search(self.title or self.text)
        return (int(found[1]), found[2] or "") if found else (0, "")


def story(journal: Journal, place: Conversation) -> Sequence[Moment]:
    """Everything in one person's chat, in the order in which it was said and shown."""
    found: list[Moment] = []
    for record in journal.records(conversation=place):
        if record.kind == "said":
            accepted = any(one.outcome == "ok" for one in journal.attempts(record.msgid))
            found.append(Moment(record.at, record.number, "said", record.text, accepted=accepted))
        elif record.kind == "seen":
            found += _looks(record)
    return sorted(found, key=lambda moment: (moment.at, moment.number))


def _looks(record: Record) -> Iterator[Moment]:
    for version in record.history:
        if version.text or version.card:
            yield Moment(version.at, record.number, "seen", version.text, version.card)
