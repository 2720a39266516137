"""The card of a reminder where checking in takes a button only."""

import hashlib

from bot.types.actions import Button, Card
from bot.types.events import Clicked
from handlers.checkin.settings import Campaign


def card_of(campaign: Campaign, task: str, said: str) -> Card:
    """The card; `task` names it where it goes."""
    return Card(task=task, title=campaign.name, desc=said, buttons=(Button(_key(campaign), "打卡"),))


def task_of(campaign: Campaign, occasion: str) -> str:
    """A name for the card of a campaign and an occasion that no other card has."""
    return f"checkin-{hashlib.sha256(f'{campaign.name}|{occasion}'.encode()).hexdigest()[:32]}"


def pressed(campaign: Campaign, event: Clicked) -> bool:
    """Whether it is the card of this campaign that was pressed."""
    return event.key == _key(campaign)


def _key(campaign: Campaign) -> str:
    return f"in-{hashlib.sha256(campaign.name.encode()).hexdigest()[:16]}"
