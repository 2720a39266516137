"""What becomes of a content that a door cannot carry as it is: other forms of the same words, and pieces of them."""

from collections.abc import Sequence
from dataclasses import replace

from bot.channels.door import Capabilities
from bot.types.actions import Card, Content, File, Handover, Image, Link, Markdown, Text
from bot.wecom import cards, markdown
from bot.wecom.text import split


def fitted(content: Content, door: Capabilities) -> Sequence[Content]:
    """The content as the door carries it: in another form where it has no such kind, in pieces where it is too long."""
    match _shaped(content, door):
        case Text() as said:
            return [replace(said, body=piece) for piece in split(said.body, door.text_bytes)]
        case Markdown() as said:
            limit = door.markdown_bytes or door.text_bytes
            return [replace(said, body=piece) for piece in markdown.split(said.body, limit)]
        case said:
            return (said,)


def _shaped(content: Content, door: Capabilities) -> Content:
    """The content, or what says the same at this door: a large picture is a file, all else is words."""
    if content.type in door.carries and _is_taken(content, door):
        return content
    if isinstance(content, Image) and "file" in door.carries and content.file.size <= door.file_bytes:
        return File(file=content.file, url=content.url, fixed=content.fixed)
    return instead(content, "markdown" in door.carries)


def _is_taken(content: Content, door: Capabilities) -> bool:
    match content:
        case Image():
            return content.file.size <= door.picture_bytes
        case File():
            return content.file.size <= door.file_bytes
        case Card():
            return door.buttons or not (content.buttons or content.questions)
        case _:
            return True


def joined(first: Content, then: Content, door: Capabilities) -> Content | None:
    """Both as one content where the door's texts may be joined and it fits; None otherwise."""
    if not door.joins:
        return None
    match first, then:
        case Text(), Text():
            whole: Text | Markdown = Text(body=f"{first.body}\n{then.body}", fixed=first.fixed and then.fixed)
        case Markdown(), Markdown():
            whole = Markdown(body=f"{first.body}\n\n{then.body}", fixed=first.fixed and then.fixed)
        case _:
            return None
    return whole if len(fitted(whole, door)) == 1 else None


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
        case Handover():
            return content.words
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
