"""A part of the tour: an angry customer, a colleague who knows better, a low score, and the lead."""

from base64 import b64decode
from dataclasses import dataclass

from bot.cli.tour.customer import Customer
from bot.cli.tour.service import CALL, GIVE, PASS, PERSON, Service
from bot.cli.tour.telling import PICTURED, card_text, options_of, shown_as
from bot.simulator import Posted, Record

ANGRY = ("你们这是什么破东西，骗人，气死我了", "等了三天没人理，太气人了，什么垃圾服务")
SORRY = "非常抱歉，照片收到了，您看是这里吗？"
WAIT, PROMISE = "是的，那还要等多久？", "我来处理，今天就给您办好"
SCORE = 1
# A card comes so soon after the customer's answer.
SOON = 2.0
# What stands on the desk's cards and is said about scores.
REASON, SUMMARY, SCORED, ASKED = "原因：", "客户：", f"评分 {SCORE}", "这次服务怎么样"
# A PNG of 96 × 72 in base64: a drop on paper.
PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAGAAAABIAQMAAAAzqWIgAAAABlBMVEXu6N7EeFqt+PQBAAAAY0lEQVR42t2RsQ2AMAwEg1JkDEZh"
    "NBiNUTJCBkAccePwUkJPXP0VtuS/EKaf7X4BHJ4jZIcExWGFq+1Du7ADfajZby8GZw+iQe5BMig/gPEL47elnY8SpWuxIH7EnDhV"
    "2/PMA7ZNnXoAqwm6AAAAAElFTkSuQmCC"
)


@dataclass(frozen=True, slots=True)
class Complaint:
    """The part."""

    service: Service
    customer: Customer

    async def play(self) -> None:
        """From the angry words to the lead."""
        await self.service.come_in()
        card = await self._complain()
        if card is None:
            return
        who = await self.service.take(card)
        await self._talk(who)
        who = await self._pass_on(card, who)
        await self._end(who)

    async def says(self, text: str) -> Posted:
        """The customer speaks."""
        posted = await self.customer.says(text)
        await self.service.scene.teller.says(self.customer.name, text, self.customer.where)
        return posted

    async def _complain(self) -> Record | None:
        """Angry words; the card that comes of them."""
        scene, stage = self.service.scene, self.service.stage
        before = len(stage.wecom.journal)
        for text in ANGRY:
            posted = await self.says(text)
            await scene.tell(await stage.heard(self.customer.place, posted.record.number))
        if not await stage.cards(before, SOON, self.customer.place):
            await self.says(CALL)
        card = await self.service.called(before, self.customer.place)
        face = card_text(card.card) if card else ""
        is_told = REASON in face and SUMMARY in face
        scene.check(is_told, "不用说“转人工”：气坏了就请人来，原因和说过的话都在卡片上", "写着原因和说过的话的卡片")
        return card

    async def _talk(self, who: str) -> None:
        """A picture each way."""
        scene, service = self.service.scene, self.service
        picture = b64decode(PICTURE)
        posted = await self.customer.shows(picture)
        await scene.teller.says(self.customer.name, PICTURED, self.customer.where)
        heard = await service.hears(who, posted.record.number, PICTURED)
        said = await service.says(who, SORRY, self.customer.place)
        shown = await service.shows(who, picture, self.customer.place)
        both = any(SORRY in one.text for one in said) and _pictured(heard) and _pictured(shown)
        scene.check(both, "文字、图片两边都能发，客户不用换地方", "两边的文字和图片")

    async def _pass_on(self, card: Record, who: str) -> str:
        """A colleague takes it from the first one, where there is one; who serves now."""
        service, stage, scene = self.service, self.service.stage, self.service.scene
        if not service.colleagues(who):
            return who
        await scene.press(card, who, PASS)
        asked = await stage.face(card, who, lambda face: bool(options_of(face)))
        await scene.teller.says(stage.app.name, card_text(asked), f"→ {stage.name(who)}", robot=True)
        colleague = next((id for id, _ in options_of(asked) if id.startswith(PERSON)), "")
        scene.check(bool(colleague), "转给同事、转给别的组，在卡片上选", "可以转给谁的卡片")
        if not colleague:
            return who
        before = len(stage.wecom.journal)
        await scene.press(card, who, GIVE, colleague)
        given = await service.called(before, self.customer.place)
        is_given = given is not None and given.conversation == stage.desk_of(colleague.removeprefix(PERSON))
        scene.check(is_given, "同事收到卡片，前面说过的话都在上面", "同事收到的卡片")
        return await service.take(given) if given is not None else who

    async def _end(self, who: str) -> None:
        """Who serves answers and ends it; the customer is not content."""
        service, scene, escalation = self.service, self.service.scene, self.service.escalation
        posted = await self.says(WAIT)
        await service.hears(who, posted.record.number, WAIT)
        relayed = await service.says(who, PROMISE, self.customer.place)
        scene.check(
            any(PROMISE in one.text for one in relayed),
            "谁接的谁回，客户那边一直是同一个对话",
            f"“{PROMISE}”送到客户手里",
        )
        shown = await service.end(who, self.customer.place, ASKED if escalation.ask_score else "")
        if not escalation.ask_score:
            return
        scene.check(any(ASKED in shown_as(one) for one in shown), "结束以后请客户打分", "请客户打分的话")
        await self._score(escalation.low_score)

    async def _score(self, low: int) -> None:
        """The lowest score, and who hears of it."""
        stage, scene = self.service.stage, self.service.scene
        before = len(stage.wecom.journal)
        posted = await self.says(str(SCORE))
        await scene.tell(await stage.heard(self.customer.place, posted.record.number))
        if low < SCORE:
            return
        card = await self.service.called(before, self.customer.place)
        is_back = card is not None and SCORED in card_text(card.card)
        who = stage.name(card.conversation.native) if card else ""
        scene.check(is_back, f"分太低，工单又打开，找到{who}", "评分低了，又打开的工单")


def _pictured(records: list[Record]) -> bool:
    return any(shown_as(one) == PICTURED for one in records)
