"""When a configured door sends what, for those who do not know doors."""

from collections.abc import Callable, Iterable, Mapping

from bot.channels.door import Capabilities
from bot.channels.settings import Door
from bot.types.ports import Sends


def sends_of(doors: Iterable[Door]) -> Callable[[str, str], Sends]:
    """`(door, kind of content)` → when that door sends it; a door that is not known here sends everything now.

    The kind `buttons` is a card that can be pressed.
    """
    known = capabilities_of(doors)
    return lambda door, kind: _when(known, door, kind)


def capabilities_of(doors: Iterable[Door]) -> Mapping[str, Capabilities]:
    """What doors can carry, by name."""
    return {f"{door.kind}:{door.name}": door.capabilities for door in doors}


def _when(known: Mapping[str, Capabilities], door: str, kind: str) -> Sends:
    made = known.get(door)
    if made is None:
        return "now"
    if kind == "buttons":
        return "now" if made.buttons and "card" in made.carries and _hears_clicks(made) else "never"
    if kind not in made.carries:
        return "never"
    # Its one-use addresses take words and cards, pictures travel in answers only.
    return "later" if made.needs_route and kind == "image" else "now"


def _hears_clicks(made: Capabilities) -> bool:
    return any("clicked" in service.hears for service in made.serves.values())
