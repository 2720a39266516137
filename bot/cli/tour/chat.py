"""After the tour: the terminal becomes a chat in the simulated company."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.cli.explain import described, sent_for
from bot.cli.terminal import BOLD, DIM
from bot.cli.tour.stage import Stage
from bot.cli.tour.telling import Teller, buttons
from bot.simulator import Conversation, Member, Record

Place = Literal["群", "私聊", "应用"]

USAGE = """也可以就在这里打字，对机器人说话：
  ?            刚才那句为什么这么答
  /人 名字     换一个人（不写名字就列出来）
  /群          在群里 @ 机器人
  /私聊        和智能机器人一对一
  /应用        和自建应用一对一（客服在这里接单、回话）
  /点 1        点最近一张卡片上的按钮
  /走          离开，页面也就关了（Ctrl-D 也行）"""


@dataclass(slots=True)
class Chat:
    """Who is speaking where, and what was shown already."""

    stage: Stage
    teller: Teller
    person: Member
    place: Place = "群"
    said: str = ""
    shown: set[int] = field(default_factory=set)

    @property
    def prompt(self) -> str:
        where = self.stage.group.name if self.place == "群" else self.place
        return f"{self.person.name}@{where}> "

    async def take(self, line: str) -> bool:
        """Do what a line asks; False to leave."""
        word, _, rest = line.partition(" ")
        if word in ("?", "？"):
            await self.explain()
        elif word.startswith("/"):
            return await self.obey(word[1:], rest.strip())
        else:
            await self.speak(line)
        return True

    async def obey(self, word: str, rest: str) -> bool:
        if word in ("走", "退出", "q", "quit", "exit"):
            return False
        if word == "人":
            self.become(rest)
        elif word in ("群", "私聊", "应用"):
            self.place = "群" if word == "群" else "私聊" if word == "私聊" else "应用"
        elif word == "点":
            await self.press(rest)
        else:
            self.teller.line(USAGE)
        return True

    def become(self, name: str) -> None:
        """Speak as somebody else of the company."""
        people = [self.stage.wecom.directory.member(key) for key in sorted(self.stage.group.members)]
        found = next((person for person in people if name in (person.name, person.userid)), None)
        if found is None:
            self.teller.line("可以换成：" + "、".join(person.name for person in people))
        else:
            self.person = found

    async def speak(self, text: str) -> None:
        """Say something where the person is."""
        stage, wecom, self.said = self.stage, self.stage.wecom, text
        if self.place == "群":
            await wecom.mention(stage.robot, stage.group.id, self.person.userid, text)
        elif self.place == "私聊":
            await wecom.direct(stage.robot, self.person.userid, text)
        else:
            await wecom.say(stage.app, self.person.userid, text)

    async def press(self, number: str) -> None:
        """Press a button of the newest card on the person's screen."""
        place = Conversation(self.stage.app.id, "direct", self.person.key)
        card = next((one for one in reversed(self.stage.seen(place)) if one.card and buttons(one.card)), None)
        keys = [one["key"] for one in card.card["button_list"]] if card and card.card else []
        if card is None or not number.isdigit() or not 1 <= int(number) <= len(keys):
            self.teller.line(f"{self.person.name}的应用里没有这样的按钮；卡片只有接单的人看得到，/人 换成客服")
            return
        await self.stage.wecom.click(card, keys[int(number) - 1], self.person.userid)

    async def explain(self) -> None:
        """The stored trace of what was said last."""
        row = await self.stage.trace(self.said) if self.said else None
        if row is None:
            self.teller.line("还没有说过话。")
            return
        sent = await self.stage.bot.database.read(sent_for(row.id))
        for line in described(row, sent, self.stage.zone, self.teller.paint):
            self.teller.line(line)

    async def watch(self) -> None:
        """Show what appears on people's screens, until cancelled."""
        while True:
            with suppress(TimeoutError):
                for record in await self.stage.wecom.journal.wait_for(lambda _: self.fresh(), 3600):
                    self.shown.add(record.number)
                    self.teller.clear()
                    await self.teller.shows(record, record.door.partition(":")[2], self.whose(record))
                    self.ask()

    def fresh(self) -> list[Record]:
        """What is on the screens and was not shown yet."""
        seen = self.stage.wecom.journal.seen()
        return [one for one in seen if one.number not in self.shown and one.finished and (one.text or one.card)]

    def whose(self, record: Record) -> str:
        """Whose screen it is on."""
        if record.conversation.kind == "group":
            return f"→ {self.stage.group.name}"
        return f"→ {self.stage.name(record.conversation.native)}"

    def ask(self) -> None:
        """Show who is speaking."""
        print(self.teller.paint(self.prompt, BOLD), end="", file=self.teller.out, flush=True)


async def chat(stage: Stage, teller: Teller) -> None:
    """Talk until somebody leaves."""
    teller.line(USAGE)
    talk = Chat(stage, teller, stage.guest)
    talk.shown = {one.number for one in stage.wecom.journal.seen()}
    watching = asyncio.create_task(talk.watch())
    talk.ask()
    async for line in typed():
        if line and not await talk.take(line):
            break
        talk.ask()
    watching.cancel()
    teller.line(teller.paint("再见。接上真的企业微信：照 docs/connect.zh-CN.md 做", DIM))


async def typed() -> AsyncIterator[str]:
    """The lines of stdin. Read on a thread of its own that nobody has to wait for when the demo ends."""
    loop, lines = asyncio.get_running_loop(), asyncio.Queue[Any]()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line.strip())
        loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, daemon=True, name="stdin").start()
    while (line := await lines.get()) is not None:
        yield line
