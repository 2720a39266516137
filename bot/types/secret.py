"""Values that must never be shown: written as `"env:NAME"`, read from the environment."""

import hmac
from collections.abc import Mapping

import regex

WRITTEN = regex.compile(r"env:([A-Za-z_][A-Za-z0-9_]*)")


class Secret:
    """A value from the environment variable `name` that shows itself nowhere; `reveal()` gives it."""

    __slots__ = ("__value", "name")

    def __init__(self, name: str, value: str | None) -> None:
        self.name = name
        self.__value = value

    @property
    def is_set(self) -> bool:
        """Whether the environment had a value for it."""
        return bool(self.__value)

    def reveal(self) -> str:
        """The value itself; LookupError when the environment had none."""
        if not self.__value:
            raise LookupError(f"环境变量 {self.name} 没有设置")
        return self.__value

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"

    __str__ = __repr__

    def __format__(self, specification: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        mine, theirs = (self.__value or "").encode(), (other.__value or "").encode()
        return self.name == other.name and hmac.compare_digest(mine, theirs)

    def __hash__(self) -> int:
        return hash(self.name)

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a secret is not to be copied into a pickle")

    def __deepcopy__(self, memory: object) -> "Secret":
        return self

    @classmethod
    def read(cls, text: str, environ: Mapping[str, str]) -> "Secret | None":
        """The secret that `"env:NAME"` names, set or not; None when the text is not written that way."""
        written = WRITTEN.fullmatch(text)
        return cls(written[1], environ.get(written[1])) if written else None


class Address(Secret):
    """The address of a store: plain when it holds no password, otherwise `"env:NAME"`."""

    __slots__ = ()
