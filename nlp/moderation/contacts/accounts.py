"""Numbers and names of accounts elsewhere: only where a word before them says so."""

import re
from collections.abc import Iterator

from nlp.moderation.contacts.find import Find
from nlp.moderation.contacts.reading import Reading

NUMBER, NAME, OTHER = "QQ号", "微信号", "其他账号"
_MARK = r"[\W_]"
# What may stand between the word and the number.
_BETWEEN = rf"(?:{_MARK}|号码|同?号|群|裙|是|为|加|搜|我|联系|[帐账]号){{0,6}}"
_DIGITS = rf"[1-9](?:{_MARK}{{0,3}}[0-9]){{4,10}}"
_QQ = re.compile(
    rf"(?:(?<![a-z])q{_MARK}{{0,2}}q(?![a-z])|[扣抠叩蔻寇口]{{2}}|[球秋丘]{{2}}|企{_MARK}{{0,2}}鹅|\U0001F427"
    rf"|[加+➕扣抠]{_MARK}{{0,2}}q|[扣抠]我|(?<![a-z])q{_MARK}{{0,2}}[我号群裙]|[加进入+]{_MARK}{{0,2}}[群裙]|[群裙]{_MARK}{{0,2}}号)"
    rf"{_BETWEEN}(?P<number>{_DIGITS})(?![0-9a-z])"
)
_ENOUGH = re.compile(r"(?:[0-9][^0-9]{0,3}){5}")
_UNIT = re.compile(r"\s?(?:元|块|万|亿|分|秒|件|个|颗|条|次|人|名|位|%|年|月|天|米|步)")
# 微信 and what sounds or looks like it; few characters count alone, and only with a mark behind them.
_ALONE = "微薇威葳溦徽"
_WEI, _XIN = "微薇威葳溦唯维卫徽崴围韦伟味尾未为魏", "信芯心欣新辛馨鑫星兴❤♥💗💓言亻"
_WORD = (
    rf"(?:[{_WEI}]{_MARK}{{0,2}}[{_XIN}]|(?<![a-z])v{_MARK}{{0,2}}(?:[{_XIN}]|x)(?![a-z])"
    rf"|(?<![a-z])w{_MARK}{{0,2}}x(?![a-z])|weixin|wechat|绿泡泡|绿色?软件|绿信"
    rf"|(?:加|[+➕]|联系|私|找|搜){_MARK}{{0,2}}(?:[{_WEI}]|v)(?![a-z])|(?<![a-z])v{_MARK}{{0,2}}(?:号|:)"
    rf"|[{_ALONE}](?=[^\w\s]))"
)
_NAMED = re.compile(
    rf"{_WORD}{_BETWEEN}(?P<name>[a-z]{{1,14}}(?:[_-]?[a-z]{{1,8}})?[_-]?(?:{_MARK}{{0,2}}[0-9]){{2,12}}[a-z0-9_-]{{0,6}})(?![a-z0-9])"
)
_LETTERED = re.compile(
    rf"(?:{_WORD}{_MARK}{{0,2}}(?:号|id|[帐账]号|[:=>→]){_BETWEEN}|(?:加|[+➕]){_MARK}{{0,2}}(?:{_WORD}|v){_MARK}{{1,3}})"
    r"(?P<name>[a-z](?=[a-z0-9_-]*[a-z])[a-z0-9_-]{5,19})(?![a-z0-9_-])"
)
_COUNTED = re.compile(rf"{_WORD}{_BETWEEN}(?P<name>{_DIGITS})(?![0-9a-z])")
_ELSEWHERE = re.compile(
    rf"(?:(?<![a-z])(?:tg|telegram|whatsapp)(?![a-z])|电报|纸?飞机){_MARK}{{0,2}}(?:号{_MARK}{{0,2}}|[:@]{_MARK}?)"
    r"(?P<name>[a-z+][a-z0-9_]{4,31}|\+?[0-9]{7,15})(?![a-z0-9_])"
)
_SHORTEST = 6
# Programs and devices that people write about beside 微信, with their versions.
_DEVICE = re.compile(
    r"(?:windows|win|iphone|ipad|ios|android|mac|macos|version|ver|v|pro|api|sdk|bot|pc|pay|app|web|harmonyos|mate|mini|h5"
    r"|https?|error|code|python|java|node)[\W_0-9]*"
)


def accounts(reading: Reading) -> Iterator[Find]:
    """The accounts in a reading: QQ numbers, WeChat names (six to twenty letters, digits, _ and -), others."""
    if _ENOUGH.search(reading.numbers):
        yield from (Find(NUMBER, *found.span()) for found in _QQ.finditer(reading.numbers) if _ends(reading, found))
        yield from (Find(NAME, *found.span()) for found in _COUNTED.finditer(reading.numbers) if _ends(reading, found))
    for pattern in (_NAMED, _LETTERED):
        found_names = (found for found in pattern.finditer(reading.numbers) if _is_name(found["name"]))
        yield from (Find(NAME, *found.span()) for found in found_names if _ends(reading, found))
    yield from (Find(OTHER, *found.span()) for found in _ELSEWHERE.finditer(reading.text))


def _is_name(name: str) -> bool:
    return len(name) >= _SHORTEST and not _DEVICE.fullmatch(name)


def _ends(reading: Reading, found: re.Match[str]) -> bool:
    """Whether no unit follows that would make it an amount."""
    return not _UNIT.match(reading.text, found.end())
