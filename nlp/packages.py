"""Files of packages that are not imported for them: an import would warn, print or read more than is needed."""

from importlib.util import find_spec
from pathlib import Path


def beside(package: str, name: str) -> Path:
    """A file of an installed package. Raises ModuleNotFoundError."""
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(package, name=package)
    return Path(found.submodule_search_locations[0]) / name
