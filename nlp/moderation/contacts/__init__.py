"""Ways to reach somebody elsewhere, however they are written: telephone, QQ, WeChat, mail, web."""

from collections.abc import Iterable

from nlp.moderation.contacts.accounts import accounts
from nlp.moderation.contacts.addresses import addresses
from nlp.moderation.contacts.find import Find
from nlp.moderation.contacts.reading import Reading, may_hold_contacts
from nlp.moderation.contacts.telephones import telephones
from nlp.moderation.entry import Entry
from nlp.moderation.hit import Hit
from nlp.moderation.layers import Layer

SEVERITY = 2


def find(text: str, domains: Iterable[str] = ()) -> list[Hit]:
    """Every contact in a text, for people to look at; addresses of the allowed domains and their subdomains aside.

    Kinds, as the words of the hits' entries: 手机号, QQ号, 微信号, 邮箱, 网址, 其他账号. Time is linear in the length.
    """
    if not may_hold_contacts(text):
        return []
    reading = Reading.of(text)
    finds = [*addresses(reading, tuple(domains)), *telephones(reading), *accounts(reading)]
    return [_hit(reading, found) for found in _apart(finds)]


def _apart(finds: list[Find]) -> list[Find]:
    """In their order, without what overlaps something that began earlier, or as early and is longer."""
    kept: list[Find] = []
    for found in sorted(finds, key=lambda found: (found.start, -found.end)):
        if not kept or found.start >= kept[-1].end:
            kept.append(found)
    return kept


def _hit(reading: Reading, found: Find) -> Hit:
    start, end = reading.span(found.start, found.end)
    return Hit(Entry(found.kind, "contact", SEVERITY), Layer.CONTACT, start, end, review=True)
