"""What staff hear when the bot was about to say something that it never says."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from bot.types.actions import Notify, Text
from bot.types.columns import Instant
from bot.types.context import Context
from bot.types.events import Blocked, Conversation, Event
from bot.types.outcome import Outcome, silent
from bot.types.ports import Services
from handlers.directory import ADMIN

# One word may stand in an answer that everybody asks for.
APART = timedelta(minutes=10)
LIFE = timedelta(hours=1)
LONGEST = 300

blocks = sa.Table(
    "screening_blocks",
    sa.MetaData(),
    sa.Column("word", sa.Text, primary_key=True),
    sa.Column("told_at", Instant, nullable=False),
    sa.Column("since", sa.Integer, nullable=False),
    sa.Index("screening_blocks_told_at", "told_at"),
)


@dataclass(frozen=True, slots=True)
class Blocks:
    """Tells administrators, of one word every ten minutes at most."""

    services: Services
    name: str = "screening"
    hears: tuple[str, ...] = ("blocked",)

    async def prepare(self, event: Event) -> None:
        """Nothing to prepare."""

    async def decide(self, event: Event, prepared: None, context: Context) -> Outcome | None:
        """A word to every administrator, or a count for the next one."""
        if not isinstance(event, Blocked):
            return None
        missed = await _missed(event.word, context)
        if missed is None:
            return silent(reason=f"“{event.word}”刚告诉过管理员", rule="攒着")
        content = Text(body=_words(event, missed, context), fixed=False)
        until = context.now + LIFE
        told = [Notify(to=to, member=who, content=content, expires_at=until) for to, who in self._places()]
        return silent(*told, reason=f"有一句话含“{event.word}”，没有说", rule="告诉管理员" if told else "没人可说")

    def _places(self) -> Iterator[tuple[Conversation, str]]:
        directory = self.services.directory
        for person in directory.with_role(ADMIN) if self.services.desk else ():
            yield Conversation(self.services.desk, "direct", person.id), person.id
        yield from ((group, "") for group in directory.alerted(ADMIN))


async def _missed(word: str, context: Context) -> int | None:
    """How many were not told since the last time; None when it is too early to tell again."""
    await context.transaction.guard(f"screening:{word}")
    mine = blocks.c.word == word
    row = (await context.transaction.execute(sa.select(blocks).where(mine))).first()
    if row is not None and context.now - row.told_at < APART:
        await context.transaction.execute(sa.update(blocks).where(mine).values(since=row.since + 1))
        return None
    await context.transaction.execute(sa.delete(blocks).where(mine))
    await context.transaction.execute(sa.insert(blocks).values(word=word, told_at=context.now, since=0))
    return row.since if row is not None else 0


def _words(event: Blocked, missed: int, context: Context) -> str:
    said = event.words if len(event.words) <= LONGEST else event.words[:LONGEST] + "…"
    more = f"\n（上次以后还有 {missed} 句也是这样。）" if missed else ""
    why = f"有一句话没有说，因为含有“{event.word}”，已换成 [screening] 里的 instead"
    return f"在{_where(event, context)}里{why}：\n{said}{more}"


def _where(event: Blocked, context: Context) -> str:
    if context.group:
        return f"群「{context.group.name}」"
    if event.conversation.place == "group":
        return "还没有名字的群"
    return f"和 {context.member.name or event.member} 的一对一"
