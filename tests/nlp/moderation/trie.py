"""A plain trie: what an automaton has to find, found slowly."""

from collections.abc import Iterable, Iterator


class Trie:
    def __init__(self, patterns: Iterable[str]) -> None:
        self._root: dict[str, dict] = {}
        for number, pattern in enumerate(patterns):
            node = self._root
            for sign in pattern:
                node = node.setdefault(sign, {})
            if pattern:
                node.setdefault("", number)

    def find(self, text: str) -> Iterator[tuple[int, int, int]]:
        for start in range(len(text)):
            node, end = self._root, start
            while end < len(text) and text[end] in node:
                node, end = node[text[end]], end + 1
                if "" in node:
                    yield start, end, node[""]
