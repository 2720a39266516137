"""What a 微信客服 account says, as kf/send_msg takes it (WeCom doc 94677)."""

from typing import Any

from bot.channels.door import Fault, SendError
from bot.channels.fitting import in_words
from bot.channels.kf_events import PRESSED
from bot.types.actions import Card, Content, File, Image
from bot.wecom.text import clip

TEXT_BYTES = 2048
HEAD_BYTES = 1024
ITEM_BYTES = 128
ITEMS = 50


def payload(content: Content, media_id: str = "") -> dict[str, Any]:
    """The msgtype and its object; `media_id` for pictures and files. SendError for words that WeCom would not take."""
    match content:
        case Image() | File():
            return {"msgtype": content.type, content.type: {"media_id": media_id}}
        case Card() if menu := _menu(content):
            return {"msgtype": "msgmenu", "msgmenu": menu}
        case _:
            words = in_words(content)
    if len(words.encode()) > TEXT_BYTES:
        raise SendError(Fault.REFUSED, f"文字超过 {TEXT_BYTES} 字节，企业微信不收")
    return {"msgtype": "text", "text": {"content": words}}


def _menu(card: Card) -> dict[str, Any]:
    """A card with buttons as a menu; nothing for one that has none, or whose words do not fit there."""
    items = [_click(card.task, button.key, button.text) for button in card.buttons]
    head = "\n".join(
        filter(None, (card.title, card.desc, card.quote, *(f"{name}：{value}" for name, value in card.fields)))
    )
    is_plain = not items or card.questions or card.done
    if is_plain or len(items) > ITEMS or len(head.encode()) > HEAD_BYTES or None in items:
        return {}
    return {"head_content": head, "list": items}


def _click(task: str, key: str, words: str) -> dict[str, Any] | None:
    """An item that brings back its card's task and its own key; None when the two are too long."""
    id = f"{task}{PRESSED}{key}"
    if len(id.encode()) > ITEM_BYTES:
        return None
    return {"type": "click", "click": {"id": id, "content": clip(words, ITEM_BYTES)}}
