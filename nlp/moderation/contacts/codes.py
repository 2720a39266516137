"""Pictures with a code to scan: nobody looks into the picture, but the words with it say so."""

import re

from nlp.moderation.entry import Entry
from nlp.moderation.hit import Hit
from nlp.moderation.layers import Layer
from nlp.normalise import simplified

KIND, SEVERITY = "二维码", 2
_SCAN = re.compile(
    r"扫\s*(?:一\s*)?扫|扫\s*(?:下|这个|图|我|一下|此)?\s*(?:二\s*维\s*)?码|[二2]\s*维\s*[码馬]|长\s*按\s*(?:识\s*别|图|扫)|识\s*别\s*(?:图|二维)"
)


def codes(text: str) -> list[Hit]:
    """The words that ask to scan the picture they come with, for people to look at."""
    found = _SCAN.search(simplified(text))
    return [Hit(Entry(KIND, "contact", SEVERITY), Layer.CONTACT, *found.span(), review=True)] if found else []
