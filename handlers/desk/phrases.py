"""What people say when they want a person."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import regex

from nlp.normalise import bare, normalise
from nlp.shapes import alike_in_shape
from nlp.sounds import Sounds

# A shorter phrase must be the whole text: 「人工」 alone calls a person, 「人工智能」 does not.
_SHORTEST_PART = 3
# In longer texts only the phrases themselves are looked for, not what sounds like them.
_LONGEST_FUZZY = 30
# Who writes more than this and says 联系客服 tells what happened when they did.
_LONGEST_ASKED = 40
_TOLD = ("找", "联系", "叫", "要")
# Less pinyin might be anything.
_LEAST_LETTERS = 4
# What 人工 means where nobody is called: a thing that is made, work that is paid.
_COMPOUND = regex.compile(
    "人工(?:智能|智障|费|湖|岛|河|池|草|林|造|制|作|资|程|具|商|会|钱|价|成本|单价|降|增|呼吸|授精|受精|流产|喂养|"
    "培育|培养|养殖|饲养|繁殖|孵化|种植|采摘|合成|牛黄|心脏|关节|耳|鼻|骨|肝|肾|血管|瘤|晶|泪|眼|皮革|钻|宝石|珍珠|水晶|"
    "色素|甜味|香精|香料|添加|干预|神经|翻译|校对|审核|复核|标注|识别|检测|打包|分拣|安装|搬运|除草|取暖|光|雕|挖|"
    "景|瀑布|礁|岩|沙|海|雪|雨|冰|草坪)|客服(?:系统|软件|机器人|宝)"
)
# Words that only say what is not wanted instead of a person, or that look like a refusal and are none.
_IGNORED = regex.compile(
    "(?:我)?(?:不要|不想要|不想跟|不想和|不跟|不和|别用|别让|不用)(?:你|这个|这|跟|和)*"
    "(?:机器人|智能客服|人机|ai|自动回复|机器|小助手)(?:聊天?|说话?|回答?|回复|来|了)*|"
    "[特分级类性识区个告]别|别人|别的|没时间|浪费时间|[这那]么[长久]时间|不要紧"
)
_INSERTED = regex.compile(
    "(?<=[转接找要叫换系])(?:一下子?|一个|一位|一名|个|位|名|下|到|成|给|你们的?|您们的?|去|回|来)+(?=人工|客服|真人|活人)"
)
_CLAUSES = regex.compile(r"[,.;:!?。、~…\s]+")
_PIECES = regex.compile("[a-z]+|.", regex.DOTALL)
_REFUSED = frozenset({"不用了", "不用", "不需要", "不需要了", "不要了", "不必了", "不必", "算了", "先不用", "先不用了"})
_NEGATIONS = ("不", "别", "没", "无")
_BEFORE = """
    我们 我 你 您 请问 请 麻烦 劳驾 拜托 帮忙 帮 给 快点 快 赶紧 赶快 马上 立刻 立即 直接 现在 能不能 可不可以 能否 能
    可以 需要 想要 想 要 那 就 还是 先 急 求 再 必须 一定 只
