"""消息推送: what a group's webhook takes (doc/99110)."""

import base64
import hashlib
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.simulator import cards, uploads
from bot.simulator.clock import Clock
from bot.simulator.doors import Webhook
from bot.simulator.errors import Errcode, Refused
from bot.simulator.journal import Conversation, Journal
from bot.simulator.limits import Budget
from bot.simulator.media import MediaStore
from bot.simulator.messages import Content, cut, required

TEXT_BYTES = 2048
MARKDOWN_BYTES = 4096
PICTURE_BYTES = 2 << 20
ARTICLES = 8
UPLOADS = ("file", "voice")
NOTICES = ("text_notice", "news_notice")

Body = Mapping[str, Any]


@dataclass(slots=True)
class _Known:
    """A webhook as WeCom keeps it: what was uploaded for it, and whether it still works."""

    webhook: Webhook
    uploaded: set[str] = field(default_factory=set)
    trouble: Errcode = Errcode.OK


class Webhooks:
    """Groups' webhooks, each behind its key."""

    def __init__(
        self, clock: Clock, chance: random.Random, journal: Journal, media: MediaStore, budget: Budget
    ) -> None:
        self._clock = clock
        self._chance = chance
        self._journal = journal
        self._media = media
        self._budget = budget
        self._known: dict[str, _Known] = {}

    def add(self, webhook: Webhook) -> Webhook:
        self._known[webhook.key] = _Known(webhook)
        return webhook

    def new_key(self) -> str:
        """A key as the group's menu shows it."""
        digits = f"{self._chance.getrandbits(128):032x}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def remove(self, webhook: Webhook) -> None:
        """Somebody took it out of the group: 93000."""
        self._known[webhook.key].trouble = Errcode.BAD_WEBHOOK

    def disable(self, webhook: Webhook) -> None:
        """An administrator switched it off: 93004."""
        self._known[webhook.key].trouble = Errcode.WEBHOOK_DISABLED

    def restore(self, webhook: Webhook) -> None:
        """It works again."""
        self._known[webhook.key].trouble = Errcode.OK

    def send(self, key: str | None, body: Body) -> dict[str, Any]:
        """Answer webhook/send; only what is taken costs of the 20 a minute."""
        known = self._find(key)
        msgtype = body.get("msgtype")
        if not isinstance(msgtype, str) or msgtype not in TYPES:
            raise Refused(Errcode.BAD_MSGTYPE, "invalid message type")
        said = TYPES[msgtype](body.get(msgtype), known.uploaded, self._media)
        if not self._budget.take(known.webhook.id, self._clock.now()):
            raise Refused(Errcode.TOO_OFTEN, "api freq out of limit")
        self._journal.record(
            "seen",
            Conversation(known.webhook.id, "group", known.webhook.group),
            "",
            via="webhook",
            msgtype=msgtype,
            text=said.content.text,
            cut=said.content.cut,
            card=said.content.card,
            media=said.content.media,
            mentions=said.mentions,
        )
        return {}

    def upload(self, key: str | None, kind: str | None, upload: uploads.Upload) -> dict[str, Any]:
        """Answer webhook/upload_media: what it keeps is for this webhook alone."""
        known = self._find(key)
        if kind not in UPLOADS:
            raise Refused(Errcode.BAD_MEDIA_TYPE, "type is not file or voice")
        made = uploads.keep(self._media, kind, upload)
        known.uploaded.add(made["media_id"])
        return made

    def _find(self, key: str | None) -> _Known:
        known = self._known.get(key or "")
        trouble = known.trouble if known else Errcode.BAD_WEBHOOK
        if known is None or trouble:
            raise Refused(trouble, "invalid webhook url" if trouble == Errcode.BAD_WEBHOOK else "webhook is disabled")
        return known


@dataclass(frozen=True, slots=True)
class Said:
    """What the group sees, and who is alerted: userids, mobile numbers, `@all`."""

    content: Content
    mentions: tuple[str, ...] = ()


Check = Callable[[object, set[str], MediaStore], Said]


