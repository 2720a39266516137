"""A child process that answers one JSON line with another."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any


class Child:
    """The parent's end."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def ask(self, **question: Any) -> dict[str, Any]:
        """Its answer; EOFError when it has ended."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(question).encode() + b"\n")
        line = await self._process.stdout.readline()
        if not line:
            raise EOFError("a measuring process ended early")
        answer: dict[str, Any] = json.loads(line)
        return answer


@asynccontextmanager
async def child(module: str, *arguments: str) -> AsyncIterator[Child]:
    """Run a module of ours as a child; it ends when its stdin does."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", module, *arguments, stdin=pipe, stdout=pipe)
    try:
        yield Child(process)
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()


async def questions() -> AsyncIterator[dict[str, Any]]:
    """The child's end: what the parent asks, until it has no more to ask."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield json.loads(line)


def answer(**content: Any) -> None:
    """Answer the parent."""
    print(json.dumps(content), flush=True)