""".split()  # noqa: SIM905
_AFTER = "一下 吧 啊 呀 呢 哦 啦 好吗 好不好 可以吗 行吗 行不行 急急 急 快点 快 在线等".split()  # noqa: SIM905
# Around a whole request, but not around 「客服」 alone: that greets, or thanks.
_POLITE = "你好 您好 谢谢 谢了 多谢 谢 哈喽 亲 吗 了 的".split()  # noqa: SIM905
_ALONE_AFTER = "在吗 在不在 出来 快出来".split()  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class _Unit:
    """One sound of a text: its code, the character that was written, or how many letters of pinyin."""

    code: str
    letter: str
    typed: int = 0


@dataclass(frozen=True, slots=True)
class _Near:
    """Requests that hold nothing but a phrase and small words, by their sounds. `wordings`: what each sound may be."""

    sounds: Sounds
    long: "regex.Pattern[str]"
    short: "regex.Pattern[str]"
    wordings: "dict[str, tuple[str, ...]]"

    @classmethod
    def of(cls, phrases: Sequence[str], sounds: Sounds) -> "_Near":
        """The phrases, made ready."""
        wordings: dict[str, list[str]] = {}
        for phrase in phrases:
            for worded in dict.fromkeys((phrase, *_slips(phrase))):
                wordings.setdefault(_codes(_units(worded, sounds)), []).append(worded)
        long = [codes for codes, worded in wordings.items() if len(worded[0]) >= _SHORTEST_PART]
        short = [codes for codes, worded in wordings.items() if len(worded[0]) < _SHORTEST_PART]
        before, after = _either(_BEFORE, sounds), _either(_AFTER, sounds)
        polite, alone = _either(_POLITE, sounds), _either(_ALONE_AFTER, sounds)
        return cls(
            sounds,
            regex.compile(f"(?:{before}|{polite})*(?P<said>{_any(long)})+(?:{before}|{after}|{polite})*"),
            regex.compile(f"(?:{before})*(?P<said>{_any(short)})+(?:{after}|{alone})*"),
            {codes: tuple(worded) for codes, worded in wordings.items()},
        )

    def find(self, text: str) -> str:
        """How a bare text is such a request; empty when it is none."""
        units = _units(text, self.sounds)
        codes = _codes(units)
        for pattern, is_short in ((self.long, False), (self.short, True)):
            found = pattern.fullmatch(codes)
            if found is None:
                continue
            spans = [units[start:end] for start, end in found.spans("said")]
            is_all = len(spans[0]) == len(units)
            if hows := [how for span in spans if (how := self._judged(span, is_short, is_all))]:
                return hows[0]
        return ""

    def _judged(self, span: Sequence[_Unit], is_short: bool, is_all: bool) -> str:
        """How a span of sounds is a phrase: as it is written, in pinyin, or with one wrong character."""
        written = [unit for unit in span if not unit.typed]
        for phrase in self.wordings.get(_codes(span), ()):
            pairs = zip(span, _collapsed(phrase, self.sounds), strict=False)
            wrong = sum(1 for unit, letter in pairs if not unit.typed and unit.letter != letter)
            if not wrong and len(written) == len(span):
                return f"“{phrase}”"
            letters = sum(unit.typed for unit in span)
            if not wrong and letters >= _LEAST_LETTERS and (not is_short or is_all):
                return f"拼音“{phrase}”"
            if wrong == 1 and not is_short and len(written) == len(span):
                return f"同音“{phrase}”"
        return ""


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases that call a person: the whole text, or a part of it when none of `unless` is there as well.

    With sounds also what was meant to be such a request: one wrong character that sounds or looks alike, or pinyin.
    """

    whole: frozenset[str]
    parts: tuple[str, ...]
    unless: tuple[str, ...]
    near: _Near | None = None

    @classmethod
    def of(cls, phrases: Iterable[str], unless: Iterable[str] = (), sounds: Sounds | None = None) -> "Phrases":
        """The phrases as they are compared."""
        plain = [normalise(phrase) for phrase in phrases]
        parts = tuple(phrase for phrase in plain if len(phrase) >= _SHORTEST_PART)
        whole = frozenset(map(bare, plain))
        near = _Near.of(sorted(whole - {""}), sounds) if sounds else None
        return cls(whole, parts, tuple(normalise(word) for word in unless), near)

    def match(self, text: str) -> bool:
        """Whether a text calls a person."""
        return bool(self.how(text))

    def how(self, text: str) -> str:
        """By which words a text calls a person; empty when it calls nobody."""
        plain = normalise(text)
        said = bare(plain)
        if said in self.whole:
            return f"“{said}”"
        loose = _INSERTED.sub("", _IGNORED.sub(" ", _COMPOUND.sub("\n", plain)))
        clauses = [clause for clause in _CLAUSES.split(loose) if clause]
        if any(bare(clause) in _REFUSED for clause in clauses):
            return ""
        short = len(said) <= _LONGEST_FUZZY and "\n" not in loose
        return (self._nearly(bare(loose)) if short else "") or self._partly(loose, clauses)

    def _nearly(self, said: str) -> str:
        return self.near.find(said) if self.near and said else ""

    def _partly(self, loose: str, clauses: Sequence[str]) -> str:
        """A phrase inside of the text that nothing speaks against."""
        long = (clause for clause in map(bare, clauses) if clause in self.parts)
        alone = (clause for clause in long if len(loose) <= _LONGEST_ASKED or not clause.startswith(_TOLD))
        if found := next(alone, ""):
            return f"“{found}”"
        negations = [word for word in self.unless if word.startswith(_NEGATIONS)]
        if any(word in loose for word in self.unless if word not in negations):
            return ""
        tells = len(loose) > _LONGEST_ASKED
        parts = [part for part in self.parts if not (tells and part.startswith(_TOLD))]
        for clause in clauses:
            said = bare(clause)
            part = next((part for part in parts if part in said), "")
            if part and not any(word in clause for word in negations):
                return f"“{part}”"
        return ""


class Last:
    """The phrases that were made last: what takes a while to make is asked for by several capabilities of a bot."""

    def __init__(self) -> None:
        self._made: tuple[Sequence[str], Sequence[str], Phrases] | None = None

    def of(self, phrases: Sequence[str], unless: Sequence[str], sounds: Sounds) -> Phrases:
        """The phrases as they are compared."""
        last = self._made
        if last is None or last[:2] != (phrases, unless):
            last = self._made = (phrases, unless, Phrases.of(phrases, unless, sounds))
        return last[2]


def _slips(phrase: str) -> Iterator[str]:
    """A phrase with one character that looks alike, or with its end turned round, where that is nothing else."""
    if len(phrase) < _SHORTEST_PART:
        return
    for at, letter in enumerate(phrase):
        yield from (phrase[:at] + other + phrase[at + 1 :] for other in alike_in_shape(letter) if letter in "人工")
    if phrase.startswith("转"):
        yield phrase[:-2] + phrase[-1] + phrase[-2]


def _units(text: str, sounds: Sounds) -> Sequence[_Unit]:
    """The sounds of a bare text, those that are said twice in a row once."""
    units: list[_Unit] = []
    for piece in _PIECES.findall(text):
        row = sounds.of(piece) if piece.isascii() and piece.isalpha() else None
        if row is None:
            new = [_Unit(sounds.sound(piece), piece)]
        else:
            new = [_Unit(code, code, typed) for code, typed in zip(row.codes, row.typed, strict=True)]
        units += [one for one in new if not units or units[-1].code != one.code]
    return units


def _codes(units: Iterable[_Unit]) -> str:
    return "".join(unit.code for unit in units)


def _collapsed(phrase: str, sounds: Sounds) -> Sequence[str]:
    return [unit.letter for unit in _units(phrase, sounds)]


def _either(words: Iterable[str], sounds: Sounds) -> str:
    return _any(_codes(_units(word, sounds)) for word in words)


def _any(codes: Iterable[str]) -> str:
    return "|".join(regex.escape(one) for one in sorted(codes, key=len, reverse=True)) or "(?!)"
