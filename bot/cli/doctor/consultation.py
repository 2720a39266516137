"""One run of `qunban doctor`, from the configuration file to the exit status."""

import argparse
import os
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.cli.doctor import report
from bot.cli.doctor.diagnosis import Examined, State, Step
from bot.cli.doctor.order import broken, keys_of, steps
from bot.cli.doctor.request import Judge, target_of
from bot.cli.doctor.setup import Setup, named, narrowed, read, unusable
from bot.cli.doctor.visit import Visit, surfaces_of, visiting
from bot.cli.doctor.waiting import Came, wait
from bot.cli.failure import Failure, Usage
from bot.cli.terminal import GREEN, Paint, Progress, paint_for
from bot.clock import SystemClock
from bot.config import ConfigError

NO_DOOR = "配置里还没有 [[channels]]，没有可查的入口。\n怎么写：docs/connect.zh-CN.md"
NO_SURFACE = "这些入口都不用回调 URL，没有可等的验证"
NOT_FREE = "{base} 已经有程序在听。先停下 qunban run 再等；或者把网关日志里那一行用 --request 给我看"


@dataclass(slots=True)
class Consultation:
    """What was asked for, and how to say what was found. `wait`: seconds."""

    config: Path
    doors: Sequence[str]
    json: bool
    wait: float | None
    request: str | None
    paint: Paint
    progress: Progress
    _door: str | None = field(default=None, init=False)

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> "Consultation":
        """The consultation that a command line asks for."""
        return cls(
            config=Path(arguments.config),
            doors=arguments.doors,
            json=arguments.json,
            wait=arguments.seconds if arguments.wait else None,
            request=arguments.request,
            paint=Paint(False) if arguments.json else paint_for(sys.stdout),
            progress=Progress(sys.stderr),
        )

    async def run(self) -> int:
        """Examine; 0 when nothing is wrong, 1 otherwise. Failure when there is nothing to examine."""
        try:
            setup = self._chosen(read(self.config, os.environ))
        except ConfigError as error:
            return self._conclude([await self._done(broken(unusable(error)))])
        explaining = self.request is not None or self.wait is not None
        if explaining and (bad := [door for door in setup.doors if setup.wrong[named(door)]]):
            return self._conclude([await self._done(keys_of(setup, door)) for door in bad])
        if self.request is not None:
            return self._explain(Judge(surfaces_of(setup)), self.request)
        async with visiting(setup, SystemClock()) as visit:
            if self.wait is not None:
                return await self._await(visit, self.wait)
            return self._conclude([await self._done(step) for step in steps(visit)])

    def _chosen(self, setup: Setup) -> Setup:
        there = [named(door) for door in setup.doors]
        if not there:
            raise Failure(NO_DOOR)
        if unknown := [door for door in self.doors if door not in there]:
            raise Usage(f"没有 {unknown[0]} 这个入口，有的是：{'、'.join(there)}")
        return narrowed(setup, self.doors) if self.doors else setup

    async def _done(self, step: Step) -> Examined:
        """Do one step and say at once how it went."""
        began = time.monotonic()
        self.progress(f"  … {step.name}")
        result = await step.run()
        self.progress()
        examined = Examined(step, result, time.monotonic() - began)
        if not self.json:
            self._say([*self._heading(step.door), *report.lines(examined, self.paint)])
        return examined

    def _heading(self, door: str) -> Iterable[str]:
        """The door's name, above the first of its steps."""
        if door != self._door:
            yield from ([""] if self._door is not None else [])
            yield report.heading(door, self.paint)
        self._door = door

    def _conclude(self, examined: Sequence[Examined]) -> int:
        self._say([report.as_json(examined)] if self.json else ["", report.summary(examined)])
        return int(any(one.result.state == State.FAILED for one in examined))

    def _explain(self, judge: Judge, written: str) -> int:
        """What is wrong with a request that came earlier."""
        target = target_of(written)
        return self._came(Came("GET", judge.door_of(target), judge.examine(target)))

    async def _await(self, visit: Visit, seconds: float) -> int:
        """Show where to click, then say of every verification that comes what is wrong with it."""
        if visit.listener is None:
            raise Failure(NOT_FREE.format(base=visit.base))
        if not visit.surfaces:
            raise Failure(NO_SURFACE)
        self._invite(visit)
        last = {surface.door: 1 for surface in visit.surfaces}
        async for came in wait(visit.listener, Judge(visit.surfaces), seconds):
            status = self._came(came)
            if came.method == "GET":
                last[came.door] = status
        return max(last.values())

    def _invite(self, visit: Visit) -> None:
        base = visit.public or "https://您的域名"
        urls = [f"  {surface.door}  {base}{surface.path or surface.address}" for surface in visit.surfaces]
        lines = [f"在 {visit.base} 等着。请在管理后台填好 URL，点「保存」：", *urls, "不等了按 Ctrl-C。"]
        print("\n".join(lines), file=sys.stderr)

    def _came(self, came: Came) -> int:
        """Say what came; 1 when something is wrong with it."""
        if self.json:
            self._say([report.came_as_json(came.method, came.door, came.diagnoses)])
        elif came.diagnoses:
            self._say([line for one in came.diagnoses for line in report.told(one, self.paint)])
        elif came.method == "GET":
            self._say([f"  {self.paint('✓', GREEN)} {came.door} 的 URL 验证通过"])
        else:
            self._say([f"  – 来了一条消息（{came.door or '没有这个路径'}），没有收下，企业微信会再送"])
        return int(bool(came.diagnoses))

    def _say(self, lines: Iterable[str]) -> None:
        for line in lines:
            print(line, flush=True)
