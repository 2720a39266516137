"""Characters as they are compared: width, case, alphabet, tradition and decoration make no difference."""

import unicodedata
from collections.abc import Sequence

import regex

from nlp.moderation.characters.tables import Tables
from nlp.moderation.points import Points

# A filled table holds 0.1 kB a character; texts in earnest use a few thousand different ones.
_KEPT = 20_000
_UNSEEN = frozenset({"Mn", "Me", "Cf", "Cc", "Cs", "Co", "Cn"})
# Letters and vowels that are drawn as nothing.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_NAMED_LETTER = regex.compile(
    r"(?:LATIN (?:CAPITAL |SMALL )?LETTER (?:SMALL CAPITAL |OPEN |REVERSED |TURNED )?"
    r"|(?:NEGATIVE |SQUARED |CIRCLED |CROSSED )+LATIN CAPITAL LETTER |REGIONAL INDICATOR SYMBOL LETTER )"
    r"([A-Z])(?: WITH .*)?"
)
# Radicals that Unicode gives no ordinary character for, in the order of their block.
_RADICALS = (
    "\u2e81厂\u2e84乙\u2e85人\u2e86冂\u2e87几\u2e88刀\u2e89刀\u2e8a卜\u2e8c小\u2e8d小\u2e8e兀\u2e92巳\u2e93幺\u2e95彐\u2e96心\u2e97心\u2e98手"
    "\u2e99攵\u2e9b旡\u2e9c日\u2e9d月\u2e9e歹\u2e9f母\u2ea0民\u2ea1水\u2ea2水\u2ea3火\u2ea4爪\u2ea5爪\u2ea6丬\u2ea7牛\u2ea8犬\u2ea9王\u2eaa疋"
    "\u2eab目\u2eac示\u2ead示\u2eae竹\u2eb0丝\u2eb1网\u2eb2网\u2eb6羊\u2eb7羊\u2eb9老\u2eba聿\u2ebb聿\u2ebc肉\u2ebd臼\u2ebe草\u2ebf草\u2ec0草"
    "\u2ec1虎\u2ec2衣\u2ec3西\u2ec4西\u2ec5见\u2ec6角\u2ec7角\u2ec8言\u2ec9贝\u2eca足\u2ecb车\u2ecc走\u2ecd走\u2ece走\u2ecf邑\u2ed0金\u2ed1长"
    "\u2ed2长\u2ed3长\u2ed4门\u2ed5阜\u2ed6阜\u2ed7雨\u2ed8青\u2ed9韦\u2eda页\u2edb风\u2edc飞\u2edd食\u2ede食\u2edf食\u2ee0食\u2ee1首\u2ee2马"
    "\u2ee3骨\u2ee4鬼\u2ee5鱼\u2ee6鸟\u2ee7卤\u2ee8麦\u2ee9黄\u2eea黾\u2eeb齐\u2eec齐\u2eed齿\u2eee齿\u2eef龙\u2ef0龙\u2ef1龟\u2ef2龟\u2ef3龟"
)
_ZERO = "零"


class Folding(dict[int, str]):
    """A table for `str.translate` that leaves only letters and digits, folded; marks, spaces and emoji become nothing.

    It fills itself as characters are seen; what it answers never depends on what it has seen, so threads may share it.
    """

    def __init__(self, tables: Tables) -> None:
        super().__init__()
        self._variants = {**dict(zip(_RADICALS[::2], _RADICALS[1::2], strict=True)), **tables.variants, "〇": _ZERO}
        self._letters = tables.letters

    def of(self, words: Sequence[str]) -> list[str]:
        """Each word folded, as by `str.translate`; quick for many words that nothing is to be done about."""
        folded, points = list(words), Points(words)
        for at in points.having(sign for sign in points.signs() if self[ord(sign)] != sign):
            folded[at] = folded[at].translate(self)
        return folded

    def __missing__(self, point: int) -> str:
        folded = self._fold(chr(point))
        if len(self) < _KEPT:
            self[point] = folded
        return folded

    def _fold(self, sign: str) -> str:
        if sign in _BLANK:
            return ""
        plain = (part for part in unicodedata.normalize("NFKD", sign) if unicodedata.category(part) not in _UNSEEN)
        return "".join(map(self._single, unicodedata.normalize("NFKC", "".join(plain)).casefold()))

    def _single(self, sign: str) -> str:
        """One character without decoration: its simplified or Latin form, nothing for a mark."""
        sign = self._variants.get(sign, sign)
        if sign.isascii():
            return sign if sign.isalnum() else ""
        return self._letters.get(sign) or _named(sign)


def is_unseen(sign: str) -> bool:
    """Whether a character is drawn as nothing, or onto the one before it; white space is seen."""
    return sign in _BLANK or (unicodedata.category(sign) in _UNSEEN and not sign.isspace())


def is_drawn_onto(sign: str) -> bool:
    """Whether a character is drawn onto the one before it."""
    return unicodedata.category(sign) in {"Mn", "Me"}


def _named(sign: str) -> str:
    """What the character's name or value says that it is."""
    named = _NAMED_LETTER.fullmatch(unicodedata.name(sign, ""))
    if named:
        return str(named[1]).lower()
    category = unicodedata.category(sign)
    if category in {"No", "Nd"}:
        number = unicodedata.numeric(sign, -1)
        return str(int(number)) if number >= 0 and number == int(number) else ""
    return sign if category[0] in "LN" else ""
