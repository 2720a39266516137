"""The last step: the bot says honestly that it does not know, and offers a person when that happens again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bot.types.actions import Reply, Text
from bot.types.columns import Instant
from bot.types.context import Context
from bot.types.declarations import Capability, Declared, Handler, Personal, Section, Settings, Settled
from bot.types.events import Event, Message
from bot.types.fields import OneOrMany, limited
from bot.types.outcome import Outcome, answered
from bot.types.ports import Services
from handlers.desk import words
from handlers.desk.desk import Desk
from handlers.gaps import missed

# Where the FAQ is off, a question that it does not answer is no gap in it.
FEATURE = "faq"
# Misses further apart than this are not "in a row".
MEMORY = timedelta(minutes=30)

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
OFFER = "需要的话发「转人工」，请{team}帮您看看。"

misses = sa.Table(
    "misses",
    sa.MetaData(),
    sa.Column("thread", sa.Text, primary_key=True),
    sa.Column("missed", sa.Integer, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("misses_at", "at"),
)


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
        if context.group is None or context.group.has(FEATURE):
            await missed(event, context)
        count = 1 if context.rehearsal else await _count(context)
        said = context.chance.choice(self.settings.unknown)
        offered = count >= self.desk.settings.offer_after and not self.desk.missing(context)
        if offered and self.desk.team:
            said = f"{said}\n{OFFER.format(team=self.desk.team.name)}"
        reason = f"连续 {count} 次没听懂" if count > 1 else "没听懂"
        return answered(_say(said), reason=reason, rule="提议转人工" if offered else "不知道")

    def _unseen(self, event: Message, context: Context) -> Outcome:
        if event.form == "text":
            return answered(_say(CALLED), reason="只叫了一声", rule="在的")
        passes = bool(event.media) and not self.desk.missing(context)
        said = UNSEEN.get(event.form, UNSEEN_OTHERWISE) + (PASSES if passes else "")
        return answered(_say(said), reason=f"还看不懂{words.form_name(event.form)}", rule="看不懂")


_BEFORE = sa.select(misses).where(misses.c.thread == sa.bindparam("of"))
_FIRST = insert(misses)
_ONE_MORE = _FIRST.on_conflict_do_update(
    index_elements=["thread"], set_={"missed": _FIRST.excluded.missed, "at": _FIRST.excluded.at}
)


async def _count(context: Context) -> int:
    """How many messages in a row this thread was not understood, this one included."""
    before = (await context.transaction.execute(_BEFORE, {"of": context.thread.key})).first()
    count = 1 + (before.missed if before and _in_a_row(before.at, context) else 0)
    await context.transaction.execute(_ONE_MORE, {"thread": context.thread.key, "missed": count, "at": context.now})
    return count


def _in_a_row(at: datetime, context: Context) -> bool:
    """Whether nothing was understood between a miss and now."""
    last = context.thread.last_seen
    since = last is None or last - at < timedelta(milliseconds=2)
    return since and context.now - at < MEMORY


def _say(body: str) -> Reply:
    return Reply(content=Text(body=body))


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """The last step of the settings."""
    return (Unknown(settings[FALLBACK], Desk.of(settings, services)),)


CAPABILITY = Capability(
    name="fallback",
    sections=(FALLBACK,),
    tables=(Declared(misses, Personal.PSEUDONYM, timedelta(days=1), "at"),),
    build=build,
)
