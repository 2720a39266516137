"""The stores of desks that run as several processes."""

from tests.processes.conftest import servers

__all__ = ["servers"]
