"""How much of what is said goes into the HTTP answer of the event's own callback."""

from bot.channels.door import Room
from bot.types.actions import Card, Content, Image, Markdown, Text


class Space:
    """What is left in the HTTP answer to an event. Once something had to stay outside, so does all that follows it."""

    def __init__(self, room: Room | None) -> None:
        self._kinds = room.kinds if room else frozenset()
        self._left: tuple[int, ...] = _figures(room) if room else ()

    def take(self, content: Content) -> bool:
        """Whether the content goes into the answer."""
        left = tuple(has - takes for has, takes in zip(self._left, _size(content), strict=False))
        fits = content.type in self._kinds and all(rest >= 0 for rest in left)
        self._left, self._kinds = (left, self._kinds) if fits else ((), frozenset())
        return fits


def _figures(room: Room) -> tuple[int, ...]:
    return room.contents, room.cards, room.word_bytes, room.pictures, room.picture_bytes


def _size(content: Content) -> tuple[int, ...]:
    """What a content takes of the figures of a Room; words are joined by a line break."""
    match content:
        case Text() | Markdown():
            return 1, 0, len(content.body.encode()) + 1, 0, 0
        case Card():
            return 1, 1, 0, 0, 0
        case Image():
            return 1, 0, 0, 1, content.file.size
        case _:
            return 1, 0, 0, 0, 0
