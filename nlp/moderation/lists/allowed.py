"""What is never held against anybody, read from the files that people keep."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import regex

from nlp.moderation.allow import Allow
from nlp.moderation.lists.content import read_text
from nlp.moderation.lists.fault import Fault, Faults
from nlp.moderation.lists.places import Places
from nlp.moderation.lists.separated import content, separator_of
from nlp.moderation.lists.toml import parsed

PHRASE, DOMAIN = "phrase", "domain"
KINDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("phrase", "短语", "词", "词语", "放行", "放行词"), PHRASE),
        **dict.fromkeys(("domain", "域名", "网站", "网址"), DOMAIN),
    }
)
HEADINGS = frozenset({"kind", "类型", "种类", "类别"})
LONGEST = 200

_DOMAIN = regex.compile(r"(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}[\p{L}\p{N}-]*\p{L}")
_ADDRESS = regex.compile(r"(?:[a-z][a-z0-9+.-]*://)?(?:\*?\.)?(?P<host>[^/?#:\s]+)(?::\d+)?(?:[/?#].*)?", regex.I)

Value = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class AllowList:
    """Phrases and domains with where each of them stands ("file:line"), and what is wrong in the files."""

    phrases: Mapping[str, str] = field(default_factory=dict)
    domains: Mapping[str, str] = field(default_factory=dict)
    faults: Sequence[Fault] = ()

    @property
    def allow(self) -> Allow:
        """What a filter needs of them."""
        return Allow(frozenset(self.phrases), frozenset(self.domains))


def read_allowed(paths: Iterable[Path]) -> AllowList:
    """What files allow: lines of (kind, value), kind `phrase` or `domain`, or a value alone; TOML by its suffix.

    TOML has `phrases` and `domains`. Never raises for what a file may hold.
    """
    phrases: dict[str, str] = {}
    domains: dict[str, str] = {}
    told: list[Fault] = []
    for path in paths:
        faults = Faults(str(path))
        for line, kind, value in _values(path, faults):
            if kind == DOMAIN:
                _take_domain(value, line, domains, str(path), faults)
            elif len(value) > LONGEST:
                faults.add(line, f"太长，最多 {LONGEST} 个字", value)
            else:
                phrases.setdefault(value, f"{path}:{line}")
        told += faults.all()
    return AllowList(phrases, domains, told)


def _take_domain(value: str, line: int, domains: dict[str, str], file: str, faults: Faults) -> None:
    found = _ADDRESS.fullmatch(value)
    host = found["host"].lower() if found else ""
    if not _DOMAIN.fullmatch(host):
        faults.add(line, "域名写成 example.com，下级的也算在内", value)
    else:
        domains.setdefault(host, f"{file}:{line}")


def _values(path: Path, faults: Faults) -> Iterator[Value]:
    text = read_text(path, faults)
    if text is not None:
        yield from _of_toml(text, faults) if path.suffix.lower() == ".toml" else _of_lines(path, text, faults)


def _of_lines(path: Path, text: str, faults: Faults) -> Iterator[Value]:
    lines = text.splitlines()
    separator = separator_of(path, lines)
    for number, line in content(lines):
        first, second = (part.strip().strip('"') for part in line.partition(separator)[::2])
        kind = KINDS.get(first.lower())
        if separator not in line or (kind is None and not second):
            yield number, DOMAIN if _DOMAIN.fullmatch(first) and first.isascii() else PHRASE, first
        elif kind and second:
            yield number, kind, second
        elif first.lower() not in HEADINGS:
            faults.add(number, "每行写“种类、值”，种类是 phrase（短语）或 domain（域名）；短语也可以单独一行", first)


def _of_toml(text: str, faults: Faults) -> Iterator[Value]:
    values = parsed(text, faults)
    places = Places(text) if values else None
    if values is None or places is None:
        return
    for key, found in values.items():
        kind = {"phrases": PHRASE, "domains": DOMAIN}.get(key)
        if kind is None:
            faults.add(places.line(key), "不认识这个键；短语写在 phrases 里，域名写在 domains 里", column=key)
        elif not isinstance(found, list) or not all(isinstance(one, str) and one.strip() for one in found):
            faults.add(places.line(key), f'应为一组文字，如 {key} = ["…"]', column=key)
        else:
            yield from ((places.element(key, at), kind, one.strip()) for at, one in enumerate(found))
