"""How satisfied somebody says they are, as a score from 1 to 5: a digit, a word or a sign."""

from collections.abc import Mapping, Sequence

import regex

from nlp.normalise import normalise

_MUCH = "(?:非常|十分|特别|超级?|相当|太|最|很|真)"
_RATHER = "(?:挺|蛮|还|比较|还算|还挺|基本)"
# What people answer when asked how it was. 好的 and 可以 are not here: they say only that the question was heard.
_WORDS: Mapping[int, Sequence[str]] = {
    5: (
        *(f"{_MUCH}(?:满意|好|棒|赞|不错|给力)的?", "(?:五星)?好评", "满分", "完美", "点赞", "给力"),
        *("[👍💯]", r"\[[强赞]\]"),
    ),
    4: (f"{_RATHER}?(?:满意|不错)的?", f"{_RATHER}好的?"),
    3: ("一般般?", "还行", "还可以", "凑合", "马马虎虎", "中评", "说不上好坏"),
    2: ("不太?好", "不怎么样", "不太行", "[较比]较?差", "(?:不|不太|不够|不大|不是很|不怎么|不算|有点不)满意"),
    1: (
        f"{_MUCH}(?:差劲?|烂|失望|糟糕?|不好|垃圾)的?", f"(?:{_MUCH}|极其?|一点儿?[都也]|根本|完全|毫)不满意",
        "差评", "差劲", "糟糕", "垃圾", "失望", "[👎]", r"\[弱\]",
    ),
}  # fmt: skip
_SAYS: Mapping[int, "regex.Pattern[str]"] = {score: regex.compile("|".join(words)) for score, words in _WORDS.items()}
# A figure in Chinese has to be one of points or stars: 五 alone may be anything.
_POINTS = regex.compile(
    r"(?:我?(?:要|想)?(?:给您?|打|评|选)个?|评分:?)?"
    r"(?:\(?(?P<digit>[1-5])(?:[).\u20e3]|分|颗?星|星级?)?|(?P<han>[一二两三四五])(?:分|颗?星)|(?P<full>10分|100分|一百分|十分))"
    r"(?:好评|满意|很满意|一般|不满意|很不满意)?"
)
_HAN: Mapping[str, int] = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
# What may be said around it. A "?" is not among the marks: who asks gives no score.
_BEFORE = regex.compile(r"^(?:(?:我)?(?:觉得|对(?:这次)?服务)?(?:服务(?:态度)?)?)")
_AFTER = regex.compile(r"[\s。.,、!~]*(?:[吧啦哦喔呀哈了啊呢]|谢谢您?你?|感谢)?[\s。.,、!~]*$")
_STAR = frozenset("⭐★🌟")
BEST = 5


def score_of(text: str) -> int:
    """The score that a whole text is, 1 to 5; 0 when it is none, or more than that."""
    if stars := _stars(text):
        return stars
    plain = _AFTER.sub("", normalise(text))
    if found := _POINTS.fullmatch(plain):
        return BEST if found["full"] else int(found["digit"] or _HAN[found["han"]])
    return next((score for score, says in _SAYS.items() if says.fullmatch(_BEFORE.sub("", plain))), 0)


def _stars(text: str) -> int:
    """How many stars a text is; they are counted as typed, for equal ones become one when it is normalised."""
    signs = [sign for sign in text if sign not in "\ufe0f \u3000"]
    full = sum(sign in _STAR for sign in signs)
    return full if 0 < full <= BEST and all(sign in _STAR or sign in "☆✩" for sign in signs) else 0
