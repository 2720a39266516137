"""Files that people sent or that an app may send: media ids (3 days) and AI bots' encrypted URLs (5 minutes)."""

from dataclasses import dataclass, replace
from typing import Literal

from bot.simulator.clock import Clock
from bot.simulator.errors import Errcode, Refused

MediaKind = Literal["image", "voice", "video", "file"]
ID_LIVES = 3 * 24 * 3600
URL_LIVES = 300


@dataclass(frozen=True, slots=True)
class Media:
    """One file."""

    id: str
    kind: MediaKind
    content: bytes
    filename: str
    made: float


class MediaStore:
    """Temporary media, as media/upload and people's messages leave them (doc/90253, doc/100719)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, Media] = {}

    def keep(self, kind: MediaKind, content: bytes = b"", filename: str = "") -> Media:
        made = Media(f"media-{len(self._known) + 1}", kind, content, filename, self._clock.now())
        self._known[made.id] = made
        return made

    def check(self, media_id: object, kind: MediaKind) -> Media:
        """The file of an id; Refused when it is unknown, expired or of another kind."""
        found = self.find(media_id)
        if found.kind != kind:
            raise Refused(Errcode.BAD_MEDIA_ID, "invalid media_id")
        return found

    def find(self, media_id: object) -> Media:
        """The file of an id; Refused when it is unknown or expired."""
        found = self._known.get(str(media_id))
        if found is None or self._clock.now() > found.made + ID_LIVES:
            raise Refused(Errcode.BAD_MEDIA_ID, "invalid media_id")
        return found

    def forget(self) -> None:
        """All media ids become invalid: 40007."""
        self._known = {id: replace(media, made=float("-inf")) for id, media in self._known.items()}

    def fresh(self, media_id: str) -> Media | None:
        """The file behind a URL, while the URL lives."""
        found = self._known.get(media_id)
        return found if found and self._clock.now() <= found.made + URL_LIVES else None
