"""Whether two answers to the same question cannot both be right."""

from collections import defaultdict
from collections.abc import Mapping

import regex

from nlp.normalise import normalise
from nlp.slots.amounts import amounts, quantities

_POLITE = regex.compile(r"^(?:亲|您好|你好|抱歉|不好意思|很遗憾|目前|暂时|一般|通常|这款|本店|[\s，,。！!～~：:])+")
_NO = regex.compile(
    r"(?:都|也|是)?(?:不(?!错|过|限|仅|但|同|一样|妨|用担心|客气)|没有|没法|无法|无需|暂不|暂无|未|别(?!的|人|家)|禁止|谢绝|勿)"
)
_YES = regex.compile(r"(?:都|也)?(?:可以|可(?!能)|能|是的|会的|会|有|支持|需要|要|行|对的|当然|没问题|欢迎)")
_DATE = regex.compile(r"(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]")
_TIME = regex.compile(r"(\d{1,2})\s*[:：]\s*(\d{2})")


def contradiction(first: str, second: str) -> str:
    """What two answers contradict each other in (Chinese, "48 小时" and "72 小时"); empty when nothing shows."""
    said = _polarity(first), _polarity(second)
    if all(said) and said[0] != said[1]:
        return "一条说“是”，一条说“不”"
    mine, theirs = _figures(first), _figures(second)
    for unit in mine.keys() & theirs.keys():
        if not mine[unit].keys() & theirs[unit].keys():
            return f"一条是“{_shown(mine[unit])}”，一条是“{_shown(theirs[unit])}”"
    return ""


def _polarity(answer: str) -> str:
    """Whether an answer begins with yes or with no; empty when with neither."""
    beginning = _POLITE.sub("", normalise(answer))
    if _NO.match(beginning):
        return "no"
    return "yes" if _YES.match(beginning) else ""


def _figures(answer: str) -> Mapping[str, Mapping[object, str]]:
    """The figures of an answer by their unit, each with its own words."""
    found: dict[str, dict[object, str]] = defaultdict(dict)
    for money in amounts(answer):
        found["元"][money.value] = answer[money.start : money.end]
    for counted in quantities(answer):
        if counted.value.unit and counted.value.unit not in "个位":
            found[counted.value.unit][counted.value.count] = answer[counted.start : counted.end]
    for name, pattern in (("月日", _DATE), ("钟点", _TIME)):
        for one in pattern.finditer(answer):
            found[name][int(one[1]), int(one[2])] = one[0]
    return found


def _shown(values: Mapping[object, str]) -> str:
    return "、".join(dict.fromkeys(words.strip() for words in values.values()))
