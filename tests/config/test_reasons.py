"""Nothing that validation can say reaches a manager in English."""

from datetime import timedelta
from typing import Annotated, Any, Literal

import pytest
import regex
from pydantic import Field
from pydantic_core import ErrorDetails
from pydantic_core._pydantic_core import list_all_errors

from bot.config import ConfigError, load
from bot.config.reasons import reason
from bot.config.spelling import nearest
from bot.types.declarations import Section, Settled
from bot.types.fields import Duration, Some
from tests.config.conftest import Write

# Words that stand in cures because they are to be typed.
TYPED = {"true", "false", "Asia", "Shanghai", "timezone", "https", "http", "example", "com", "knowledge", "faq", "toml"}


@pytest.mark.parametrize("known", list_all_errors(), ids=lambda known: str(known["type"]))
def test_every_error_of_pydantic_is_said_in_chinese(known: Any) -> None:
    details = ErrorDetails(
        type=known["type"],
        loc=("replies", 0, "键"),
        msg=known.get("example_message_python", ""),
        input=None,
        ctx=known.get("example_context") or {},
        url="https://errors.pydantic.dev/",
    )
    if known["type"] in ("value_error", "assertion_error"):
        details["ctx"] = {"error": ValueError("这个值不行")}
    if known["type"] in ("literal_error", "enum"):
        details["ctx"] = {"expected": "'内部群' or '客户群'"}
    if known["type"] == "union_tag_invalid":
        details["ctx"] = {"discriminator": "'kind'", "tag": "x", "expected_tags": "'甲', '乙'"}
    if known["type"] == "string_pattern_mismatch":
        details["ctx"] = {"pattern": "[0-9]+"}
    said = reason(details, None, ("name",) if known["type"] != "extra_forbidden" else ())
    words = {word for word in regex.findall(r"[A-Za-z]{3,}", said) if word not in TYPED}
    assert regex.search(r"\p{Han}", said)
    assert not words, said


class Odd(Settled):
    streak: dict[int, int] | None = None
    either: int | tuple[int, ...] = 0
    mixed: tuple[str, int] = ("", 0)
    pause: Annotated[Duration, Field(gt=timedelta(0))] | None = None
    share: Annotated[float, Field(ge=0, lt=1)] = 0.5
    on: bool = True
    kind: Literal["一", "二"] = "一"
    names: Some[str] = ("甲",)


ODD: Section[Odd] = Section("odd", Odd, Odd)


@pytest.mark.parametrize(
    ("written", "key", "cure"),
    [
        ('streak = { 7 = "x" }', "odd.streak.7", "整数"),
        ("streak = { 七 = 1 }", "", "键"),
        ('streak = { "七" = 1 }', "odd.streak.七", "整数"),
        ('either = "x"', "odd.either", "整数"),
        ('either = [1, "x"]', "odd.either", "整数"),
        ('mixed = ["x", "y"]', "odd.mixed[1]", "整数"),
        ('pause = "0s"', "odd.pause", "要大于 0"),
        ("share = 1", "odd.share", "要小于 1"),
        ('share = "half"', "odd.share", "数字"),
        ("on = 1", "odd.on", "true 或 false"),
        ("on = []", "odd.on", "true 或 false"),
        ("kind = 1", "odd.kind", '"一"、"二"'),
        ("names = []", "odd.names", "至少要有 1 项"),
        ('names = "甲"', "odd.names", "方括号"),
        ("names = [true]", "odd.names[0]", '"true"'),
        ("names = [2025-01-31]", "odd.names[0]", "引号"),
        ("names = [{ a = 1 }]", "odd.names[0]", "文字"),
        ("streak = 1", "odd.streak", "键 = 值"),
    ],
)
def test_types_of_every_shape_find_their_key(written: str, key: str, cure: str, write: Write) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write(f"[odd]\n{written}\n"), [ODD], environ={})
    assert {error.key for error in caught.value.errors} == {key} or key == "odd.either"
    assert all(error.line == 2 for error in caught.value.errors)
    assert cure in str(caught.value)


@pytest.mark.parametrize(
    ("written", "known", "meant"),
    [
        ("repy", ["name", "reply"], "reply"),
        ("Reply", ["name", "reply"], "reply"),
        ("回复", ["name", "reply"], "reply"),
        ("关键词", ["any", "all"], "any"),
        ("营业时间", ["hours", "name"], "hours"),
        ("cool-down", ["cooldown"], "cooldown"),
        ("内部", ["内部群", "客户群"], "内部群"),
        ("客户", ["内部群", "客户群"], "客户群"),
        ("zzz", ["name", "reply"], None),
    ],
)
def test_a_word_is_understood_by_its_spelling_or_its_twin(written: str, known: list[str], meant: str | None) -> None:
    assert nearest(written, known) == meant
