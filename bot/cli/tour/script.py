"""The tour: what is said, what has to come back, and one line why."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.cli.tour.phrasings import Phrasing
from bot.cli.tour.stage import Stage
from bot.cli.tour.telling import Teller
from bot.simulator import Posted, Record

KEYWORD, KEYWORD_RULE = "什么时候发货", "发货时间"
UNSURE = "精华怎么用"
UNKNOWN = "你会修电动车吗"
CALL = "转人工"
WORRY = "我刚收到的精华瓶身有点漏"
HELP = "您好，我是小美，已经给您登记补发，明天发出"
THANKS = "太好了，谢谢"
END = "结束"
TWICE, TWICE_RULE = "包邮吗", "包邮"


@dataclass(slots=True)
class Tour:
    """Plays the parts in order; `missing` says what did not come as it should."""

    stage: Stage
    teller: Teller
    phrasings: Sequence[Phrasing]
    missing: list[str] = field(default_factory=list)
    checked: int = 0

    @property
    def parts(self) -> Sequence[tuple[str, Callable[[], Awaitable[None]]]]:
        """The parts by their headings."""
        return (
            ("关键词：说到就答", self.keyword),
            ("常见问题：换个说法也听得懂", self.understand),
            ("拿不准：让对方选", self.unsure),
            ("不知道：老实说", self.unknown),
            ("转人工：同事在企业微信里接手", self.escalate),
            ("企业微信把同一条消息送了三遍：只答一次", self.twice),
        )

    async def play(self) -> None:
        for number, (title, part) in enumerate(self.parts, 1):
            self.teller.heading(f"{number}  {title}")
            await part()

    async def keyword(self) -> None:
        _, rule = await self.exchange(KEYWORD)
        self.check(rule == KEYWORD_RULE, f"命中关键词“{KEYWORD_RULE}”，写了几句回复就随机挑一句", KEYWORD)

    async def understand(self) -> None:
        for phrasing in self.phrasings:
            _, rule = await self.exchange(phrasing.text)
            self.check(rule == phrasing.entry, f"配置里没有这句话；意思最近的是“{phrasing.entry}”", phrasing.text)

    async def unsure(self) -> None:
        shown, _ = await self.exchange(UNSURE)
        offered = bool(shown) and "\n2. " in shown[0].text
        _, rule = await self.exchange("2")
        self.check(offered and bool(rule), "几条都像，就列出来让对方回序号，不乱猜", UNSURE)

    async def unknown(self) -> None:
        await self.exchange(UNKNOWN)
        found = await self.stage.trace(UNKNOWN)
        self.check(
            found is not None and found.handler == "fallback",
            "没有把握就说不会；问的人多了，管理员会看到这个缺口",
            UNKNOWN,
        )

    async def escalate(self) -> None:
        called = await self.call_staff()
        await self.serve(called)
        await self.give_back()

    async def call_staff(self) -> Record | None:
        """The guest wants a person; the card that this person gets."""
        before = len(self.stage.wecom.journal)
        await self.exchange(CALL)
        cards = [one for one in await self.stage.heard(self.stage.desk, before) if one.card]
        for card in cards:
            await self.tell(card)
        self.check(bool(cards), f"{self.stage.team}的每个人都在自建应用里收到卡片，谁先接单就是谁的", CALL)
        return cards[0] if cards else None

    async def serve(self, card: Record | None) -> None:
        """The staff member takes the ticket and answers; the bot keeps out of it."""
        stage = self.stage
        if card is not None:
            await self.teller.says(stage.staff.name, "（点了［接单］）", "自建应用")
            await (await stage.wecom.click(card, "take", stage.staff.userid)).delivered()
        relayed = await self.staff_says(HELP)
        self.check(any(HELP in one.text for one in relayed), "同事在应用里打字，群里的人就看到了", HELP)
        posted = await self.guest_says(WORRY)
        heard = await stage.heard(stage.desk, posted.record.number)
        for one in heard:
            await self.tell(one)
        quiet = not stage.seen(stage.room, posted.record.number)
        self.check(quiet and any(WORRY in one.text for one in heard), "有人接手时，话都送给同事，机器人不插嘴", WORRY)

    async def give_back(self) -> None:
        """The service ends; the bot answers again."""
        stage = self.stage
        posted = await stage.wecom.say(stage.app, stage.staff.userid, END)
        await self.teller.says(stage.staff.name, END, "自建应用")
        for one in await stage.heard(stage.desk, posted.record.number):
            await self.tell(one)
        _, rule = await self.exchange(KEYWORD)
        self.check(rule == KEYWORD_RULE, "服务结束，又由机器人来答", END)

    async def twice(self) -> None:
        posted = await self.guest_says(TWICE, copies=2)
        await stage_settled(self.stage)
        shown = self.stage.seen(self.stage.room, posted.record.number)
        for one in shown:
            await self.tell(one)
        deliveries = len(self.stage.wecom.journal.attempts(posted.msgid))
        right = [one for one in shown if one.answers == posted.msgid]
        self.check(len(right) == 1, f"同一条消息送来 {deliveries} 次，群里只看到一次回答", TWICE)

    async def exchange(self, text: str) -> tuple[list[Record], str]:
        """The guest asks; what came, and the rule that answered."""
        posted = await self.guest_says(text)
        shown = await self.stage.heard(self.stage.room, posted.record.number)
        for one in shown:
            await self.tell(one)
        return shown, rule_of(await self.stage.trace(text))

    async def guest_says(self, text: str, copies: int = 0) -> Posted:
        posted = await self.stage.ask(text, copies)
        await self.teller.says(self.stage.guest.name, f"@{self.stage.robot.name} {text}")
        return posted

    async def staff_says(self, text: str) -> list[Record]:
        """The staff member writes at the desk; what the group sees of it."""
        stage = self.stage
        posted = await stage.wecom.say(stage.app, stage.staff.userid, text)
        await self.teller.says(stage.staff.name, text, "自建应用")
        shown = await stage.heard(stage.room, posted.record.number)
        for one in shown:
            await self.tell(one)
        return shown

    async def tell(self, record: Record) -> None:
        """Something the bot said, where it said it."""
        stage = self.stage
        if record.conversation == stage.room:
            await self.teller.shows(record, stage.robot.name)
        else:
            await self.teller.shows(record, stage.app.name, f"→ {stage.name(record.conversation.native)}")

    def check(self, fine: bool, why: str, said: str) -> None:
        """Note whether it came as it should."""
        self.checked += 1
        self.teller.verdict(fine, why if fine else f"应该是：{why}")
        if not fine:
            self.missing.append(said)


async def stage_settled(stage: Stage) -> None:
    """Wait until WeCom has delivered everything."""
    await stage.wecom.settle()


def rule_of(row: Any) -> str:
    """The rule that won, by the stored trace; empty when there is no record."""
    return str(json.loads(row.trace).get("rule", "")) if row is not None else ""
