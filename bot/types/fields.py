"""Kinds of values that config sections use as field types; each error says, in Chinese, what would be right.

Sections use them like any type:

    class Reply(Settled):
        name: Name
        reply: OneOrMany[Annotated[str, limited(2048)]]
        hours: Hours | None = None
        cooldown: Duration = timedelta(seconds=30)

`Secret`, `Address` and `Files` read the validation context: `environ` (a mapping) and `base` (a folder).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import regex
from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, ValidationInfo
from pydantic_core import PydanticCustomError

from bot.types import files, hours, secret

T = TypeVar("T")

UNITS: Mapping[str, int] = {
    **dict.fromkeys(("s", "秒", "秒钟"), 1),
    **dict.fromkeys(("m", "分", "分钟"), 60),
    **dict.fromkeys(("h", "小时"), 3600),
    **dict.fromkeys(("d", "天"), 86400),
}
PIECE = regex.compile(r"(\d{1,9})\s*(" + "|".join(sorted(UNITS, key=len, reverse=True)) + r")\s*", regex.I)
LONGEST_DURATION = timedelta(days=3650)
LONGEST_NAME = 64
LONGEST_PATTERN = 500
USERID = regex.compile(r"[A-Za-z0-9][A-Za-z0-9_@.-]{0,63}")
DOOR = regex.compile(r"[a-z]+:[^\s:/?#%]+")
PASSWORD = regex.compile(r"://.*@|password|passwd", regex.I)

SECRET_CURE = "密钥不要写在文件里，请改成 env:名字（名字是环境变量）"


def wrong(message: str, kind: str = "wrong") -> PydanticCustomError:
    """An error whose text is shown to managers as it is."""
    return PydanticCustomError(kind, message)


def text_of(value: object, cure: str) -> str:
    """The value when it is a text; otherwise the error with its cure."""
    if not isinstance(value, str):
        raise wrong(cure)
    return value


def _chinese(parse: Callable[[str], T], text: str) -> T:
    """What `parse` makes of the text; its ValueError becomes an error for managers."""
    try:
        return parse(text)
    except ValueError as error:
        raise wrong(str(error)) from None


# Durations and hours


def parse_duration(text: str) -> timedelta:
    """`"30s"`, `"5m"`, `"2h"`, `"7d"`, `"1小时30分"` as a duration; ValueError (Chinese) otherwise."""
    rest, seconds = text.strip(), 0
    while found := PIECE.match(rest):
        seconds += int(found[1]) * UNITS[found[2].lower()]
        rest = rest[found.end() :]
    if rest or not text.strip():
        raise ValueError('时长写成数字加单位，如 "30s"、"5m"、"2h"、"7d"，或 "30秒"、"5分钟"')
    if seconds > LONGEST_DURATION.total_seconds():
        raise ValueError(f"时长太长，最多 {LONGEST_DURATION.days} 天")
    return timedelta(seconds=seconds)


def _duration(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    return _chinese(parse_duration, text_of(value, '时长要带单位并加引号，如 "30s"、"5m"、"2h"、"7d"'))


def _hours(value: object) -> hours.Hours:
    if isinstance(value, hours.Hours):
        return value
    return _chinese(hours.Hours.parse, text_of(value, f"时间段要加引号，{hours.EXAMPLE}"))


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Hours = Annotated[hours.Hours, PlainValidator(_hours)]


# Sizes

SIZES: Mapping[str, int] = {"KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}
SIZE = regex.compile(r"(\d{1,6})\s*(KB|MB|GB)", regex.I)


def _size(value: object) -> int:
    cure = '大小要带单位并加引号，如 "20MB"、"1GB"'
    found = SIZE.fullmatch(text_of(value, cure).strip())
    if found is None:
        raise wrong(cure)
    return int(found[1]) * SIZES[found[2].upper()]


Size = Annotated[int, PlainValidator(_size)]


# Secrets and addresses


def _context(info: ValidationInfo) -> Mapping[str, Any]:
    return info.context or {}


def _secret(value: object, info: ValidationInfo) -> secret.Secret:
    if isinstance(value, secret.Secret):
        return value
    found = secret.Secret.read(value, _context(info).get("environ", {})) if isinstance(value, str) else None
    if found is None:
        raise wrong(SECRET_CURE, "secret")
    return found


def _address(value: object, info: ValidationInfo) -> secret.Address:
    if isinstance(value, secret.Address):
        return value
    if not isinstance(value, str) or not value.strip():
        raise wrong("这里写一个地址，加引号", "secret")
    if found := secret.Address.read(value, _context(info).get("environ", {})):
        return secret.Address(found.name, found.reveal() if found.is_set else None)
    if PASSWORD.search(value):
        raise wrong("地址里有密码，不要写在文件里；请把整个地址放进环境变量，这里写 env:名字", "secret")
    return secret.Address("", value.strip())


Secret = Annotated[secret.Secret, PlainValidator(_secret)]
Address = Annotated[secret.Address, PlainValidator(_address)]


# Patterns

REGEX_FAULTS: Mapping[str, str] = {
    "missing )": "少了右括号 )",
    "unbalanced parenthesis": "多了右括号 )",
    "bad character range": "方括号里的范围前后颠倒",
    "bad set": "方括号 [ ] 没有写完",
    "unterminated": "方括号 [ ] 没有写完",
    "missing ]": "少了右方括号 ]",
    "nothing to repeat": "* + ? 前面没有可重复的内容",
    "multiple repeat": "* + ? 连写了两次",
    "bad escape": "反斜杠 \\ 后面的字符不能这样用",
    "unknown group": "引用了不存在的分组",
    "min repeat": "{最少,最多} 里的两个数颠倒了",
}


def _regex_fault(said: str) -> str:
    """A compiler's message ("missing ) at position 2") for managers."""
    position = regex.search(r"at position (\d+)", said)
    where = f"第 {int(position[1]) + 1} 个字符处" if position else ""
    return f"{where}：" + next((chinese for english, chinese in REGEX_FAULTS.items() if english in said), "写法不对")


