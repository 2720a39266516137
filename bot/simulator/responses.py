"""response_url: an AI bot's one later answer to a message (doc/101138)."""

import random
from collections.abc import Mapping
from typing import Any

from bot.simulator import cards
from bot.simulator.answers import STREAM_BYTES
from bot.simulator.cards import TaskIds
from bot.simulator.clock import Clock
from bot.simulator.codes import OneUseCodes
from bot.simulator.errors import Errcode, Refused
from bot.simulator.journal import Conversation, Journal
from bot.simulator.limits import Budget
from bot.simulator.messages import Content, required

CODE_LIVES = 3600

Addressee = tuple[Conversation, str, str]


class Responses:
    """Hands out the codes in response_url and takes what comes back on them."""

    def __init__(
        self, clock: Clock, chance: random.Random, journal: Journal, task_ids: TaskIds, budget: Budget
    ) -> None:
        self._codes: OneUseCodes[Addressee] = OneUseCodes(clock, chance, CODE_LIVES)
        self._clock = clock
        self._journal = journal
        self._task_ids = task_ids
        self._budget = budget

    def issue(self, conversation: Conversation, member: str, msgid: str) -> str:
        """A code for one answer to one message."""
        return self._codes.issue((conversation, member, msgid))

    def answer(self, query: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, Any]:
        """Answer aibot/response; a refused request leaves the code usable."""
        code = query.get("response_code")
        conversation, member, msgid = self._codes.look(code)
        content = _content(body)
        if not self._budget.take(conversation, self._clock.now()):
            raise Refused(Errcode.TOO_OFTEN, "too many messages to this conversation")
        self._task_ids.claim(conversation.door, content.card)
        self._codes.spend(code)
        self._journal.record(
            "seen",
            conversation,
            member,
            via="response_url",
            msgtype=body["msgtype"],
            text=content.text,
            card=content.card,
            feedback=content.feedback,
            answers=msgid,
        )
        return {}


def _content(body: Mapping[str, Any]) -> Content:
    if body.get("msgtype") == "markdown":
        return _markdown(body.get("markdown"))
    if body.get("msgtype") == "template_card":
        card = cards.validate(body.get("template_card"), app=False)
        return Content(cards.title(card), card=card)
    raise Refused(Errcode.BAD_MSGTYPE, "only markdown and template_card")


def _markdown(payload: object) -> Content:
    text = required(payload, "content")
    if len(text.encode()) > STREAM_BYTES:
        raise Refused(Errcode.TOO_LONG, f"markdown.content is longer than {STREAM_BYTES} bytes")
    feedback = payload.get("feedback") if isinstance(payload, Mapping) else None
    if feedback is None:
        return Content(text)
    if len(required(feedback, "id").encode()) > 256:
        raise Refused(Errcode.BAD_FIELD, "feedback.id is longer than 256 bytes")
    return Content(text, feedback=required(feedback, "id"))
