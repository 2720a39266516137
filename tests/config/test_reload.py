"""Saving a file brings the new configuration within a second; a bad file brings its problems instead."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from bot.config import Config, ConfigError
from bot.config.reload import watch
from handlers.keyword import REPLIES
from tests.config.conftest import Write
from tests.config.product import load_config

# The promise is a second; a machine that runs other tests at the same time is given more.
PROMISE = 5.0
REPLY = '[[replies]]\nname = "{name}"\nany = "{name}"\nreply = "好"\n'


class Watched:
    """A watch at work; `next` gives what it reports and how long that took."""

    def __init__(self, results: AsyncIterator[Config | ConfigError]) -> None:
        self.results = results
        self.task = asyncio.ensure_future(anext(self.results))

    async def next(self) -> Config | ConfigError:
        began = time.monotonic()
        result = await asyncio.wait_for(self.task, 2 * PROMISE)
        self.task = asyncio.ensure_future(anext(self.results))
        assert time.monotonic() - began < PROMISE
        return result

    async def names(self) -> list[str]:
        result = await self.next()
        assert isinstance(result, Config)
        return [rule.name for rule in result[REPLIES]]

    async def is_quiet(self) -> bool:
        done, _ = await asyncio.wait([self.task], timeout=0.8)
        return not done


@pytest.fixture
async def watched(write: Write) -> AsyncIterator[Watched]:
    path = write(
        'include = ["replies/*.toml"]\n' + REPLY.format(name="一"), {"replies/a.toml": REPLY.format(name="二")}
    )
    current = load_config(path, {})
    async with aclosing(watch(path, lambda: load_config(path, {}), current)) as results:
        watching = Watched(results)
        yield watching
        watching.task.cancel()
        await asyncio.wait([watching.task])


async def test_saving_the_file_brings_the_new_configuration(watched: Watched, write: Write) -> None:
    write(REPLY.format(name="新"))
    assert await watched.names() == ["新"]
    write(REPLY.format(name="更新"))
    assert await watched.names() == ["更新"]


async def test_an_included_file_counts_and_so_does_a_new_one(watched: Watched, tmp_path: Path) -> None:
    (tmp_path / "replies/a.toml").write_text(REPLY.format(name="改"))
    assert await watched.names() == ["一", "改"]
    (tmp_path / "replies/b.toml").write_text(REPLY.format(name="三"))
    assert await watched.names() == ["一", "改", "三"]
    (tmp_path / "replies/a.toml").unlink()
    assert await watched.names() == ["一", "三"]


async def test_a_file_that_a_section_names_counts_too(write: Write, tmp_path: Path) -> None:
    entry = '[[faq]]\nquestion = "多久发货"\nanswer = "{}"\n'
    path = write('[faq]\nfiles = "knowledge/*.toml"\n', {"knowledge/a.toml": entry.format("一天")})
    current = load_config(path, {})
    async with aclosing(watch(path, lambda: load_config(path, {}), current)) as results:
        watching = Watched(results)
        write('[faq]\nfiles = "knowledge/*.toml"\n', {"knowledge/a.toml": entry.format("两天")})
        changed = await watching.next()
        assert isinstance(changed, Config) and changed.hash != current.hash
        write('[faq]\nfiles = "knowledge/*.toml"\n', {"knowledge/b.toml": "[[faq]]\n"})
        assert isinstance(await watching.next(), ConfigError)
        watching.task.cancel()
        await asyncio.wait([watching.task])


async def test_an_editor_that_writes_beside_and_renames_is_followed(watched: Watched, tmp_path: Path) -> None:
    for name in ("甲", "乙"):
        (tmp_path / ".config.toml.swp").write_text(REPLY.format(name=name))
        os.replace(tmp_path / ".config.toml.swp", tmp_path / "config.toml")
        assert await watched.names() == [name]


async def test_a_bad_file_brings_all_its_problems_and_the_correction_comes_too(watched: Watched, write: Write) -> None:
    write(REPLY.format(name="一") + "cooldwon = 5\nzzz = 1\n")
    result = await watched.next()
    assert isinstance(result, ConfigError)
    assert [error.key for error in result.errors] == ["replies[0].cooldwon", "replies[0].zzz"]
    write('include = ["gone.toml"]')
    assert isinstance(await watched.next(), ConfigError)
    write(REPLY.format(name="好"))
    assert await watched.names() == ["好"]


async def test_a_deleted_file_is_a_problem_until_it_is_back(watched: Watched, write: Write, tmp_path: Path) -> None:
    (tmp_path / "config.toml").unlink()
    assert isinstance(await watched.next(), ConfigError)
    write(REPLY.format(name="回来"))
    assert await watched.names() == ["回来"]


async def test_saving_the_same_or_another_file_is_no_news(watched: Watched, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("备忘")
    (tmp_path / "config.toml").write_bytes((tmp_path / "config.toml").read_bytes())
    assert await watched.is_quiet()


async def test_a_change_while_the_files_are_read_is_not_missed(write: Write) -> None:
    path = write(REPLY.format(name="旧"))
    current = load_config(path, {})
    write(REPLY.format(name="新"))
    texts = [REPLY.format(name="更新")]

    def load() -> Config:
        config = load_config(path, {})
        if texts:
            write(texts.pop())
        return config

    async with aclosing(watch(path, load, current)) as results:
        result = await asyncio.wait_for(anext(results), 5)
    assert isinstance(result, Config) and [rule.name for rule in result[REPLIES]] == ["更新"]


async def test_what_changed_since_the_given_configuration_comes_first(write: Write) -> None:
    path = write(REPLY.format(name="旧"))
    old = load_config(path, {})
    write(REPLY.format(name="新"))
    async with aclosing(watch(path, lambda: load_config(path, {}), old)) as results:
        result = await asyncio.wait_for(anext(results), 5)
    assert isinstance(result, Config) and result.hash != old.hash
