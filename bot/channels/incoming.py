"""What people sent, on its way in: by media id (WeCom doc 90254), or from the address that a message carried."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from bot.channels.door import Fault, FetchError, Incoming
from bot.channels.faults import meaning
from bot.types.events import Media
from bot.wecom.client import Client
from bot.wecom.download import Gone
from bot.wecom.errors import STALE_MEDIA, CallbackError, CallError, Misconfigured, WeComError
from bot.wecom.outside import Downloads
from bot.wecom.sealed import unsealed

GONE = "企业微信那里已经没有了"


@asynccontextmanager
async def by_id(client: Client, media: Media) -> AsyncIterator[Incoming]:
    """A media id of an app or a 微信客服 account."""
    with _told():
        async with client.download("media/get", {"media_id": media.media_id}) as found:
            yield Incoming(found.pieces(), found.name)


@asynccontextmanager
async def by_url(downloads: Downloads, media: Media, key: Callable[[], bytes]) -> AsyncIterator[Incoming]:
    """An encrypted file at an address; `key` gives its 32 bytes, or raises CallbackError."""
    with _told(Fault.REFUSED):
        async with downloads.open("aibot/media", media.url) as found:
            yield Incoming(unsealed(key(), found.pieces()), found.name)


@contextmanager
def _told(misled: Fault = Fault.CONFIGURATION) -> Iterator[None]:
    """Tells failures in the terms of a fetch; `misled`: what an answer means that is not WeCom's."""
    try:
        yield
    except CallError as error:
        raise fetch_error(error, misled) from None
    except CallbackError:
        # A file that came in part looks like one that was never whole.
        raise FetchError(Fault.BUSY, "原件解不开") from None


def fetch_error(error: CallError, misled: Fault = Fault.CONFIGURATION) -> FetchError:
    """The failure of a fetch behind a call's."""
    match error:
        case Gone():
            return FetchError(Fault.REFUSED, GONE)
        case WeComError() if error.code == STALE_MEDIA:
            return FetchError(Fault.REFUSED, GONE)
        case WeComError():
            meant = meaning(error.code)
            return FetchError(meant.fault, meant.cure, meant.after)
        case Misconfigured():
            return FetchError(misled, "原件的地址不对")
        case _:
            return FetchError(Fault.BUSY, "网络不通，没取到")
