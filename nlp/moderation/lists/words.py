"""Words that moderation looks for, read from the files that people keep."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path

from nlp.moderation.entry import Entry
from nlp.moderation.lists.content import read_text
from nlp.moderation.lists.fault import Fault, Faults
from nlp.moderation.lists.making import Maker
from nlp.moderation.lists.separated import read_lines
from nlp.moderation.lists.toml import read_toml

VOID = "文件是空的；机器人会继续用里面原来的词，真要清空，就在文件里写一行以 # 开头的说明"
USUAL = Entry("", "other")


@dataclass(frozen=True, slots=True)
class WordFile:
    """What one file holds; `void`: nothing at all is written in it, not even a remark, or it cannot be read."""

    path: Path
    entries: Sequence[Entry]
    faults: Sequence[Fault] = ()
    void: bool = False


@dataclass(frozen=True, slots=True)
class WordList:
    """The files of a list, in their order."""

    files: Sequence[WordFile] = ()

    @property
    def entries(self) -> list[Entry]:
        """The entries of all files."""
        return list(chain.from_iterable(file.entries for file in self.files))

    @property
    def faults(self) -> list[Fault]:
        """What is wrong in them."""
        return list(chain.from_iterable(file.faults for file in self.files))

    @property
    def void(self) -> frozenset[str]:
        """The files that have nothing at all in them, or nothing that can be read."""
        return frozenset(str(file.path) for file in self.files if file.void)

    def on(self, day: date) -> list[Entry]:
        """The entries that still hold on a day."""
        return [entry for entry in self.entries if entry.until is None or entry.until >= day]


def read_words(paths: Iterable[Path], usual: Entry = USUAL) -> WordList:
    """The words of files: TOML by its suffix, everything else by lines. Never raises for what a file may hold.

    `usual` is what an entry is where its file says nothing. Half a million lines take about two seconds.
    """
    return WordList(tuple(read_file(path, usual) for path in paths))


def read_file(path: Path, usual: Entry = USUAL) -> WordFile:
    """The words of one file."""
    faults = Faults(str(path))
    text = read_text(path, faults)
    if text is None:
        return WordFile(path, (), faults.all(), True)
    maker = Maker(str(path), usual, faults)
    if not text.strip():
        faults.add(1, VOID, warning=True)
        return WordFile(path, (), faults.all(), True)
    is_toml = path.suffix.lower() == ".toml"
    entries = read_toml(text, maker, faults) if is_toml else read_lines(path, text, maker, faults)
    return WordFile(path, tuple(entries), faults.all())
