"""What becomes of a content that a door cannot carry as it is: other forms of the same words, and pieces of them."""

from collections.abc import Sequence
from dataclasses import replace

from bot.channels.door import Capabilities
from bot.types.actions import Card, Content, File, Image, Link, Markdown, Text
from bot.wecom import cards, markdown
from bot.wecom.text import split


def fitted(content: Content, door: Capabilities) -> Sequence[Content]:
    """The content as the door carries it: in words where it has no such kind, in pieces where those are too long."""
    said = content if content.type in door.carries else instead(content, "markdown" in door.carries)
    match said:
        case Text():
            return [replace(said, body=piece) for piece in split(said.body, door.text_bytes)]
        case Markdown():
            return [replace(said, body=piece) for piece in markdown.split(said.body, door.text_bytes)]
        case _:
            return (said,)


def instead(content: Content, marked: bool = False) -> Text | Markdown:
    """The content in words; `marked`: where markdown is read, addresses may hide behind their titles."""
    if marked and (words := _marked(content)):
        return Markdown(body=words, fixed=content.fixed)
    return Text(body=in_words(content), fixed=content.fixed)


def in_words(content: Content) -> str:
    """All that can be said of a content in plain words."""
    match content:
        case Text():
            return content.body
        case Markdown():
            return markdown.plain(content.body)
        case Link():
            return "\n".join(filter(None, (content.title, content.desc, content.url)))
        case Card():
            return cards.to_text(content)
        case Image():
            return _missing("图片", content.file.name, content.url)
        case File():
            return _missing("文件", content.file.name, content.url)


def _missing(what: str, name: str, url: str) -> str:
    return f"［{what}］{name}：{url}" if url else f"［{what}］{name}（这里发不了{what}）"


def _marked(content: Content) -> str:
    match content:
        case Link():
            picture = markdown.picture(content.title, content.picture) if content.picture else ""
            return "\n".join(filter(None, (markdown.link(content.title, content.url), content.desc, picture)))
        case Image() if content.url:
            return markdown.picture(content.file.name, content.url)
        case File() if content.url:
            return markdown.link(content.file.name, content.url)
        case Markdown():
            return content.body
        case _:
            return ""
