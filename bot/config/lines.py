"""Where each key of a TOML text stands."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

Path = tuple[str | int, ...]

PUNCTUATION = frozenset({"[", "]", "{", "}", ",", "comment", "ERROR"})
KEYS = frozenset({"bare_key", "quoted_key", "dotted_key"})


@dataclass(frozen=True, slots=True)
class Repeat:
    """A key or `[table]` that is written again."""

    path: Path
    first: int
    second: int
    is_table: bool


@dataclass(frozen=True, slots=True)
class Lines:
    """The 1-based line of every key and array element, and what is written twice."""

    of: dict[Path, int] = field(default_factory=dict)
    repeats: list[Repeat] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of a path; of the nearest thing around it when the path itself is not written."""
        while path and path not in self.of:
            path = path[:-1]
        return self.of.get(path, 1)


def lines(text: str) -> Lines:
    """The lines of a TOML text; best effort where the text is not TOML."""
    tree = Parser(Language(tree_sitter_toml.language())).parse(text.encode())
    reader = _Reader()
    reader.document(tree.root_node)
    return reader.found


class _Reader:
    """One walk over the syntax tree, counting the elements of arrays of tables on the way."""

    def __init__(self) -> None:
        self.found = Lines()
        self.counts: dict[Path, int] = {}
        self.headers: dict[Path, int] = {}
        self.pairs: dict[Path, int] = {}

    def document(self, root: Node) -> None:
        for node in root.children:
            match node.type:
                case "pair":
                    self.pair((), node)
                case "table":
                    self.table(self.header(node), node)
                case "table_array_element":
                    self.table(self.element(node), node)

    def table(self, path: Path, node: Node) -> None:
        for child in node.children:
            if child.type == "pair":
                self.pair(path, child)

    def header(self, node: Node) -> Path:
        """The path of `[a.b]`."""
        path = self.reached(_key(node), _line(node))
        self.once(self.headers, path, _line(node))
        return path

    def element(self, node: Node) -> Path:
        """The path of the next element of `[[a.b]]`."""
        *before, last = _key(node)
        array = (*self.reached(before, _line(node)), last)
        self.note(array, _line(node))
        index = self.counts[array] = self.counts.get(array, -1) + 1
        self.note((*array, index), _line(node))
        return (*array, index)

    def reached(self, keys: list[str], line: int) -> Path:
        """The path that keys lead to: through the newest element of each array of tables on the way."""
        path: Path = ()
        for key in keys:
            path = (*path, key)
            self.note(path, line)
            if path in self.counts:
                path = (*path, self.counts[path])
        return path

    def pair(self, path: Path, node: Node) -> None:
        for key in _key(node):
            path = (*path, key)
            self.note(path, _line(node))
        self.once(self.pairs, path, _line(node))
        self.value(path, node.children[-1])

    def once(self, written: dict[Path, int], path: Path, line: int) -> None:
        """Remember where a path is written; the second time is a repeat."""
        if path in written:
            self.found.repeats.append(Repeat(path, written[path], line, written is self.headers))
        written.setdefault(path, line)

    def value(self, path: Path, node: Node) -> None:
        if node.type == "inline_table":
            self.table(path, node)
        if node.type == "array":
            for index, item in enumerate(_items(node)):
                self.note((*path, index), _line(item))
                self.value((*path, index), item)

    def note(self, path: Path, line: int) -> None:
        self.found.of.setdefault(path, line)


def _line(node: Node) -> int:
    return int(node.start_point[0]) + 1


def _items(array: Node) -> Iterator[Node]:
    return (child for child in array.children if child.type not in PUNCTUATION)


def _key(node: Node) -> list[str]:
    found = next((child for child in node.children if child.type in KEYS), None)
    return _keys(found) if found else [""]


def _keys(node: Node) -> list[str]:
    if node.type == "dotted_key":
        return [key for child in node.children if child.type in KEYS for key in _keys(child)]
    text = (node.text or b"").decode()
    return [_unquoted(text) if node.type == "quoted_key" else text]


def _unquoted(text: str) -> str:
    try:
        return next(iter(tomllib.loads(f"{text} = 0")))
    except tomllib.TOMLDecodeError:
        return text
