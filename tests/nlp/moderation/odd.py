"""Odd texts: what evaders, programs and children on a keyboard send, any number and for each seed the same."""

import random
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle, islice

PINYIN = "shua dan jia wei xin lao hu ji xian shi zhong chang zhuang er n ng a".split()  # noqa: SIM905
MARKS = "*·•.-_~、，。 \u200b\u200d\u2060\u0301\u0336\ufe0f🔥\n\t|/\\"
SCRIPTS = (
    "刷单微信",
    "abcXYZ",
    "абв",
    "αβγ",
    "ｖｘ",
    "𝐯𝐱",
    "あア",
    "한국",
    "עברית",
    "ﷺİß",
    "①Ⅷ㊙",
    "🅰🇨",
    "\ud800\udfff",
)
CODES = ("&#21047;", "&#x5237;", "&#", "&amp;", "%E5%88%B7", "%E5%88", "%", "\\u5237", "\\u", "U+5237", "\\x41", "&;#%")
BRACKETS = "()（）[]【】{}<>《》「」“”"
CONTACTS = (
    "微信",
    "v",
    "加",
    "qq",
    "扣扣",
    "：",
    "@",
    "at",
    ".",
    "点",
    "com",
    "www.",
    "http://",
    "群",
    "号",
    "a1_",
    "tg:",
)
DIGITS = ("1", "3", "8", "０", "③", "八", "幺", "洞", "零", "o", "l", "i", "86", "+")

Make = Callable[[random.Random, Sequence[str]], str]


def text(chance: random.Random, words: Sequence[str]) -> str:
    """One text."""
    return chance.choice(list(KINDS.values()))(chance, words)


def repeated(chance: random.Random, words: Sequence[str], size: int) -> str:
    """Some pieces again and again: what is slow for a part is slower for all."""
    pieces = "".join(_some(chance, [*CODES, *CONTACTS, *DIGITS, *BRACKETS, *MARKS, *PINYIN, *SCRIPTS, *words], 4))
    return "".join(islice(cycle(pieces), size))


def _some(chance: random.Random, pieces: Sequence[str], most: int) -> list[str]:
    return [chance.choice(pieces) for _ in range(chance.randint(1, most))]


def _any(chance: random.Random, words: Sequence[str]) -> str:
    ends = (0x80, 0x3000, 0xA000, 0x10000, 0x110000)
    return "".join(chr(chance.randrange(chance.choice(ends))) for _ in range(chance.randint(0, 80)))


def _mutated(chance: random.Random, words: Sequence[str]) -> str:
    """Listed words with their letters apart, doubled, coded, turned round or cut."""
    signs = list("".join(_some(chance, words, 4)))
    for _ in range(chance.randint(1, 2 * len(signs))):
        at = chance.randrange(len(signs))
        sign = signs[at][:8] or chance.choice(MARKS)
        changes = (
            sign * 2,
            sign + chance.choice(MARKS),
            f"（{sign}）",
            f"&#{ord(sign[0])};",
            sign[::-1],
            "",
            sign + "x",
        )
        signs[at] = chance.choice(changes)
    return "".join(signs if chance.random() < 0.8 else reversed(signs))


def _run(chance: random.Random, words: Sequence[str]) -> str:
    return chance.choice([*MARKS, *BRACKETS, *DIGITS, "刷", "a", "\u200b"]) * chance.randint(2, 1500)


def _nested(chance: random.Random, words: Sequence[str]) -> str:
    depth = chance.randint(1, 200)
    one, other = chance.choice(("()", "（）", "【】", "<>", "“”"))
    return one * depth + chance.choice(words) + other * chance.choice((depth, depth // 2, 0))


def _mixed(pieces: Sequence[str], most: int) -> Make:
    return lambda chance, words: "".join(_some(chance, [*pieces, *words[:3]], most))


def _spread(chance: random.Random, words: Sequence[str]) -> str:
    """Words with many marks that nobody sees, or lines, between their letters."""
    between = chance.choice(("\u200b", "\n", "\u0336", " ", "\ufe0f")) * chance.randint(1, 60)
    return between.join("".join(_some(chance, words, 3)))


def _lines(chance: random.Random, words: Sequence[str]) -> str:
    return "\n".join("".join(_some(chance, [*"刷单加微信 ", ""], 6)) for _ in range(chance.randint(2, 400)))


def _digits(chance: random.Random, words: Sequence[str]) -> str:
    return "".join(piece + chance.choice(("", "", *MARKS)) for piece in _some(chance, DIGITS, 120))


KINDS: Mapping[str, Make] = {
    "any": _any,
    "mutated": _mutated,
    "run": _run,
    "nested": _nested,
    "spread": _spread,
    "lines": _lines,
    "digits": _digits,
    "scripts": _mixed(["".join(SCRIPTS), *"".join(SCRIPTS)], 120),
    "codes": _mixed(CODES, 60),
    "brackets": _mixed(BRACKETS, 200),
    "pinyin": _mixed(PINYIN, 120),
    "contacts": _mixed([*CONTACTS, *DIGITS, *MARKS], 80),
}
