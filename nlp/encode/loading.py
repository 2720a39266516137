"""From what a setting says to an encoder."""

import sys
from collections.abc import Mapping
from pathlib import Path

from nlp.encode.encoder import Encoder, Unusable
from nlp.encode.progress import Report, silent

BUILTIN = "builtin"
NONE = "none"


def load(model: str, cache: Path, report: Report = silent) -> Encoder:
    """The encoder of `"builtin"`, a folder or a hub id, on one thread. Unusable when it cannot be had, with the cure.

    Slow, the first time by minutes; `cache` keeps what was made. `report` hears how far it is.
    """
    if model == NONE:
        raise Unusable("配置里写了不用模型（[understand] model）")
    if model == BUILTIN:
        from nlp.encode.builtin import Builtin

        return Builtin(cache).load(report)
    from nlp.encode.hub import load_hub

    return load_hub(model, report)


def at_hand(model: str, cache: Path) -> Encoder | None:
    """The encoder as it is on this machine: nothing is fetched or made, None where that is to be done first.

    Unusable when there is nothing to be done.
    """
    if model == BUILTIN:
        from nlp.encode.builtin import Builtin

        return Builtin(cache).opened()
    if not Path(model).is_absolute():
        return None
    from nlp.encode.hub import load_hub

    return load_hub(model, silent)


def user_cache(environ: Mapping[str, str], platform: str = sys.platform) -> Path:
    """Where a user's programs keep what they can make again; `QUNBAN_CACHE` names another place."""
    if named := environ.get("QUNBAN_CACHE"):
        return Path(named)
    if platform == "darwin":
        return Path.home() / "Library" / "Caches" / "qunban"
    if named := environ.get("XDG_CACHE_HOME"):
        return Path(named) / "qunban"
    return Path.home() / ".cache" / "qunban"
