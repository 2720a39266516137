"""The tour: what is said, what has to come back, and one line why."""

import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.cli.tour.phrasings import Phrasings
from bot.cli.tour.stage import Stage
from bot.cli.tour.telling import Teller
from bot.simulator import Posted, Record

KEYWORD, KEYWORD_RULE = "什么时候发货", "发货时间"
CALL = "转人工"
HELLO = "您好，请问有什么可以帮您？"
WORRY = "刚收到的精华瓶身有点漏"
HELP = "已经给您登记补发，明天发出"
END = "结束"
TWICE = "包邮吗"
DESK = "自建应用"
AD = "在家兼职刷单，一天三百，想做的私我"


@dataclass(slots=True)
class Tour:
    """Plays the parts in order; `missing` says what did not come as it should."""

    stage: Stage
    teller: Teller
    phrasings: Phrasings
    missing: list[str] = field(default_factory=list)
    checked: int = 0
    known: tuple[str, str] = (KEYWORD, KEYWORD_RULE)
    repeated: str = TWICE

    @property
    def parts(self) -> Sequence[tuple[str, Callable[[], Awaitable[None]]]]:
        """The parts by their headings."""
        is_moderated = any(rule.acts for rule in self.stage.bot.config.values["moderation"])
        return (
            ("关键词：说到就答", self.keyword),
            ("常见问题：换个说法也听得懂", self.understand),
            ("拿不准：让对方选", self.unsure),
            ("不知道：老实说", self.unknown),
            ("转人工：同事在企业微信里接手", self.escalate),
            *((("有人发广告：提醒他，给管理员一张卡片", self.moderate),) if is_moderated else ()),
            ("企业微信把同一条消息送了三遍：只答一次", self.twice),
        )

    async def play(self) -> None:
        for number, (title, part) in enumerate(self.parts, 1):
            self.teller.heading(f"{number}  {title}")
            await part()

    async def keyword(self) -> None:
        _, rule = await self.exchange(KEYWORD)
        wanted = f"关键词“{KEYWORD_RULE}”的回复"
        self.check(rule == KEYWORD_RULE, f"{wanted}；写了几句，就随机挑一句", wanted)

    async def understand(self) -> None:
        for phrasing in self.phrasings.meant:
            _, rule = await self.exchange(phrasing.text)
            wanted = f"“{phrasing.entry}”的答案"
            self.check(rule == phrasing.entry, f"配置里没有这句话，意思最近的是“{phrasing.entry}”", wanted)

    async def unsure(self) -> None:
        asked = self.phrasings.unsure[0]
        shown, _ = await self.exchange(asked)
        offered = any("\n2. " in one.text for one in shown)
        _, rule = await self.exchange("2")
        self.check(offered and bool(rule), "几条都像，就列出来让对方回序号，不乱猜", f"“{asked}”的选项，和选 2 的答案")

    async def unknown(self) -> None:
        asked = self.phrasings.unknown[0]
        await self.exchange(asked)
        found = await self.stage.trace(asked)
        honest = found is not None and found.handler == "fallback"
        self.check(honest, "没有把握就老实说不会，不编答案", f"对“{asked}”说不会")

    async def escalate(self) -> None:
        card = await self.call_staff()
        if card is not None:
            await self.serve(card)
            await self.give_back()

    async def call_staff(self) -> Record | None:
        """The guest wants a person; the card that this person gets."""
        stage, before = self.stage, len(self.stage.wecom.journal)
        await self.exchange(CALL)
        cards = [one for one in await stage.heard(stage.desk, before) if one.card]
        await self.tell(cards)
        self.check(
            bool(cards), f"{stage.team}的人都在自建应用里收到卡片，谁先接单就由谁服务", f"{stage.team}收到的卡片"
        )
        return cards[0] if cards else None

    async def serve(self, card: Record) -> None:
        """The staff member takes the ticket and answers; the bot keeps out of it."""
        stage = self.stage
        await self.teller.says(stage.staff.name, "（点了［接单］）", DESK)
        await (await stage.wecom.click(card, "take", stage.staff.userid)).delivered()
        await self.staff_says(HELLO)
        posted = await self.guest_says(WORRY)
        heard = await stage.heard(stage.desk, posted.record.number)
        await self.tell(heard)
        passed_on = any(WORRY in one.text for one in heard) and not stage.seen(stage.room, posted.record.number)
        self.check(passed_on, "有人接手时，话都送给同事，机器人不插嘴", f"“{WORRY}”送到同事手里")
        relayed = await self.staff_says(HELP)
        self.check(any(HELP in one.text for one in relayed), "同事在应用里打字，群里的人就看到了", "同事的话送到群里")

    async def give_back(self) -> None:
        """The service ends; the bot answers again."""
        stage = self.stage
        posted = await stage.wecom.say(stage.app, stage.staff.userid, END)
        await self.teller.says(stage.staff.name, END, DESK)
        await self.tell(await stage.heard(stage.desk, posted.record.number))
        said, wanted = self.known
        _, rule = await self.exchange(said)
        self.check(rule == wanted, "服务结束，又由机器人来答", "服务结束后机器人的回答")

    async def moderate(self) -> None:
        before = len(self.stage.wecom.journal)
        shown, _ = await self.exchange(AD)
        found = await self.stage.trace(AD)
        is_held = found is not None and found.handler == "moderation"
        self.check(bool(shown) and is_held, "当场提醒一句，不再回答", f"对“{AD}”的提醒")
        cards = await self.stage.cards(before)
        await self.tell(cards[:1])
        wanted = "卡片上有是谁、哪个词、怎么认出来的；误判了，按一下就清掉记录，以后放行"
        self.check(bool(cards), wanted, "管理员收到的卡片")

    async def twice(self) -> None:
        posted = await self.guest_says(self.repeated, copies=2)
        await self.stage.wecom.settle()
        shown = await self.stage.heard(self.stage.room, posted.record.number)
        await self.tell(shown)
        deliveries = len(self.stage.wecom.journal.attempts(posted.msgid))
        self.check(
            len(shown) == 1, f"同一条消息送来 {deliveries} 次，群里只看到一次回答", f"“{self.repeated}”只回答一次"
        )

    async def exchange(self, text: str) -> tuple[list[Record], str]:
        """The guest asks; what came, and the rule that answered."""
        posted = await self.guest_says(text)
        shown = await self.stage.heard(self.stage.room, posted.record.number)
        await self.tell(shown)
        return shown, rule_of(await self.stage.trace(text))

    async def guest_says(self, text: str, copies: int = 0) -> Posted:
        posted = await self.stage.ask(text, copies)
        await self.teller.says(self.stage.guest.name, f"@{self.stage.robot.name} {text}")
        return posted

    async def staff_says(self, text: str) -> list[Record]:
        """The staff member writes at the desk; what the group sees of it."""
        stage = self.stage
        posted = await stage.wecom.say(stage.app, stage.staff.userid, text)
        await self.teller.says(stage.staff.name, text, DESK)
        shown = await stage.heard(stage.room, posted.record.number)
        await self.tell(shown)
        return shown

    async def tell(self, records: Iterable[Record]) -> None:
        """What the bot said, where it said it."""
        stage = self.stage
        for one in records:
            if one.conversation == stage.room:
                await self.teller.shows(one, stage.robot.name)
            else:
                await self.teller.shows(one, stage.app.name, f"→ {stage.name(one.conversation.native)}")

    def check(self, fine: bool, why: str, wanted: str) -> None:
        """Note whether it came as it should."""
        self.checked += 1
        self.teller.verdict(fine, why if fine else f"没有等到：{wanted}")
        if not fine:
            self.missing.append(wanted)


def rule_of(row: Any) -> str:
    """The rule that won, by the stored trace; empty when there is no record."""
    return str(json.loads(row.trace).get("rule", "")) if row is not None else ""
