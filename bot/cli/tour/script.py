"""The tour: what is said, what has to come back, and one line why."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.cli.tour.after_hours import AfterHours
from bot.cli.tour.complaint import Complaint
from bot.cli.tour.customer import customer_of
from bot.cli.tour.phrasings import Phrasings
from bot.cli.tour.scene import Scene
from bot.cli.tour.service import Service

KEYWORD, KEYWORD_RULE = "什么时候发货", "发货时间"
TWICE = "包邮吗"
AD = "在家兼职刷单，一天三百，想做的私我"
Part = tuple[str, Callable[[], Awaitable[None]]]


@dataclass(slots=True)
class Tour(Scene):
    """Plays the parts in order."""

    phrasings: Phrasings
    known: tuple[str, str] = (KEYWORD, KEYWORD_RULE)
    repeated: str = TWICE

    @property
    def parts(self) -> Sequence[Part]:
        """The parts by their headings."""
        is_moderated = any(rule.acts for rule in self.stage.bot.config.values["moderation"])
        return (
            ("关键词：说到就答", self.keyword),
            ("常见问题：换个说法也听得懂", self.understand),
            ("拿不准：让对方选", self.unsure),
            ("不知道：老实说", self.unknown),
            *self.with_people,
            *((("有人发广告：提醒他，给管理员一张卡片", self.moderate),) if is_moderated else ()),
            ("企业微信把同一条消息送了三遍：只答一次", self.twice),
        )

    @property
    def with_people(self) -> Sequence[Part]:
        """The parts with people in them."""
        return (
            ("转人工：下班了说好几点有人，上班后同事接手", self.escalate),
            ("客户生气：自己请人，两边发图片，打分低了再找人", self.complain),
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
        await AfterHours(Service(self), self.known).play()

    async def complain(self) -> None:
        await Complaint(Service(self), customer_of(self.stage)).play()

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
