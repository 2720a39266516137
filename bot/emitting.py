"""Events that the bot itself puts into conversations: they wait in the outbox for their way to the inbox."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from bot.inbox import partition_of
from bot.store.connection import Connection
from bot.store.tables import outbox
from bot.types.actions import load_content, words_of
from bot.types.events import Blocked, Conversation, Event, Withheld, dump_event

_EMIT = insert(outbox).on_conflict_do_nothing(index_elements=["id"])


async def emit(connection: Connection, event: Event, partitions: int, now: datetime) -> None:
    """Put an event into its conversation by way of the outbox: with the rest of the transaction, and once for ever."""
    lane = f"emit|{event.conversation.key}"
    row = {
        "id": event.id, "event": event.id, "partition": partition_of(lane, partitions), "lane": lane, "kind": "emit",
        "content": dump_event(event).decode(), "fixed": True, "state": "waiting", "due_at": now, "created_at": now,
        "changed_at": now,
    }  # fmt: skip
    await connection.execute(_EMIT, row)


def withheld(row: str, lane: str, member: str, content: str, why: str, now: datetime) -> Withheld:
    """The event that tells of a row that waits until the person speaks again."""
    words = words_of(load_content(content))
    return Withheld(
        id=f"{row}:withheld", conversation=Conversation.parse(lane), member=member, at=now, received_at=now,
        words=words, why=why,
    )  # fmt: skip


def blocked(row: str, lane: str, member: str, words: str, word: str, now: datetime) -> Blocked:
    """The event that tells of words which were not said because of one among them."""
    return Blocked(
        id=f"{row}:blocked", conversation=Conversation.parse(lane), member=member, at=now, received_at=now,
        words=words, word=word,
    )  # fmt: skip
