"""A TCP proxy that loses replies: the command arrives, its answer does not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import unquote, urlsplit

CHUNK = 65536


class Proxy:
    """Stands before a server at a URL. `lose`: how many replies to commands with that word it still loses.

    `loading`: how many commands with that word it still answers as a server that is loading does.
    """

    def __init__(self, target: str, word: bytes) -> None:
        self.target = target
        self.word = word
        self.lose = 0
        self.loading = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on, in both directions, one connection."""
        back, forth = await connected(self.target)
        try:
            while command := await reader.read(CHUNK):
                if self.word in command and self.loading:
                    self.loading -= 1
                    writer.write(b"-LOADING the dataset is being loaded\r\n")
                    continue
                forth.write(command)
                reply = await back.read(CHUNK)
                if self.word in command and self.lose:
                    self.lose -= 1
                    return
                writer.write(reply)
        except ConnectionError:
            return
        finally:
            forth.close()
            writer.close()


async def connected(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the server at a `unix://` or `redis://` URL."""
    found = urlsplit(url)
    if found.scheme == "unix":
        return await asyncio.open_unix_connection(unquote(found.path))
    return await asyncio.open_connection(found.hostname, found.port)


@asynccontextmanager
async def proxied(target: str, word: bytes) -> AsyncIterator[tuple[Proxy, str]]:
    """The proxy and its `redis://` URL."""
    proxy = Proxy(target, word)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    try:
        yield proxy, f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
