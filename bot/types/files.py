"""Files that the configuration names, by path or pattern."""

from dataclasses import dataclass
from glob import iglob
from itertools import islice
from os.path import isfile
from pathlib import Path

MOST = 10_000
WILD = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a pattern such as `"knowledge/*.toml"`, relative to the folder of the configuration."""

    pattern: str
    base: Path

    @property
    def is_pattern(self) -> bool:
        """Whether it may stand for several files, or none yet."""
        return bool(WILD & set(self.pattern))

    @property
    def folder(self) -> Path:
        """The folder below which all of them lie: the part without wildcards."""
        parts = Path(self.pattern).parts[:-1]
        fixed = next((at for at, part in enumerate(parts) if WILD & set(part)), len(parts))
        return self.base.joinpath(*parts[:fixed])

    def paths(self) -> tuple[Path, ...]:
        """The files that are there now, in the order of their names."""
        found = (
            islice(iglob(self.pattern, root_dir=self.base, recursive=True), MOST) if self.is_pattern else [self.pattern]
        )
        return tuple(path for path in sorted(self.base / name for name in found) if isfile(path))
