"""A part of the tour: somebody needs a person when nobody is there, and gets one when they are back."""

from dataclasses import dataclass
from datetime import timedelta

from bot.cli.tour.service import CALL, Service

WORRY = "刚收到的精华瓶身有点漏"
# Those who come in are there a moment later.
MOMENT = timedelta(minutes=1)
HELP = "已经给您登记补发，明天发出"


@dataclass(frozen=True, slots=True)
class AfterHours:
    """The part. `known`: words that the bot answers, and the rule that it does so by."""

    service: Service
    known: tuple[str, str]

    async def play(self) -> None:
        """Called after hours where there are any, taken in hours, answered, and given back to the bot."""
        before = await (self._call_at_night() if self.service.keeps_hours else self._call())
        scene, team = self.service.scene, self.service.stage.team
        card = await self.service.called(before)
        scene.check(card is not None, f"{team}的人都在自建应用里收到卡片，谁先接单就由谁服务", f"{team}收到的卡片")
        if card is not None:
            who = await self.service.take(card)
            await self._serve(who)
            await self._give_back(who)

    async def _call(self) -> int:
        """The guest calls; the number from which on cards count."""
        await self.service.come_in()
        before = len(self.service.stage.wecom.journal)
        await self.service.scene.exchange(CALL)
        return before

    async def _call_at_night(self) -> int:
        """The same, when nobody is there until later."""
        scene, stage = self.service.scene, self.service.stage
        await self.service.go_home()
        opens, asked = self.service.opening.opens(stage.now), len(stage.wecom.journal)
        shown, _ = await scene.exchange(CALL)
        at = f"{opens.astimezone(stage.zone):%H:%M}"
        is_promised = any(at in one.text for one in shown)
        scene.check(is_promised, "说好几点上班、几点有人联系；等的时候机器人照样回答", f"{at} 有人联系的承诺")
        # What goes out at night is there before the clock moves: it is not the card of the morning.
        await stage.cards(asked)
        before = len(stage.wecom.journal)
        await self.service.move(opens + MOMENT, f"{stage.team}上班了，卡片再发一次")
        return before

    async def _serve(self, who: str) -> None:
        """The bot keeps out of what the guest and the staff member say."""
        scene, stage = self.service.scene, self.service.stage
        posted = await scene.guest_says(WORRY)
        heard = await self.service.hears(who, posted.record.number, WORRY)
        passed_on = any(WORRY in one.text for one in heard) and not stage.seen(stage.room, posted.record.number)
        scene.check(passed_on, "有人接手时，话都送给同事，机器人不插嘴", f"“{WORRY}”送到同事手里")
        relayed = await self.service.says(who, HELP, stage.room)
        scene.check(any(HELP in one.text for one in relayed), "同事在应用里打字，群里的人就看到了", "同事的话送到群里")

    async def _give_back(self, who: str) -> None:
        """The service ends; the bot answers again."""
        scene = self.service.scene
        await self.service.end(who, self.service.stage.room)
        said, wanted = self.known
        _, rule = await scene.exchange(said)
        scene.check(rule == wanted, "服务结束，又由机器人来答", "服务结束后机器人的回答")
