"""What the columns of a word list are called, and what may stand in them."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import regex

from nlp.moderation.layers import Layer

# The order in a file without headings.
ORDER: Sequence[str] = ("word", "category", "severity", "action", "layers", "groups", "until", "note")
HEADINGS: Mapping[str, Sequence[str]] = {
    "word": ("word", "words", "词", "词语", "敏感词", "关键词", "违禁词", "屏蔽词"),
    "category": ("category", "类别", "分类", "类型", "种类"),
    "severity": ("severity", "level", "严重程度", "程度", "级别", "等级"),
    "action": ("action", "处理", "处置", "动作"),
    "layers": ("layers", "layer", "认法", "变体"),
    "groups": ("groups", "group", "群", "群名", "适用群"),
    "until": ("until", "expires", "有效期至", "有效期", "到期", "到期日", "截止日期", "失效日期"),
    "note": ("note", "notes", "remark", "备注", "说明"),
}
SEVERITIES: Mapping[str, int] = {"1": 1, "2": 2, "3": 3, "低": 1, "轻": 1, "中": 2, "高": 3, "重": 3}
# Longer than any word; a whole text that was pasted into one line.
LONGEST_WORD = 100

ALL_LAYERS = frozenset({"all", "全部", "*"})

_REMARK = regex.compile(r"[(（\[【].*?[)）\]】]")
_SEVERAL = regex.compile(r"\s*[|｜;；,，+/]\s*|\s+")
_GROUPS = regex.compile(r"\s*[|｜、;；]\s*")
_DAY = regex.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


def column_of(heading: str) -> str:
    """The column that a heading means; empty when it means none."""
    plain = _REMARK.sub("", heading).strip().lower()
    return next((key for key, names in HEADINGS.items() if plain in names), "")


def word(value: object) -> str:
    """A word; ValueError (Chinese) for what cannot be one."""
    if not isinstance(value, str):
        raise ValueError("词要加引号")
    text = value.strip()
    if not text:
        raise ValueError("缺少词")
    if len(text) > LONGEST_WORD:
        raise ValueError(f"太长，一个词最多 {LONGEST_WORD} 个字；整句请拆成几个词")
    return text


def text(value: object) -> str:
    """A text that is only shown or compared."""
    if not isinstance(value, str):
        raise ValueError("这里要写文字，加引号")
    return value.strip()


def severity(value: object) -> int:
    """How grave a word is; ValueError (Chinese) for what is none of the three."""
    if isinstance(value, int) and not isinstance(value, bool) and value in (1, 2, 3):
        return value
    found = SEVERITIES.get(unicodedata.normalize("NFKC", str(value)).strip())
    if found is None:
        raise ValueError("严重程度写 1（只记录）、2（人来看）或 3（拦下）")
    return found


def names(value: object, apart: "regex.Pattern[str]") -> tuple[str, ...]:
    """Names: a list of them, or one text in which some marks set them apart."""
    if isinstance(value, str):
        return tuple(filter(None, apart.split(value.strip())))
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(one.strip() for one in value if one.strip())
    raise ValueError("这里写名字，几个就写成一组，每个加引号")


def layers(value: object) -> frozenset[Layer] | None:
    """The layers of these names, as lists or as people call them; None for all of them."""
    found = names(value, _SEVERAL)
    if not found or {one.lower() for one in found} & ALL_LAYERS:
        return None
    return frozenset(map(_layer, found))


def _layer(name: str) -> Layer:
    found = next((layer for layer in Layer if name.lower() in (layer.value, layer.label.lower())), None)
    if found is None:
        known = "、".join(layer.value for layer in Layer)
        raise ValueError(f"没有“{name}”这一层；可以写 {known}，几个用 | 隔开")
    return found


def groups(value: object) -> tuple[str, ...]:
    """Names of groups, which may have spaces and commas of their own."""
    return names(value, _GROUPS)


def until(value: object) -> date:
    """The last day; ValueError (Chinese) for what is no day."""
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", str(value)).strip())
    if found is None:
        raise ValueError("日期写成 2026-12-31")
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        raise ValueError("没有这一天；日期写成 2026-12-31") from None


PARSERS: Mapping[str, Callable[[object], Any]] = {
    "word": word, "category": text, "severity": severity, "action": text, "layers": layers, "groups": groups,
    "until": until, "note": text,
}  # fmt: skip
