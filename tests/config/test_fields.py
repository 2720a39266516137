"""The kinds of values that sections are made of."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from bot.types import fields
from bot.types.fields import limited, parse_duration
from bot.types.files import Files

LIMITED = Annotated[str, limited(6)]


def refusal(kind: Any, value: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(value)
    return "；".join(error["msg"] for error in caught.value.errors())


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("5m", 300), ("2h", 7200), ("7d", 604800), ("0s", 0), ("1小时30分", 5400), ("1h30m", 5400),
     ("5 分钟", 300), ("10秒", 10), ("3天", 259200), ("5M", 300)],
)  # fmt: skip
def test_durations_are_read(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", " ", "5", "m", "-5m", "5x", "1.5h", "5m?", "4000d", "9" * 30 + "s"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="时长"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("kind", "value", "result"),
    [
        (fields.Listen, "127.0.0.1:8080", "127.0.0.1:8080"),
        (fields.Listen, "[::1]:0", "[::1]:0"),
        (fields.UserId, "LiSi.01@x", "lisi.01@x"),
        (fields.Door, "aibot:小助手", "aibot:小助手"),
        (fields.DoorName, "小助手", "小助手"),
        (fields.HttpUrl, "http://127.0.0.1:9/x", "http://127.0.0.1:9/x"),
        (fields.Name, "发货 时间", "发货 时间"),
        (fields.Timezone, "Asia/Shanghai", "Asia/Shanghai"),
        (LIMITED, "汉字", "汉字"),
        (fields.OneOrMany[str], "一", "('一',)"),
        (fields.OneOrMany[str], ["一", "二"], "('一', '二')"),
    ],
)
def test_good_values_are_taken(kind: Any, value: Any, result: str) -> None:
    assert str(TypeAdapter(kind).validate_python(value)) == result


@pytest.mark.parametrize(
    ("kind", "value", "cure"),
    [
        (fields.Listen, ":8080", "地址:端口"),
        (fields.Listen, "::1:x", "地址:端口"),
        (fields.Listen, 8080, "地址:端口"),
        (fields.UserId, "", "账号"),
        (fields.UserId, "a" * 65, "账号"),
        (fields.Door, "小助手", "aibot:小助手"),
        (fields.DoorName, "小/助手", "网址"),
        (fields.HttpUrl, "http://", "https://"),
        (fields.HttpUrl, "http://[::1", "https://"),
        (fields.HttpUrl, "https://a b", "https://"),
        (fields.HttpUrl, "https://me:x@host", "用户名和密码"),
        (fields.Name, " 发货", "空格"),
        (fields.Name, "发\n货", "一行"),
        (fields.Timezone, "../etc/passwd", "Asia/Shanghai"),
        (fields.Timezone, "北京", "Asia/Shanghai"),
        (LIMITED, "三个字", "现在 9 字节，最多 6 字节"),
        (LIMITED, " ", "空"),
        (fields.Pattern, "a)", "多了右括号"),
        (fields.Pattern, "*a", "第 1 个字符"),
        (fields.Pattern, "[a", "方括号"),
        (fields.Pattern, "", "1 到 500"),
        (fields.Pattern, 5, "引号"),
        (fields.Files, "", "文件名"),
        (fields.Address, "", "地址"),
        (fields.Hours, 9, "引号"),
    ],
)
def test_bad_values_are_refused_with_a_cure(kind: Any, value: Any, cure: str) -> None:
    assert cure in refusal(kind, value)


def test_patterns_of_files_find_what_is_there(tmp_path: Path) -> None:
    for name in ("b.toml", "a.toml", "c.csv", "深/d.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()

    def found(pattern: str) -> list[str]:
        return [path.relative_to(tmp_path).as_posix() for path in Files(pattern, tmp_path).paths()]

    assert found("*.toml") == ["a.toml", "b.toml"]
    assert found("*/*.toml") == ["深/d.toml"]
    assert found("c.csv") == ["c.csv"]
    assert found("深") == found("x.toml") == found("[") == []
    assert found(str(tmp_path / "*.csv")) == ["c.csv"]
    assert Files("深/*/x*.toml", tmp_path).folder == tmp_path / "深"
    assert Files("*.toml", tmp_path).folder == tmp_path
