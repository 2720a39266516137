"""Where things stand in a TOML file."""

from collections.abc import Iterator

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

TomlPath = tuple[str | int, ...]


def toml_lines(data: bytes) -> dict[TomlPath, int]:
    """The 1-based line of every table, key and list element of a valid TOML document (UTF-8), by path.

    The second `[[faq]]` is `("faq", 1)`, its answer `("faq", 1, "answer")`.
    """
    tree = Parser(Language(tree_sitter_toml.language())).parse(data)
    first: dict[TomlPath, int] = {}
    for path, line in _document_lines(tree.root_node):
        first.setdefault(path, line)
    return first


def _document_lines(root: Node) -> Iterator[tuple[TomlPath, int]]:
    counts: dict[TomlPath, int] = {}
    for node in root.named_children:
        if node.type == "pair":
            yield from _pair_lines((), node)
        elif node.type in ("table", "table_array_element"):
            yield from _table_lines(node, counts)


def _table_lines(node: Node, counts: dict[TomlPath, int]) -> Iterator[tuple[TomlPath, int]]:
    head, *pairs = node.named_children
    path: TomlPath = _keys(head)
    if node.type == "table_array_element":
        yield path, _line(node)
        counts[path] = counts.get(path, -1) + 1
        path = (*path, counts[path])
    yield path, _line(node)
    for pair in pairs:
        if pair.type == "pair":
            yield from _pair_lines(path, pair)


def _pair_lines(path: TomlPath, node: Node) -> Iterator[tuple[TomlPath, int]]:
    key, *values = (child for child in node.named_children if child.type != "comment")
    for value in values[:1]:
        yield from _value_lines((*path, *_keys(key)), value, _line(key))


def _value_lines(path: TomlPath, node: Node, line: int) -> Iterator[tuple[TomlPath, int]]:
    yield path, line
    if node.type == "array":
        elements = [child for child in node.named_children if child.type != "comment"]
        for index, element in enumerate(elements):
            yield from _value_lines((*path, index), element, _line(element))
    elif node.type == "inline_table":
        for pair in node.named_children:
            if pair.type == "pair":
                yield from _pair_lines(path, pair)


def _keys(node: Node) -> tuple[str, ...]:
    if node.type == "dotted_key":
        return tuple(part for child in node.named_children for part in _keys(child))
    text = (node.text or b"").decode(errors="replace")
    return (text.strip("\"'"),)


def _line(node: Node) -> int:
    return node.start_point.row + 1
