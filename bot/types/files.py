"""Files that the configuration names, by path or pattern."""

from dataclasses import dataclass
from pathlib import Path

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
        if not self.is_pattern:
            path = self.base / self.pattern
            return (path,) if path.is_file() else ()
        relative = Path(self.pattern).relative_to(Path(self.pattern).anchor)
        root = Path(Path(self.pattern).anchor) if Path(self.pattern).is_absolute() else self.base
        return tuple(sorted(path for path in root.glob(str(relative)) if path.is_file()))
