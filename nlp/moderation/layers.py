"""The layers of moderation: each undoes one kind of disguise, and a list may say which of them may find an entry."""

from enum import StrEnum


class Layer(StrEnum):
    """Which disguise was undone to find an entry, plainest first: of several that find the same, the first is named."""

    EXACT = "exact"
    FOLD = "fold"
    SKELETON = "skeleton"
    DECODED = "decoded"
    BRACKETS = "brackets"
    COLUMNS = "columns"
    DIGITS = "digits"
    LEET = "leet"
    SYLLABLES = "syllables"
    INITIALS = "initials"
    RECOMPOSED = "recomposed"
    HOMOPHONES = "homophones"
    SHAPES = "shapes"
    REVERSED = "reversed"
    CONTACT = "contact"
    PATTERN = "pattern"
    PIECES = "pieces"
    CONDUCT = "conduct"
    SCORE = "score"

    @property
    def label(self) -> str:
        """The name that managers and staff read."""
        return _labels()[self]


def _labels() -> dict[Layer, str]:
    return {
        Layer.EXACT: "原词",
        Layer.FOLD: "全角、繁体、特殊字母",
        Layer.SKELETON: "夹符号、空格、重复字",
        Layer.DECODED: "转义编码",
        Layer.BRACKETS: "括号干扰",
        Layer.COLUMNS: "竖排",
        Layer.DIGITS: "数字变形",
        Layer.LEET: "数字代字母",
        Layer.SYLLABLES: "拼音",
        Layer.INITIALS: "拼音首字母",
        Layer.RECOMPOSED: "拆字",
        Layer.HOMOPHONES: "谐音字",
        Layer.SHAPES: "形近字",
        Layer.REVERSED: "倒写",
        Layer.CONTACT: "联系方式",
        Layer.PATTERN: "正则",
        Layer.PIECES: "分几条发",
        Layer.CONDUCT: "发言方式",
        Layer.SCORE: "语气",
    }
