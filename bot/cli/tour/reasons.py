"""Why the bot said what the page shows: its stored record, found by what both sides know."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.cli.ask import second_line
from bot.cli.explain import OUTCOMES, sent_for, state_of, took
from bot.cli.labels import label
from bot.cli.outbox import said as words_of
from bot.cli.steps import Won, rows
from bot.simulator import Record
from bot.store.database import Database
from bot.store.tables import events, outbox
from bot.types.context import Tried


@dataclass(frozen=True, slots=True)
class StoredReasons:
    """Reads the records of a running bot."""

    database: Database

    async def __call__(self, shown: Record, said: Record | None) -> Mapping[str, Any] | None:
        """The record of the event behind an answer, or behind what a person did."""
        row = await self._event(shown, said)
        if row is None:
            return None
        trace = json.loads(row.trace)
        steps = [Tried(**one) for one in trace.get("tried", ())]
        won = Won.of(steps, row.handler, trace.get("rule", ""), trace.get("score"), row.reason)
        sent = await self.database.read(sent_for(row.id))
        return {
            "event": row.id,
            "outcome": OUTCOMES.get(row.outcome, row.outcome),
            "handler": label(row.handler) or None,
            "rule": trace.get("rule") or None,
            "score": trace.get("score"),
            "reason": row.reason or None,
            "runner_up": second_line(steps, won) or None,
            "took": took(row.decided_at, row.received_at),
            "config": trace.get("config") or None,
            "steps": [
                {"handler": one.label, "rule": one.rule, "score": one.score, "result": one.result, "won": one.won}
                for one in rows(steps, won)
            ],
            "sent": [{"text": words_of(one), "state": state_of(one)} for one in sent],
        }

    async def _event(self, shown: Record, said: Record | None) -> sa.Row[Any] | None:
        """By the ids that both sides know; else by who said what where, at about that time."""
        for known in _known(shown):
            if found := next(iter(await self.database.read(sa.select(events).where(known))), None):
                return found
        return await self._heard(said) if said else None

    async def _heard(self, said: Record) -> sa.Row[Any] | None:
        place = f"|{said.conversation.kind}|{said.conversation.native}"
        words = said.text if said.msgtype in ("message", "text") else ""
        where = events.c.conversation.endswith(place, autoescape=True), events.c.text == words
        wanted = sa.select(events).where(*where).order_by(events.c.received_at.desc()).limit(50)
        found = await self.database.read(wanted)
        return min(found, key=lambda row: abs(row.received_at.timestamp() - said.at), default=None)


def _known(shown: Record) -> Iterator[sa.ColumnElement[bool]]:
    """Where an answer names its event: by its stream, by what a thumb brings back, by WeCom's id of what was sent."""
    if shown.stream:
        yield events.c.stream == shown.stream
    if shown.feedback:
        yield events.c.id == shown.feedback
    if shown.kind == "seen" and shown.msgid:
        yield events.c.id.in_(sa.select(outbox.c.event).where(outbox.c.native == shown.msgid))
