"""Keyword replies: rules in the words of managers, found fast however many there are, and a check of the rules."""

from collections.abc import Sequence

from bot.types.declarations import Capability, Handler, Settings
from bot.types.ports import Services
from handlers.attachments import contents
from handlers.keyword.handler import Keyword
from handlers.keyword.inspection import inspect
from handlers.keyword.matching import Rulebook
from handlers.keyword.rules import REPLIES, ReplyRule
from handlers.keyword.tables import TABLES, cooldowns
from nlp.sounds import Sounds

__all__ = ["CAPABILITY", "REPLIES", "ReplyRule", "Rulebook", "cooldowns"]


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """The handler for the settings' replies."""
    rules = settings[REPLIES]
    book = Rulebook(rules, lambda: services.shelf.get("keyword.sounds", Sounds.load))
    attached = {
        rule.name: contents(rule.attach, rule.link, services.attachments) for rule in rules if rule.attach or rule.link
    }
    return (Keyword(book, services.calendar, attached),)


CAPABILITY = Capability(name="keyword", sections=(REPLIES,), tables=TABLES, build=build, inspect=inspect)
