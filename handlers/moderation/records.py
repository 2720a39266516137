"""The records of moderation: what was found, what counts against a member, when a group was reminded."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.types.context import Context
from bot.types.events import Message
from handlers.moderation.card import evidence as told
from handlers.moderation.settings import LONGEST_WINDOW, ModerationRule
from handlers.moderation.tables import finds, hits, reminders
from handlers.moderation.verdict import Verdict
from nlp.moderation.hit import Hit

# A message is kept so far; what was found behind that stands in its hits.
LONGEST = 2000
MOST_HITS = 20
FAULT = "fault"


async def note(verdict: Verdict, event: Message, context: Context) -> int:
    """Write down what was found; the number of the find. What counts is locked until the event commits."""
    if verdict.counts:
        await _guard(context.member.id, context)
    row = {
        **_row(event, context),
        "rule": verdict.rule.name,
        "text": event.text[:LONGEST],
        "judgement": verdict.judgement.value,
        "mode": verdict.rule.mode,
        "counts": verdict.counts,
        "done": "",
    }
    number: int = (await context.transaction.execute(sa.insert(finds).values(row).returning(finds.c.id))).scalar_one()
    await context.transaction.execute(sa.insert(hits), list(_hits(number, verdict.hits, context.now)))
    return number


async def note_done(find: int, done: str, context: Context) -> None:
    """Write down what came of a find."""
    if done:
        await context.transaction.execute(sa.update(finds).where(finds.c.id == find).values(done=done))


async def note_fault(event: Message, context: Context) -> None:
    """Write down that a message could not be looked at; its words are in no need of being kept."""
    nothing = {"rule": "", "text": "", "judgement": FAULT, "mode": "", "counts": False, "done": ""}
    await context.transaction.execute(sa.insert(finds).values({**_row(event, context), **nothing}))


async def violations(rule: ModerationRule, within: timedelta, context: Context) -> int:
    """How often the event's member broke a rule within that time before now, anywhere."""
    await _guard(context.member.id, context)
    mine = finds.c.member == context.member.id, finds.c.rule == rule.name, finds.c.counts == sa.true()
    query = sa.select(sa.func.count()).select_from(finds).where(*mine, finds.c.at > context.now - within)
    return int((await context.transaction.execute(query)).scalar_one())


async def may_remind(rule: ModerationRule, context: Context) -> bool:
    """Whether a reminder may be said here again; when it may, it is taken as said now."""
    here = reminders.c.rule == rule.name, reminders.c.conversation == context.conversation.key
    last = (await context.transaction.execute(sa.select(reminders.c.at).where(*here))).scalar()
    if last is not None and context.now - last < rule.cooldown:
        return False
    await context.transaction.execute(sa.delete(reminders).where(*here))
    row = {"rule": rule.name, "conversation": context.conversation.key, "at": context.now}
    await context.transaction.execute(sa.insert(reminders).values(row))
    return True


async def evidence(case: int, context: Context) -> Mapping[str, str]:
    """What is told of a case beside its words: the first find, and what its member did before."""
    first = await _first(case, context)
    if first is None:
        return {}
    earlier = finds.c.member == first.member, finds.c.counts == sa.true(), finds.c.id < first.id
    recent = finds.c.at > first.at - LONGEST_WINDOW
    query = sa.select(sa.func.count()).select_from(finds).where(*earlier, recent)
    before = int((await context.transaction.execute(query)).scalar_one()) if first.member else 0
    return told(first.word, first.layer, before, first.done)


async def place(case: int, context: Context) -> str:
    """Where the entry stands that opened a case: the file with its line, or the rule."""
    first = await _first(case, context)
    return first.place if first else ""


async def _first(case: int, context: Context) -> sa.Row[Any] | None:
    """The first find of a case, with its gravest hit."""
    query = (
        sa.select(finds, hits.c.word, hits.c.layer, hits.c.place)
        .join_from(finds, hits, sa.and_(hits.c.find == finds.c.id, hits.c.number == 0))
        .where(finds.c.case_id == case)
        .order_by(finds.c.id)
        .limit(1)
    )
    return (await context.transaction.execute(query)).first()


async def clear(case: int, context: Context) -> Sequence[str]:
    """Take a case off the records of those who were in it; who they were. What was found remains, without them."""
    mine = finds.c.case_id == case
    members = (await context.transaction.execute(sa.select(finds.c.member).where(mine).distinct())).scalars().all()
    for member in members:
        await _guard(member, context)
    cleared = {"counts": False, "member": "", "name": "", "text": "", "event": ""}
    await context.transaction.execute(sa.update(finds).where(mine).values(cleared))
    return [member for member in members if member]


async def _guard(member: str, context: Context) -> None:
    """Lock a member's record: they may speak in several groups at once."""
    await context.transaction.guard(f"violations:{member}")


def _row(event: Message, context: Context) -> dict[str, Any]:
    return {
        "event": event.id,
        "at": context.now,
        "conversation": context.conversation.key,
        "group_name": context.group.name if context.group else "",
        "member": context.member.id,
        "name": context.member.name,
    }


def _hits(number: int, found: Iterable[Hit], now: datetime) -> Iterable[dict[str, Any]]:
    for at, hit in enumerate(found):
        if at < MOST_HITS:
            yield {
                "find": number, "number": at, "word": hit.entry.word, "category": hit.entry.category,
                "severity": hit.entry.severity, "layer": str(hit.layer), "begins": hit.start, "ends": hit.end,
                "place": hit.entry.place, "at": now,
            }  # fmt: skip
