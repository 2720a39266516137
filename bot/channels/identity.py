"""Ids that every process derives alike."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime


def event_id(door: str, corp: str, facts: Iterable[str]) -> str:
    """`channel:corp:door:hash` of the facts that tell this event from any other.

    No native id is safe alone: WeCom gives one MsgId to different people who speak at once.
    """
    kind, _, name = door.partition(":")
    return f"{kind}:{corp}:{name}:{digest(*facts)}"


def stream_of(event_id: str) -> str:
    """The id of the stream that answers a message; any process can tell it from the event's id."""
    return f"s-{digest(event_id)}"


def digest(*facts: str) -> str:
    """32 hex digits for these facts in this order; none of them holds a NUL, which no callback can carry."""
    return hashlib.blake2b("\0".join(facts).encode(errors="replace"), digest_size=16).hexdigest()


def moment(seconds: str, otherwise: datetime) -> datetime:
    """Unix seconds as WeCom writes them; `otherwise` when they are none."""
    if not (seconds.isascii() and seconds.isdigit() and 0 < len(seconds) <= 11):
        return otherwise
    return datetime.fromtimestamp(int(seconds), UTC)
