"""What every door declares, in tables for people; README's are kept by `python -m bot.channels.declared`."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.channels import aibot, aibot_socket, app, kf, webhook
from bot.channels.door import Capabilities, Service

BEGIN, END = "<!-- doors -->", "<!-- /doors -->"
READMES: Mapping[str, str] = {"README.md": "en", "README.zh-CN.md": "zh"}


@dataclass(frozen=True, slots=True)
class Door:
    """One kind of door: what it is called, in English and in Chinese, and what it declares."""

    en: str
    zh: str
    capabilities: Capabilities


DOORS: Sequence[Door] = (
    Door("`app` 自建应用", "自建应用 `app`", app.CAPABILITIES),
    Door("`aibot` 智能机器人, URL mode", "智能机器人 `aibot`，URL 方式", aibot.CAPABILITIES),
    Door("`aibot` 智能机器人, long connection", "智能机器人 `aibot`，长连接", aibot_socket.CAPABILITIES),
    Door("`kf` 微信客服", "微信客服 `kf`", kf.CAPABILITIES),
    Door("`webhook` 消息推送", "消息推送 `webhook`", webhook.CAPABILITIES),
)


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a table in one language."""

    heads: Sequence[str]
    words: Mapping[str, str]
    comma: str
    semicolon: str
    colon: str
    bracket: str


ENGLISH = Wording(
    heads=("door", "hears", "carries", "answers", "at most"),
    words={
        "内部群": "internal groups", "客户群": "customer groups", "成员": "members 1:1", "客户": "customers 1:1",
        "text": "text", "markdown": "markdown", "image": "pictures", "voice": "voice", "video": "video",
        "file": "files", "location": "places", "link": "links", "mixed": "text with pictures",
        "business_card": "name cards", "miniprogram": "mini-programs", "channels": "channels videos",
        "merged_msg": "forwarded talk", "card": "cards", "opened": "opening the chat", "joined": "joining",
        "clicked": "clicks", "rated": "thumbs", "handover": "handover to staff",
        "addressed": " when @-ed", "nothing": "nothing", "notices": "cards without buttons", "bytes": "bytes",
        "always": "any number", "within": "within", "each": "a message", "starts": "speaks first",
        "only": "speaks, but cannot be answered",
        "waits": "only when spoken to", "minute": "a minute", "hour": "an hour", "hours": "h", "minutes": "min",
        "no rate": "–",
    },
    comma=", ", semicolon="; ", colon=": ", bracket=" ({})",
)  # fmt: skip
CHINESE = Wording(
    heads=("入口", "听得到", "能发", "怎么答", "最多"),
    words={
        "内部群": "内部群", "客户群": "客户群", "成员": "同事一对一", "客户": "客户一对一",
        "text": "文字", "markdown": "markdown", "image": "图片", "voice": "语音", "video": "视频",
        "file": "文件", "location": "位置", "link": "链接", "mixed": "图文", "business_card": "名片",
        "miniprogram": "小程序", "channels": "视频号", "merged_msg": "聊天记录", "card": "卡片",
        "opened": "打开聊天", "joined": "进群", "clicked": "点卡片", "rated": "点赞踩", "handover": "转给客服",
        "addressed": "里 @ 它", "nothing": "什么都听不到", "notices": "卡片（没有按钮）", "bytes": "字节",
        "always": "不限次数", "within": "", "each": "一条消息答", "starts": "也能主动说",
        "only": "只能主动说，回它听不到",
        "waits": "有人说话才能答", "minute": "每分钟", "hour": "每小时", "hours": " 小时内", "minutes": " 分钟内",
        "no rate": "–",
    },
    comma="、", semicolon="；", colon="：", bracket="（{}）",
)  # fmt: skip
WORDINGS: Mapping[str, Wording] = {"en": ENGLISH, "zh": CHINESE}


def table(language: str) -> str:
    """All doors as a Markdown table, in `en` or `zh`."""
    said = WORDINGS[language]
    rows = [said.heads, ["---"] * len(said.heads)]
    rows += [(getattr(door, language), *_cells(door.capabilities, said, language)) for door in DOORS]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def facts(door: Capabilities) -> str:
    """What one door lets be said, in one line for managers."""
    return CHINESE.semicolon.join((_carries(door, CHINESE), _answers(door, CHINESE, "zh"), _rates(door, CHINESE, "zh")))


def _cells(door: Capabilities, said: Wording, language: str) -> tuple[str, ...]:
    return _hears(door, said), _carries(door, said), _answers(door, said, language), _rates(door, said, language)


def _hears(door: Capabilities, said: Wording) -> str:
    heard = [f"{_where(name, service, said)}{said.colon}{_listed(service.hears, said)}"
             for name, service in door.serves.items() if service.hears]  # fmt: skip
    return said.semicolon.join(heard) or said.words["nothing"]


def _where(name: str, service: Service, said: Wording) -> str:
    return said.words[name] + (said.words["addressed"] if service.addressed else "")


def _listed(names: Iterable[str], said: Wording) -> str:
    order = list(said.words)
    return said.comma.join(said.words[name] for name in sorted(names, key=order.index))


def _carries(door: Capabilities, said: Wording) -> str:
    sizes = {
        "text": f"{door.text_bytes} {said.words['bytes']}",
        "markdown": f"{door.markdown_bytes or door.text_bytes} {said.words['bytes']}",
        "image": f"{door.picture_bytes >> 20} MB",
        "file": f"{door.file_bytes >> 20} MB",
    }
    kinds = sorted(door.carries, key=list(said.words).index)
    shown = [said.words["notices"] if kind == "card" and not door.buttons else said.words[kind] for kind in kinds]
    sized = zip(kinds, shown, strict=True)
    return said.comma.join(word + (said.bracket.format(sizes[kind]) if kind in sizes else "") for kind, word in sized)


def _answers(door: Capabilities, said: Wording, language: str) -> str:
    starts = any(service.starts for service in door.serves.values())
    first = said.words["starts" if starts else "waits"]
    if not door.hears:
        return said.words["only"]
    return said.semicolon.join((_budget(door, said, language), first))


def _budget(door: Capabilities, said: Wording, language: str) -> str:
    words = said.words
    if language == "zh":
        often = f"{words['each']} {door.budget} 次" if door.budget else words["always"]
        return often + (f"，{_span(door.window, said)}" if door.window else "")
    often = f"{door.budget} {words['each']}" if door.budget else words["always"]
    return often + (f" {words['within']} {_span(door.window, said)}" if door.window else "")


def _span(window: timedelta, said: Wording) -> str:
    hours = window // timedelta(hours=1)
    gap = " " if said is ENGLISH else ""
    if hours:
        return f"{hours}{gap}{said.words['hours']}"
    return f"{window // timedelta(minutes=1)}{gap}{said.words['minutes']}"


def _rates(door: Capabilities, said: Wording, language: str) -> str:
    spoken = [(said.words["minute" if seconds == 60 else "hour"], count) for seconds, count in door.rates]
    if language == "zh":
        return said.comma.join(f"{each} {count} 条" for each, count in spoken) or said.words["no rate"]
    return said.comma.join(f"{count} {each}" for each, count in spoken) or said.words["no rate"]


def renewed(text: str, language: str) -> str:
    """A document with the table between its marks as it should be; ValueError when it has no marks."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n{table(language)}\n{END}{after}"


def main(folder: Path) -> int:
    """Renew the tables of the READMEs in a folder."""
    for name, language in READMES.items():
        path = folder / name
        path.write_text(renewed(path.read_text(encoding="utf-8"), language), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1] if sys.argv[1:] else ".")))
