"""What is wrong with what a rule says: too long for its doors, links that nobody can open."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import regex

from bot.types.declarations import Problem, Settings
from handlers.directory import DOORS, GROUPS, PEOPLE
from handlers.keyword.rules import ReplyRule
from handlers.variables import fill, unknown_message, unknown_variables

# UTF-8 bytes that fit through every door, whatever the variables among them stand for.
SHORT = 512

_TAIL = r"[[!-~\p{Han}]--[\"'<>]]*"
_LINK = regex.compile(
    rf"[a-z]{{2,10}}\s?[:：]?\s?//{_TAIL}|https?[:：]/?(?=[a-z0-9]){_TAIL}", regex.IGNORECASE | regex.V1
)
_NAKED = regex.compile(
    r"(?<![a-z0-9_@/.\-])(?:www(?:\.[a-z0-9\-]+)+|(?:[a-z0-9\-]+\.)+(?:com|cn|net|org|cc|top|shop|vip|io))"
    r"(?![a-z0-9\-]|\.[a-z0-9]|@)(?:/[!-~]*)?",
    regex.IGNORECASE,
)
_AFTER = ".,;:!?)"
_HOST = regex.compile(r"(?:[\w\-]+\.)+[\w\-]{2,}|localhost|\[[0-9a-f:]+\]", regex.IGNORECASE)
_ANCHOR = regex.compile(r"<a\s+href\s*=\s*[\"']?([^\"'>]*)[\"']?\s*>", regex.IGNORECASE)


def problems(at: int, rule: ReplyRule, settings: Settings) -> Iterator[Problem]:
    """What is wrong with the texts of a rule."""
    for key, texts in (("reply", rule.reply), ("then", rule.then)):
        for number, text in enumerate(texts):
            path = ("replies", at, key, number)
            yield from (Problem(path, unknown_message(name)) for name in unknown_variables(text))
            yield from (Problem(path, message, warning=True) for message in links(text))
            yield from (Problem(path, message, warning=True) for message in _too_long(text, rule, settings))
    for number, text in enumerate(rule.then):
        if text.startswith("转人工"):
            message = "then 里写接着说的话，这样会原样发出去；想转人工，请告诉对方发「转人工」"
            yield Problem(("replies", at, "then", number), message, warning=True)


def links(text: str) -> Iterator[str]:
    """What is wrong with the links of a text, with the cure."""
    for found in _LINK.finditer(text):
        if why := _wrong(link := found[0].rstrip(_AFTER)):
            yield f"链接“{link[:60]}”{why}"
    for found in _ANCHOR.finditer(text):
        if not found[1].lower().startswith(("http://", "https://")):
            yield f"链接 href=“{found[1][:60]}”点不开：网址要以 http:// 或 https:// 开头"
    rest = _ANCHOR.sub(" ", _LINK.sub(" ", text))
    for found in _NAKED.finditer(rest):
        link = found[0].rstrip(_AFTER)[:60]
        yield f"“{link}”前面没有 https://，在企业微信里多半点不开；请写成“https://{link}”"


def _wrong(link: str) -> str:
    if not regex.match(r"[a-zA-Z]+://", link):
        return "写错了：开头要写成 https://，冒号和斜杠都用英文的，中间没有空格"
    try:
        parts = urlsplit(link)
        port = parts.port
    except ValueError:
        return "读不通：请从浏览器地址栏里重新复制"
    if parts.scheme.lower() not in ("http", "https", "weixin", "wxwork", "tel", "mailto"):
        return "点不开：网址要以 http:// 或 https:// 开头"
    if parts.scheme.lower().startswith("http") and not (parts.hostname and _HOST.fullmatch(parts.hostname)):
        return "不完整：缺少网站的名字，请从浏览器地址栏里重新复制"
    return "" if port is None or port else "的端口不对"


def _too_long(text: str, rule: ReplyRule, settings: Settings) -> Iterator[str]:
    if _size(text) < SHORT:
        return
    size = _size(fill(text, _longest_values(settings, rule)))
    for name, most in sorted({(door.name, door.capabilities.text_bytes) for door in _doors(rule, settings)}):
        if size > most:
            cure = f"会断成 {-(-size // most)} 条；请缩短，或自己分段写进 then"
            yield f"太长：最多会有 {size} 字节，“{name}”一条最多 {most} 字节，{cure}"


def _longest_values(settings: Settings, rule: ReplyRule) -> Mapping[str, str]:
    people, groups = settings[PEOPLE], settings[GROUPS]
    names = [person.name for person in people] + ["某某某"]
    rooms = [group.name for group in groups if not rule.groups or group.name in rule.groups] + [""]
    return {
        "nickname": max(names, key=_size),
        "group": max(rooms, key=_size),
        "date": "12月31日",
        "time": "00:00",
        "weekday": "星期一",
    }


def _size(text: str) -> int:
    return len(text.encode())


def _doors(rule: ReplyRule, settings: Settings) -> Iterable[Any]:
    """The doors at which a rule may answer."""
    doors = [door for door in settings[DOORS] if door.capabilities.hears]
    if not rule.groups:
        return doors
    groups = settings[GROUPS]
    served = {door for group in groups if group.name in rule.groups for door in group.doors}
    return [door for door in doors if f"{door.kind}:{door.name}" in served]
