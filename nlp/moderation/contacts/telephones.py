"""Mobile telephone numbers of the mainland: eleven digits that begin with 13 to 19."""

import re
from collections.abc import Iterator, Mapping, Sequence

from nlp.moderation.contacts.find import Find
from nlp.moderation.contacts.reading import Reading

KIND = "手机号"
_LENGTH = 11
_LONGEST = _LENGTH * 4 + 8
# Up to three marks, blanks or emoji between two digits; letters that stand for 0 and 1 only between digits.
_RUN = re.compile(r"(?:[0-9]|(?<![a-z])[li](?=[3-9]))(?:[\W_ー]{0,3}[0-9]|[oil](?=[oil]{0,8}[0-9]))+")
# The character for one as a dash.
_DASHED = re.compile(r"(?<![0-9])1[3-9][0-9]一[0-9]{4}一[0-9]{4}(?![0-9])")
_GROUP = re.compile(r"[0-9oil]+")
_MOBILE = re.compile(r"(?:0086|86)?1[3-9][0-9]{9}")
_BEGINS = re.compile(r"(?:(?:0[\W_]{0,3}){0,2}8[\W_]{0,3}6[\W_]{0,3})?[1li][\W_ー]{0,3}[3-9]")
_LETTERS: Mapping[int, int] = str.maketrans("oil", "011")
# How people write the number in groups; other groups are a telephone only if nothing else is in the row.
_USUAL = frozenset({(11,), (3, 4, 4), (4, 4, 3), (4, 3, 4), (3, 5, 3), (3, 3, 5), (3, 3, 3, 2), (5, 6), (6, 5)})
_CODED = frozenset({(13,), (2, 11), (2, 3, 4, 4), (4, 11), (4, 3, 4, 4)})
# A number that is said to be something else. The nearer word wins.
_OTHER = re.compile(
    r"单号|订单|运单|快递|流水|编号|编码|会议|账号|卡号|主键|时间戳|工单|发票|序列|版本|密码|口令|验证|余额|金额|代码|信用|身份|学号|工号|\b(?:id|no|sn)\b"
)
_TELEPHONE = re.compile(r"电话|手机|号码|联系|致电|来电|短信|微信|找我|加我|打|拨|tel|call|phone|mobile|v")
_LOOK_BACK = 10
_UNIT = re.compile(r"\s?(?:元|块|万|亿|分|秒|毫秒|米|件|个|条|次|人|%|ms\b|kb\b|mb\b)|\.[0-9]|[a-z_]")

_WHOLE_PART = re.compile(r"[0-9]\.$")


def telephones(reading: Reading) -> Iterator[Find]:
    """The mobile numbers of a reading."""
    yield from (Find(KIND, *found.span()) for found in _DASHED.finditer(reading.text))
    for found in _RUN.finditer(reading.numbers):
        if found.end() - found.start() >= _LENGTH:
            yield from _within(reading, [group.span() for group in _GROUP.finditer(reading.numbers, *found.span())])


def _within(reading: Reading, groups: Sequence[tuple[int, int]]) -> Iterator[Find]:
    first = 0
    while first < len(groups):
        last = _last(reading, groups, first)
        if last is not None:
            yield Find(KIND, groups[first][0], groups[last][1])
        first = first + 1 if last is None else last + 1


def _last(reading: Reading, groups: Sequence[tuple[int, int]], first: int) -> int | None:
    """The group with which a number that begins with `first` ends."""
    if not _BEGINS.match(reading.numbers, groups[first][0]):
        return None
    for last in range(first, min(first + _LENGTH + 2, len(groups))):
        start, end = groups[first][0], groups[last][1]
        whole = first == 0 and last == len(groups) - 1
        if end - start <= _LONGEST and _is_mobile(reading, groups[first : last + 1], whole):
            return last if _stands_alone(reading, start, end) and _is_not_said_other(reading, start) else None
    return None


def _is_mobile(reading: Reading, groups: Sequence[tuple[int, int]], whole: bool) -> bool:
    digits = "".join(reading.numbers[start:end] for start, end in groups).translate(_LETTERS)
    if not _MOBILE.fullmatch(digits):
        return False
    lengths = tuple(end - start for start, end in groups)
    start, end = groups[0][0], groups[-1][1]
    if lengths in _USUAL | _CODED:
        return True
    return whole and (lengths[0] > 2 or set(lengths) == {1} or reading.is_disguised(start, end))


def _stands_alone(reading: Reading, start: int, end: int) -> bool:
    before = reading.text[max(0, start - 1) : start]
    if _UNIT.match(reading.text, end):
        return False
    if _WHOLE_PART.search(reading.text, max(0, start - 2), start):
        return False
    return not ("a" <= before <= "z" or before == "_") or bool(
        _TELEPHONE.search(reading.text, max(0, start - 5), start)
    )


def _is_not_said_other(reading: Reading, start: int) -> bool:
    before = reading.text[max(0, start - _LOOK_BACK) : start]
    return _end(_TELEPHONE, before) >= _end(_OTHER, before)


def _end(pattern: re.Pattern[str], text: str) -> int:
    """Where the last of the words ends, -1 for none."""
    return max((found.end() for found in pattern.finditer(text)), default=-1)
