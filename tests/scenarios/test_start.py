"""A bot that starts hears callbacks at once, and takes work from others only when it can do it."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientConnectionError, ClientSession

import bot.app
from tests.ports import free_port
from tests.scenarios.town import town


async def test_partitions_are_left_to_others_until_the_brain_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt, build, port = threading.Event(), bot.app.build_brain, free_port()

    def slowly(*arguments: Any) -> Any:
        learnt.wait(20)
        return build(*arguments)

    monkeypatch.setattr(bot.app, "build_brain", slowly)

    async def watch() -> list[str]:
        async with ClientSession() as http:
            while True:
                try:
                    async with http.get(f"http://127.0.0.1:{port}/healthz") as answer:
                        wrong: list[str] = (await answer.json())["wrong"]
                        learnt.set()
                        return wrong
                except ClientConnectionError:
                    await asyncio.sleep(0.01)

    watching = asyncio.create_task(watch())
    async with town(tmp_path, listen=f"127.0.0.1:{port}") as place:
        assert await watching == ["partitions"]
        async with ClientSession() as http, http.get(f"{place.url}/healthz") as answer:
            assert answer.status == 200
