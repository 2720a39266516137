"""The last step: the bot says honestly that it does not know, and offers a person when that happens again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import regex

from bot.types.actions import Reply, Text
from bot.types.context import Context
from bot.types.declarations import Capability, Handler, Section, Settings, Settled
from bot.types.events import Event, Message
from bot.types.fields import OneOrMany, limited
from bot.types.outcome import Outcome, answered
from bot.types.ports import Services
from handlers.desk import words
from handlers.desk.desk import Desk
from handlers.dialogue import close_dialogue, waiting
from handlers.escalating.calling import APART, UNKNOWN, UNKNOWN_OFFERED, Calling, Cause
from handlers.escalating.misses import count_miss
from handlers.escalating.tables import last_call
from handlers.gaps import missed
from nlp.normalise import bare

# Where the FAQ is off, a question that it does not answer is no gap in it.
FEATURE = "faq"

UNSEEN: Mapping[str, str] = {
    "image": "图片我还看不懂，请用文字说一下要问什么～",
    "voice": "这条语音我听不了，请打字告诉我～",
    "video": "视频我还看不懂，请用文字说一下要问什么～",
    "file": "文件我还打不开，请用文字说一下要问什么～",
    "location": "位置我收到了，但还用不上，请用文字说一下要问什么～",
    "link": "链接我还打不开，请用文字说一下要问什么～",
    "mixed": "图片我还看不懂，请用文字说一下要问什么～",
}
UNSEEN_OTHERWISE = "这类消息我还看不懂，请用文字说一下～"
PASSES = "\n要给人看，发「转人工」，我会一起转过去。"
CALLED = "在的，请说～ 发「帮助」看看我能做什么。"
NONE_OF_THESE = "都不是的话，换个说法再问问？"
TRIED_ENOUGH = "我试了几次都没帮上忙。"

# How people say that none of the choices is meant; the name of the handler that offers them.
_NONE = regex.compile(
    r"(?:这[些几]?个?|以上|上面|好像|我)?(?:都不是|都不对|都不行|全都?不是|一个都不是|没有一个是|没有我(?:想|要)问?的|不是这[些个]|都没有|以上都不是)"
    r"(?:的|啊|呀|呢|了|吧|我想问的|我要的|我想要的)*"
)
_CHOICES = "understand"


class Fallback(Settled):
    """What is said when nothing fits."""

    unknown: OneOrMany[Annotated[str, limited(600)]] = (
        "这个我还不会，换个说法再问问？",
        "我没听明白，能换个说法吗？",
    )


FALLBACK: Section[Fallback] = Section("fallback", Fallback, Fallback)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Answers what nobody else answered."""

    settings: Fallback
    desk: Desk
    name: str = "fallback"
    hears: tuple[str, ...] = ("message",)

    async def prepare(self, event: Event) -> None:
        """Nothing to prepare."""

    async def decide(self, event: Event, prepared: None, context: Context) -> Outcome | None:
        """That it does not know; after some misses in a row also how to get a person."""
        if not isinstance(event, Message):
            return None
        if not event.text.strip():
            return self._unseen(event, context)
        refused = await self._refused(event, context)
        if not refused and (context.group is None or context.group.has(FEATURE)):
            await missed(event, context)
        count = 1 if context.rehearsal else await count_miss(context)
        reason = f"连续 {count} 次没听懂" if count > 1 else "没听懂"
        if self._is_enough(count, context):
            cause = Cause(reason=reason, rule="没听懂", say=TRIED_ENOUGH)
            if called := await Calling(self.desk).call(cause, event.text, context):
                return called
        said = NONE_OF_THESE if refused else context.chance.choice(self.settings.unknown)
        if count < self.desk.settings.offer_after or not await self._may_offer(context):
            return answered(_say(said), reason=reason, rule=UNKNOWN)
        offering = Calling(self.desk).offering(said, event.id, context)
        return answered(*offering, reason=reason, rule=UNKNOWN_OFFERED)

    def _is_enough(self, count: int, context: Context) -> bool:
        """Whether people come by themselves."""
        most = self.desk.settings.after_misses
        return 0 < most <= count and not context.member.is_staff

    async def _refused(self, event: Message, context: Context) -> bool:
        """Whether none of the choices that were offered is meant; nothing waits for one any more then."""
        if not _NONE.fullmatch(bare(event.text)) or await waiting(context, _CHOICES) is None:
            return False
        await close_dialogue(context, _CHOICES)
        return True

    async def _may_offer(self, context: Context) -> bool:
        """Whether somebody could come who was not called already."""
        if self.desk.missing(context) or not self.desk.team:
            return False
        called = await last_call(context, APART)
        return called is None or not called.is_under_way

    def _unseen(self, event: Message, context: Context) -> Outcome:
        if event.form == "text":
            return answered(_say(CALLED), reason="只叫了一声", rule="在的")
        passes = bool(event.media) and not self.desk.missing(context)
        said = UNSEEN.get(event.form, UNSEEN_OTHERWISE) + (PASSES if passes else "")
        return answered(_say(said), reason=f"还看不懂{words.form_name(event.form)}", rule="看不懂")


def _say(body: str) -> Reply:
    return Reply(content=Text(body=body))


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """The last step of the settings."""
    return (Unknown(settings[FALLBACK], Desk.of(settings, services)),)


CAPABILITY = Capability(
    name="fallback",
    sections=(FALLBACK,),
    build=build,
)
