"""What managers may send beside words: files, and a link as a card."""

from typing import Annotated

from pydantic import Field

from bot.types.actions import Link
from bot.types.declarations import Settled
from bot.types.fields import Files, HttpUrl, OneOrMany, limited

MOST = 9

Attach = Annotated[OneOrMany[Files], Field(max_length=MOST)]


class LinkEntry(Settled):
    """A link as a card: its title, address, a few words, the address of a picture."""

    title: Annotated[str, limited(128)]
    url: Annotated[HttpUrl, limited(2048)]
    desc: Annotated[str, limited(512)] | None = None
    picture: Annotated[HttpUrl, limited(2048)] | None = None

    @property
    def content(self) -> Link:
        """The link as it is sent."""
        return Link(title=self.title, url=self.url, desc=self.desc or "", picture=self.picture or "")
