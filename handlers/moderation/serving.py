"""Which doors carry which effects."""

from bot.types.declarations import Settings
from handlers.directory import DOORS

MEMBER = "成员"


def private_door(settings: Settings) -> str:
    """The door that may speak to a member unasked, an app before an AI bot; "" when there is none."""
    able = [door for door in settings[DOORS] if MEMBER in door.capabilities.serves]
    starting = [door for door in able if door.capabilities.serves[MEMBER].starts]
    starting.sort(key=lambda door: door.kind != "app")
    return f"{starting[0].kind}:{starting[0].name}" if starting else ""
