"""Addresses that messages carry: they are visited over https and on the public network only.

What lies on the API's own host is fetched as the API is called: a test's WeCom is on loopback.
"""

import socket
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from ipaddress import IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientSession, TCPConnector

from bot.wecom.download import Download
from bot.wecom.errors import Misconfigured
from bot.wecom.transport import Transport

PORTS: Mapping[str, int] = {"https": 443, "http": 80}


class PrivateAddress(ValueError):
    """A name that leads into a private network."""


def outside_session() -> ClientSession:
    """A session that connects to public addresses only, whatever a name resolves to."""
    return ClientSession(connector=TCPConnector(socket_factory=public_socket))


def public_socket(found: Any) -> socket.socket:
    """A socket for one resolved address, as aiohttp asks for it; PrivateAddress when it is not public."""
    family, kind, protocol, _, address = found
    if not is_public(str(address[0])):
        raise PrivateAddress("not a public address")
    return socket.socket(family, kind, protocol)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public network."""
    ip = ip_address(address.partition("%")[0])
    plain = (ip.ipv4_mapped or ip.sixtofour or ip) if isinstance(ip, IPv6Address) else ip
    return plain.is_global and not plain.is_multicast


class Downloads:
    """Opens the addresses that authentic messages carry. `outside` goes over an `outside_session`."""

    def __init__(self, inside: Transport, outside: Transport | None, api: str) -> None:
        self._inside = inside
        self._outside = outside
        self._api = _origin(api)

    def open(self, call: str, url: str) -> AbstractAsyncContextManager[Download]:
        """The file at an address. Misconfigured when nothing is to be fetched there, Gone, or another CallError."""
        origin = _origin(url)
        if origin == self._api:
            return self._inside.download(call, url, {})
        if origin[0] != "https" or self._outside is None:
            raise Misconfigured(call, "not an https address")
        return self._outside.download(call, url, {})


def _origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port; empty ones for what is no address."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        return "", "", 0
