"""What an app says, as message/send takes it (WeCom doc 90236) and as its answers carry it (doc 90241)."""

from typing import Any

from bot.channels.door import Fault, SendError
from bot.channels.fitting import in_words
from bot.types.actions import Card, Content, File, Image, Link, Markdown
from bot.wecom import cards
from bot.wecom.text import clip

TEXT_BYTES = 2048
TITLE_BYTES = 128
DESC_BYTES = 512


def payload(content: Content, media_id: str = "") -> dict[str, Any]:
    """The msgtype and its object; `media_id` for pictures and files. SendError for words that WeCom would cut."""
    match content:
        case Card():
            return {"msgtype": "template_card", "template_card": cards.to_json(content, cards.APP)}
        case Image() | File():
            return {"msgtype": content.type, content.type: {"media_id": media_id}}
        case Link():
            return _link(content)
        case _:
            words, kind = in_words(content), "text"
    if isinstance(content, Markdown):
        words, kind = content.body, "markdown"
    if len(words.encode()) > TEXT_BYTES:
        raise SendError(Fault.REFUSED, f"文字超过 {TEXT_BYTES} 字节，企业微信会截断")
    return {"msgtype": kind, kind: {"content": words}}


def _link(link: Link) -> dict[str, Any]:
    """A text card when there are words but no picture; a text card without words is not taken."""
    title, desc = clip(link.title, TITLE_BYTES), clip(link.desc, DESC_BYTES)
    if desc and not link.picture:
        return {"msgtype": "textcard", "textcard": {"title": title, "description": desc, "url": link.url}}
    more = {name: value for name, value in (("description", desc), ("picurl", link.picture)) if value}
    return {"msgtype": "news", "news": {"articles": [{"title": title, "url": link.url, **more}]}}


def article(link: Link) -> dict[str, Any]:
    """A link in the answer to a callback."""
    item = {
        "Title": clip(link.title, TITLE_BYTES),
        "Description": clip(link.desc, DESC_BYTES),
        "PicUrl": link.picture,
        "Url": link.url,
    }
    return {"MsgType": "news", "ArticleCount": 1, "Articles": {"item": [item]}}