def _pattern(value: object) -> regex.Pattern[str]:
    if isinstance(value, regex.Pattern):
        return value
    text = text_of(value, "正则表达式要加引号，建议用单引号：'订单\\d+'")
    if not text or len(text) > LONGEST_PATTERN:
        raise wrong(f"正则表达式要有 1 到 {LONGEST_PATTERN} 个字符")
    try:
        return regex.compile(text)
    except regex.error as error:
        raise wrong(f"正则表达式{_regex_fault(str(error))}") from None


Pattern = Annotated[regex.Pattern[str], PlainValidator(_pattern)]


# Texts and names


def limited(most: int) -> AfterValidator:
    """For `Annotated[str, limited(2048)]`: not blank, and at most that many UTF-8 bytes."""

    def check(text: str) -> str:
        size = len(text.encode())
        if size > most:
            raise wrong(f"太长：现在 {size} 字节，最多 {most} 字节（一个汉字 3 字节，约 {most // 3} 个汉字）")
        if not text.strip():
            raise wrong("不能是空的")
        return text

    return AfterValidator(check)


def _name(text: str) -> str:
    if not text.strip() or text != text.strip():
        raise wrong("名字不能是空的，前后也不能有空格")
    if len(text) > LONGEST_NAME or any(not letter.isprintable() for letter in text):
        raise wrong(f"名字最多 {LONGEST_NAME} 个字，写在一行里")
    return text


def _userid(text: str) -> str:
    if not USERID.fullmatch(text):
        raise wrong("这里写企业微信通讯录里的“账号”：字母、数字和 _ - @ .，字母或数字开头，最多 64 个字符")
    return text.lower()


def _door(text: str) -> str:
    if not DOOR.fullmatch(text):
        raise wrong('入口写成 "类型:名字"，如 "aibot:小助手"')
    return text


def _door_name(text: str) -> str:
    if not DOOR.fullmatch(f"x:{text}") or len(text) > LONGEST_NAME:
        raise wrong("这个名字会出现在网址里：不能有空格和 : / ? # %，最多 64 个字")
    return text


Name = Annotated[str, AfterValidator(_name)]
UserId = Annotated[str, AfterValidator(_userid)]
Door = Annotated[str, AfterValidator(_door)]
DoorName = Annotated[str, AfterValidator(_door_name)]


# Lists


def _many(value: object) -> object:
    return value if isinstance(value, (list, tuple)) else (value,)


Some = Annotated[tuple[T, ...], Field(min_length=1)]
OneOrMany = Annotated[tuple[T, ...], Field(min_length=1), BeforeValidator(_many)]


# Addresses on the network, time zones, files


@dataclass(frozen=True, slots=True)
class Listening:
    """Where a server listens; port 0 takes a free one."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def _split(text: str) -> SplitResult:
    parts = urlsplit(text)
    if parts.port is not None and not parts.hostname:
        raise ValueError
    return parts


def _url(text: str) -> str:
    return _web_address(text, ("http", "https"), '网址要以 http:// 或 https:// 开头，如 "https://example.com"')


def _socket_url(text: str) -> str:
    return _web_address(
        text, ("ws", "wss"), '长连接地址要以 ws:// 或 wss:// 开头，如 "wss://openws.work.weixin.qq.com"'
    )


def _web_address(text: str, schemes: tuple[str, ...], cure: str) -> str:
    try:
        parts = _split(text)
    except ValueError:
        raise wrong(cure) from None
    if parts.scheme not in schemes or not parts.hostname or any(letter.isspace() for letter in text):
        raise wrong(cure)
    if parts.username is not None or parts.password is not None:
        raise wrong("网址里不要写用户名和密码", "secret")
    return text


def _listen(value: object) -> Listening:
    if isinstance(value, Listening):
        return value
    cure = '监听地址写成 "地址:端口"，如 "127.0.0.1:8080"，端口 0 到 65535'
    host, _, port = text_of(value, cure).rpartition(":")
    plain = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if not plain or "/" in plain or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise wrong(cure)
    return Listening(plain, int(port))


def _timezone(value: object) -> ZoneInfo:
    if isinstance(value, ZoneInfo):
        return value
    text = text_of(value, '时区要加引号，如 "Asia/Shanghai"')
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise wrong('没有这个时区；中国写 "Asia/Shanghai"') from None


def _files(value: object, info: ValidationInfo) -> files.Files:
    if isinstance(value, files.Files):
        return value
    text = text_of(value, '文件名要加引号，如 "knowledge/*.toml"')
    if not text.strip() or "\0" in text:
        raise wrong('写文件名或带 * 的文件名，如 "knowledge/*.toml"')
    return files.Files(text, Path(_context(info).get("base", ".")))


HttpUrl = Annotated[str, AfterValidator(_url)]
SocketUrl = Annotated[str, AfterValidator(_socket_url)]
Listen = Annotated[Listening, PlainValidator(_listen)]
Timezone = Annotated[ZoneInfo, PlainValidator(_timezone)]
Files = Annotated[files.Files, PlainValidator(_files)]
