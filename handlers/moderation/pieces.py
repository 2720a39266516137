"""A word that somebody hands out in pieces: several short messages within seconds, read as one."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from handlers.moderation.recent import LONGEST_PIECE, Said
from nlp.moderation.hit import Hit
from nlp.moderation.layers import Layer

# From one piece to the next.
WITHIN = timedelta(seconds=15)
MOST_PIECES = 10


def spread(text: str, now: Said, before: Sequence[Said], find: Callable[[str], Sequence[Hit]]) -> list[Hit]:
    """What is found only in this message together with the short ones before it, as hits in this message."""
    pieces = _last_pieces(now, before) if len(text) <= LONGEST_PIECE else []
    if not pieces or not text.strip():
        return []
    head = "".join(pieces)
    hits = (hit for hit in find(head + text) if hit.start < len(head) < hit.end)
    return [replace(hit, layer=Layer.PIECES, start=0, end=hit.end - len(head)) for hit in hits]


def _last_pieces(now: Said, before: Sequence[Said]) -> list[str]:
    pieces: list[str] = []
    after = now
    for said in reversed(before[-MOST_PIECES:]):
        if not said.piece or after.at - said.at > WITHIN:
            break
        pieces.insert(0, said.piece)
        after = said
    return pieces