def _text(payload: object, uploaded: set[str], media: MediaStore) -> Said:
    content = _words(payload, "text", TEXT_BYTES)
    mentions = (*_listed(payload, "mentioned_list"), *_listed(payload, "mentioned_mobile_list"))
    return Said(Content(content), mentions)


def _markdown(payload: object, uploaded: set[str], media: MediaStore) -> Said:
    content = _words(payload, "markdown", MARKDOWN_BYTES)
    parts = content.split("<@")[1:]
    return Said(Content(content), tuple(part.partition(">")[0] for part in parts if ">" in part))


def _markdown_v2(payload: object, uploaded: set[str], media: MediaStore) -> Said:
    """No colours and no mentions here: they would be shown as they are written."""
    return Said(Content(_words(payload, "markdown_v2", MARKDOWN_BYTES)))


def _words(payload: object, kind: str, most: int) -> str:
    content = required(payload, "content")
    if len(content.encode()) > most:
        raise Refused(Errcode.TOO_LONG, f"{kind}.content exceed max length {most}")
    return content


def _listed(payload: object, name: str) -> tuple[str, ...]:
    found = payload.get(name, []) if isinstance(payload, Mapping) else []
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise Refused(Errcode.BAD_FIELD, f"text.{name} is not a list of strings")
    return tuple(found)


def _image(payload: object, uploaded: set[str], media: MediaStore) -> Said:
    try:
        raw = base64.b64decode(required(payload, "base64"), validate=True)
    except ValueError as error:
        raise Refused(Errcode.BAD_FIELD, "image.base64 is not base64") from error
    if len(raw) > PICTURE_BYTES:
        raise Refused(Errcode.BAD_PICTURE_SIZE, f"image is larger than {PICTURE_BYTES} bytes")
    if not raw.startswith(uploads.BEGINNINGS["image"]):
        raise Refused(Errcode.BAD_MEDIA_TYPE, "image is neither JPG nor PNG")
    md5 = hashlib.md5(raw, usedforsecurity=False).hexdigest()
    if required(payload, "md5") != md5:
        raise Refused(Errcode.BAD_FIELD, "image.md5 is not that of the content")
    return Said(Content("", media=(md5,)))


def _news(payload: object, uploaded: set[str], media: MediaStore) -> Said:
    articles = payload.get("articles") if isinstance(payload, Mapping) else None
    if not isinstance(articles, list) or not articles:
        raise Refused(Errcode.EMPTY_CONTENT, "articles is empty")
    if len(articles) > ARTICLES:
        raise Refused(Errcode.TOO_MANY_ARTICLES, f"more than {ARTICLES} articles")
    shown = [part for article in articles for part in _article(article)]
    return Said(Content("\n".join(text for text, _ in shown if text), any(was_cut for _, was_cut in shown)))


def _article(article: object) -> tuple[tuple[str, bool], ...]:
    title = cut(required(article, "title"), 128)
    required(article, "url")
    desc = article.get("description", "") if isinstance(article, Mapping) else ""
    return title, cut(str(desc), 512)


def _uploaded(kind: str) -> Check:
    def check(payload: object, uploaded: set[str], media: MediaStore) -> Said:
        found = media.find(payload.get("media_id") if isinstance(payload, Mapping) else None)
        if found.kind != kind or found.id not in uploaded:
            raise Refused(Errcode.BAD_MEDIA_ID, "invalid media_id")
        return Said(Content(f"[{kind}] {found.filename}", media=(found.id,)))

    return check


def _template_card(payload: object, uploaded: set[str], media: MediaStore) -> Said:
    """Nothing on it can be pressed: nobody would hear of it."""
    card = cards.validate(payload, app=True)
    if card["card_type"] not in NOTICES or cards.is_interactive(card):
        raise cards.broken("card_type", "is not text_notice or news_notice, or has an action_menu")
    return Said(Content(cards.title(card), card=card))


TYPES: Mapping[str, Check] = {
    "text": _text,
    "markdown": _markdown,
    "markdown_v2": _markdown_v2,
    "image": _image,
    "news": _news,
    "file": _uploaded("file"),
    "voice": _uploaded("voice"),
    "template_card": _template_card,
}
