"""Ports for what a test starts later."""

import random
import socket
from contextlib import suppress

# Below those that Linux gives to outgoing connections (32768 and up): one of these may take a port in the meantime.
PORTS = range(12_000, 32_000)


def free_port() -> int:
    """A port that nothing listens on, by chance: tests that run at the same time do not get the same."""
    while True:
        port = random.SystemRandom().choice(PORTS)
        with socket.socket() as found, suppress(OSError):
            found.bind(("127.0.0.1", port))
            return port
