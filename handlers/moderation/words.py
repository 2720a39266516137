"""The words of a configuration: what its rules name, read once, and which rules want what was found.

`sources` names every file; whoever reloads lists watches these.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import regex

from bot.types.files import Files
from handlers.moderation.settings import OTHER, ModerationRule, label_of
from handlers.wordlists import BUILTIN, allow_paths
from nlp.moderation.allow import Allow
from nlp.moderation.entry import Entry
from nlp.moderation.hit import Hit
from nlp.moderation.lists.allowed import AllowList, read_allowed
from nlp.moderation.lists.fault import Fault
from nlp.moderation.lists.sample import too_common
from nlp.moderation.lists.words import WordFile, WordList

_RULES = "[[moderation]] 第 "
_DOMAIN = regex.compile(r"(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}")


@dataclass(frozen=True, slots=True)
class Lists:
    """The entries and phrases of all rules. `wanted`: by source, the rules (their numbers) that name it.

    `void`: the sources that have nothing at all in them, or nothing that can be read.
    """

    rules: Sequence[ModerationRule] = ()
    entries: Sequence[Entry] = ()
    allow: Allow = field(default_factory=Allow)
    wanted: Mapping[str, frozenset[int]] = field(default_factory=dict)
    faults: Sequence[Fault] = ()
    void: frozenset[str] = frozenset()

    def of_rule(self, number: int, hits: Iterable[Hit], group: str, day: date) -> list[Hit]:
        """The hits that concern a rule in a group ("": none) on a day."""
        return [hit for hit in hits if self._concerns(number, hit.entry) and _holds(hit.entry, group, day)]

    def _concerns(self, number: int, entry: Entry) -> bool:
        rule = self.rules[number]
        if not entry.place:
            # What is found without a list.
            return entry.category in rule.categories
        return number in self.wanted.get(source_of(entry), ()) and _is_chosen(rule, entry)


def source_of(entry: Entry) -> str:
    """The file that an entry comes from, or the rule that it stands in."""
    return entry.place.rpartition(":")[0]


def sources(rules: Iterable[ModerationRule]) -> tuple[Files, ...]:
    """Every file of words or phrases that the rules name."""
    return tuple(dict.fromkeys(files for rule in rules for files in rule.files))


def read(rules: Sequence[ModerationRule]) -> Lists:
    """What the rules name, read now. Slow for long lists; wrong lines are told, and cost nothing but themselves."""
    wanted = {source: frozenset(numbers) for source, numbers in _wanted(rules).items()}
    own = [entry for number, rule in enumerate(rules) for entry in _own(number, rule)]
    lists = _files(rules)
    allowed = read_allowed(dict.fromkeys(path for rule in rules for path in allow_paths_of(rule)))
    entries = (*own, *lists.entries)
    faults = (*lists.faults, *too_common(entries), *allowed.faults)
    return Lists(rules, entries, _allow(rules, allowed), wanted, faults, lists.void)


def _files(rules: Sequence[ModerationRule]) -> WordList:
    """Each file once, as the first rule has it that names it."""
    files: dict[Path, WordFile] = {}
    for rule in rules:
        for file in rule.listed.files:
            files.setdefault(file.path, file)
    return WordList(tuple(files.values()))


def _wanted(rules: Sequence[ModerationRule]) -> Mapping[str, set[int]]:
    found: dict[str, set[int]] = {}
    for number, rule in enumerate(rules):
        for source in (*map(str, rule.paths), _place(number)):
            found.setdefault(source, set()).add(number)
    return found


def _own(number: int, rule: ModerationRule) -> Iterator[Entry]:
    """The words that stand in the rule itself."""
    for at, one in enumerate(rule.sought):
        if isinstance(one, str) and one != BUILTIN:
            yield replace(rule.usual, word=one, place=f"{_place(number)}:{at + 1}")


def is_rule(source: str) -> bool:
    """Whether words come from a rule itself, not from a file."""
    return source.startswith(_RULES)


def _place(number: int) -> str:
    return f"{_RULES}{number + 1} 条"


def _is_chosen(rule: ModerationRule, entry: Entry) -> bool:
    chosen = {label_of(category) for category in rule.categories}
    return not chosen or entry.category == OTHER or label_of(entry.category) in chosen


def _holds(entry: Entry, group: str, day: date) -> bool:
    return (not entry.groups or group in entry.groups) and (entry.until is None or entry.until >= day)


def allow_paths_of(rule: ModerationRule) -> Iterator[Path]:
    """The allow lists of a rule."""
    return allow_paths(rule.sought, rule.allow)


def _allow(rules: Sequence[ModerationRule], listed: AllowList) -> Allow:
    own = {one for rule in rules for one in rule.allow if isinstance(one, str)}
    domains = {one.lower() for one in own if _DOMAIN.fullmatch(one)}
    phrases = {one for one in own if one.lower() not in domains}
    return Allow(listed.allow.phrases | phrases, listed.allow.domains | domains)
