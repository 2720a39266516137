"""What is right instead, in Chinese, for everything that validation can object to."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import regex
from pydantic_core import ErrorDetails

from bot.config.spelling import nearest

MOST_CHOICES = 15

QUOTED = regex.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
PART = regex.compile(r"(\w+)=(-?\d+)")

LIMITS: Mapping[str, tuple[str, str]] = {
    "greater_than": ("gt", "要大于 {}"),
    "greater_than_equal": ("ge", "不能小于 {}"),
    "less_than": ("lt", "要小于 {}"),
    "less_than_equal": ("le", "不能大于 {}"),
    "multiple_of": ("multiple_of", "要是 {} 的倍数"),
    "too_short": ("min_length", "至少要有 {} 项"),
    "too_long": ("max_length", "最多 {} 项"),
    "string_too_short": ("min_length", "至少要有 {} 个字"),
    "string_too_long": ("max_length", "最多 {} 个字"),
    "string_pattern_mismatch": ("pattern", "格式不对，要符合 {}"),
}

KINDS: Mapping[str, str] = {
    "string": "要写成文字，加上引号",
    "int": "要写整数，不加引号",
    "float": "要写数字，不加引号",
    "bool": "是或否写 true 或 false，不加引号",
    "tuple": '要写成列表，用方括号：["…", "…"]',
    "list": '要写成列表，用方括号：["…", "…"]',
    "set": '要写成列表，用方括号：["…", "…"]',
    "frozen_set": '要写成列表，用方括号：["…", "…"]',
    "dict": "要写成一组 键 = 值：{ 键 = 值 }",
    "mapping": "要写成一组 键 = 值：{ 键 = 值 }",
    "model": "要写成一组 键 = 值：{ 键 = 值 }",
    "dataclass": "要写成一组 键 = 值：{ 键 = 值 }",
    "datetime": "时刻写成 2025-01-31T08:30:00",
    "date": "日期写成 2025-01-31",
    "time": "时间写成 08:30:00",
    "time_delta": '时长写成 "30s"、"5m"、"2h"、"7d"',
    "timezone": '时间后面不写时区；时区写在 timezone = "Asia/Shanghai"',
    "url": '网址要以 http:// 或 https:// 开头，如 "https://example.com"',
    "path": '写文件或文件夹的名字，如 "knowledge/faq.toml"',
    "decimal": "要写数字，不加引号",
    "finite": "要写普通的数字",
    "enum": "不在可选的范围里",
    "literal": "不在可选的范围里",
}
OTHERWISE = "这个值不对，请对照说明改写"


def reason(error: ErrorDetails, written: Any, keys: Sequence[str]) -> str:
    """What would be right, for an error about `written`; `keys` are the keys known at that place."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return unknown_key(str(error["loc"][-1]), keys)
    if kind == "missing":
        return "缺少这一项，请补上"
    if kind in ("literal_error", "enum", "union_tag_invalid"):
        return _choices(context, written)
    if kind == "union_tag_not_found":
        return "缺少这一项，请补上"
    if kind in ("value_error", "assertion_error"):
        return str(context.get("error", "")) or OTHERWISE
    if kind in LIMITS:
        name, sentence = LIMITS[kind]
        return sentence.format(_plain(context.get(name, "")))
    if kind == "string_type" and isinstance(written, (bool, int, float)):
        return f"{KINDS['string']}：{json.dumps(str(written).lower() if isinstance(written, bool) else str(written))}"
    return _of_kind(kind) or (OTHERWISE if "url" in error else error["msg"])


def unknown_key(name: str, keys: Sequence[str]) -> str:
    """What to write instead of a key that is not known."""
    if meant := nearest(name, keys):
        return f"没有这个键，是不是想写 {meant}？"
    known = "、".join(keys[:MOST_CHOICES]) + ("…" if len(keys) > MOST_CHOICES else "")
    return f"没有这个键；这里可以写：{known}" if known else "没有这个键，请删掉"


def _of_kind(kind: str) -> str:
    """The sentence for the longest kind of value that an error type begins with."""
    begins = [name for name in KINDS if kind.startswith((f"{name}_", f"{name}s_")) or kind == name]
    return KINDS[max(begins, key=len)] if begins else ""


def _choices(context: Mapping[str, Any], written: Any) -> str:
    said = str(context.get("expected_tags") or context.get("expected", ""))
    choices = [single or double for single, double in QUOTED.findall(said)] or said.replace(" or ", ", ").split(", ")
    meant = nearest(written, choices) if isinstance(written, str) else None
    hint = f"；是不是想写 {json.dumps(meant, ensure_ascii=False)}？" if meant else ""
    return "只能写 " + "、".join(json.dumps(choice, ensure_ascii=False) for choice in choices if choice) + hint


def _plain(limit: Any) -> str:
    """A limit for people; pydantic names durations by their Python form."""
    text = str(limit)
    if not text.startswith("datetime."):
        return text
    parts = {name: int(number) for name, number in PART.findall(text)}
    seconds = parts.get("seconds", 0) + parts.get("microseconds", 0) / 1e6
    said = ((parts.get("days", 0), "天"), (seconds, "秒"))
    return "".join(f"{number:g} {unit}" for number, unit in said if number) or "0"
