"""Word lists that are edited while the bot works."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.config import ConfigError
from bot.types.ports import Shelf
from tests.handlers.stage import read, think

CONFIG = """
[[moderation]]
name = "广告"
words = "words.txt"
allow = "allow.txt"
"""


class Community:
    """A folder with a configuration and lists; the shelf outlives every reading of them."""

    def __init__(self, folder: Path, shelf: Shelf) -> None:
        self.folder = folder
        self._shelf = shelf
        self.write("config.toml", CONFIG)
        self.write("allow.txt", "# 放行\n")

    def write(self, name: str, content: str) -> None:
        """Save a file as editors do: another one is put in its place."""
        (self.folder / "new").write_text(content, "utf-8")
        os.replace(self.folder / "new", self.folder / name)

    async def found(self, text: str) -> Sequence[str]:
        """What is found after a reload."""
        brain = think(read(self.folder / "config.toml"), self._shelf)
        handler: Any = next(one for one in brain.handlers if one.name == "moderation")
        return [hit.entry.word for hit in handler.filter().hits(text)]


@pytest.fixture
def community(tmp_path: Path, shelf: Shelf) -> Community:
    return Community(tmp_path, shelf)


TEXT = "刷单返利和真人荷官，加群领券"


async def test_a_word_that_is_added_is_live_after_the_file_is_saved(community: Community) -> None:
    community.write("words.txt", "刷单返利\n")
    assert await community.found(TEXT) == ["刷单返利"]
    community.write("words.txt", "真人荷官\n刷单返利\n")
    assert await community.found(TEXT) == ["刷单返利", "真人荷官"]
    community.write("words.txt", "真人荷官\n")
    assert await community.found(TEXT) == ["真人荷官"]


async def test_a_phrase_that_is_allowed_holds_after_the_file_is_saved(community: Community) -> None:
    community.write("words.txt", "刷单返利\n")
    community.write("allow.txt", "刷单返利和真人荷官\n")
    assert await community.found(TEXT) == []


async def test_a_file_that_was_emptied_by_a_slip_keeps_its_words(community: Community) -> None:
    community.write("words.txt", "刷单返利\n")
    await community.found(TEXT)
    community.write("words.txt", "")
    assert await community.found(TEXT) == ["刷单返利"]
    (told,) = read(community.folder / "config.toml").warnings
    assert (told.file.endswith("words.txt"), told.line) == (True, 1)
    community.write("words.txt", "# 先不用了\n")
    assert await community.found(TEXT) == []


@pytest.mark.parametrize("line", ["真人荷官\tgambling\t5", "的"])
async def test_a_list_that_cannot_be_used_is_refused_with_its_line(community: Community, line: str) -> None:
    community.write("words.txt", f"刷单返利\n{line}\n")
    with pytest.raises(ConfigError) as refused:
        await community.found(TEXT)
    (told,) = refused.value.errors
    assert (told.file.endswith("words.txt"), told.line) == (True, 2)
