"""Where things stand in a TOML document."""

import re
from collections.abc import Iterator

# Strings, comments, line ends, signs, and everything else that is written together.
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?!")|' + r"'''.*?'''(?!')|" + r'"(?:\\.|[^"\\\n])*"|' + r"'[^'\n]*'|"
    r"#[^\n]*|\n|[\[\]{},=]|[^\s\[\]{},=#\"']+",
    re.DOTALL,
)
_OPEN, _CLOSED = frozenset("[{"), frozenset("]}")

Token = tuple[str, int]


class Places:
    """The lines (from 1) of a valid document's top-level keys, and of what their lists hold.

    It reads token by token, so that other threads have their turn while a long document is read.
    """

    def __init__(self, text: str) -> None:
        self._keys: dict[str, int] = {}
        self._elements: dict[str, list[int]] = {}
        is_top = True
        for statement in _statements(text):
            (first, line), rest = statement[0], statement[1:]
            if first == "[":
                is_top = False
                self._header([name for name, _ in rest], line)
            elif is_top:
                self._key(first.strip("\"'"), line, rest)

    def line(self, key: str) -> int:
        """The line of a key; the first where it is not known."""
        return self._keys.get(key, next(iter(self._elements.get(key, ())), 1))

    def element(self, key: str, at: int) -> int:
        """The line of an element of a key's list."""
        lines = self._elements.get(key, ())
        return lines[at] if at < len(lines) else self.line(key)

    def _header(self, names: list[str], line: int) -> None:
        if names[:1] == ["["]:
            self._elements.setdefault(names[1].strip("\"'"), []).append(line)
        else:
            self._keys.setdefault(names[0].strip("\"'"), line)

    def _key(self, name: str, line: int, rest: list[Token]) -> None:
        self._keys[name] = line
        values = [token for token in rest[1:] if token[0] != "\n"]
        if values and values[0][0] == "[":
            self._elements[name] = list(_beginnings(values))


def _beginnings(tokens: list[Token]) -> Iterator[int]:
    """The lines on which the elements of a list begin, from its bracket on."""
    depth, is_next = 0, False
    for text, line in tokens:
        if depth == 1 and is_next and text not in _CLOSED and text != ",":
            is_next = False
            yield line
        if text in _OPEN:
            depth += 1
            is_next = is_next or depth == 1
        elif text in _CLOSED:
            depth -= 1
        elif text == "," and depth == 1:
            is_next = True


def _statements(text: str) -> Iterator[list[Token]]:
    """The tokens of each statement: a header, or a key with its value over as many lines as that takes."""
    found: list[Token] = []
    depth = 0
    for token, line in _tokens(text):
        if token == "\n" and not depth:
            if found:
                yield found
            found = []
            continue
        depth += (token in _OPEN) - (token in _CLOSED)
        if found or token != "\n":
            found.append((token, line))
    if found:
        yield found


def _tokens(text: str) -> Iterator[Token]:
    line = 1
    for found in _TOKEN.finditer(text):
        token = found[0]
        if not token.startswith("#"):
            yield token, line
        line += token.count("\n")
