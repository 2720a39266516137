"""Words that are values: one of a list, a product, a name, yes or no."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import regex

from nlp.slots.found import Found
from nlp.slots.plain import Plain

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁"
    "葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植"
    "甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边净阴闫佘练肖付代"
)
_COMPOUND = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|端木|南宫|长孙"
_TITLES = "先生|女士|小姐|老师|同学|经理|总|师傅|医生|阿姨|叔叔|哥|姐"
_GIVEN = r"[\p{Han}·]"
_STOPS = "是的了吗呢吧啊呀想要有没不就在会能可去来很都也还说问看个"
_INTRODUCTIONS = (
    r"(?:我的?)?(?:名字|姓名|大名)\s*(?:叫做?|是|为|:)?|我叫做?|叫我|称呼(?:我|是|:)?"
    r"|(?:联系人|收货人|收件人|预约人)\s*(?:叫|是|:)?|本人|我是"
)
_CALLED = regex.compile(
    rf"(?:{_INTRODUCTIONS})\s*(?P<name>(?:{_COMPOUND}|{_GIVEN}){_GIVEN}{{0,4}}?|[a-z][a-z .'\-]{{0,30}})"
    rf"(?=$|[\s,。.!;、~]|电话|手机|就行|就好|吧$|{_TITLES})(?P<title>{_TITLES})?"
)
_FAMILY = regex.compile(rf"我?(?:免贵)?姓(?P<name>{_COMPOUND}|[{_SURNAMES}])(?P<title>{_TITLES})?")
_WHOLE = regex.compile(
    rf"(?:我是|叫|就叫)?(?P<name>(?:(?:{_COMPOUND})[\p{{Han}}]{{1,2}}|[{_SURNAMES}][\p{{Han}}]{{1,2}}|[{_SURNAMES}](?:{_TITLES})))"
)
# Words that begin like a family name and are said in answer to anything.
_NO_NAMES = frozenset(
    """
    谢谢 谢了 谢谢你 谢谢您 谢谢啦 周一 周二 周三 周四 周五 周六 周日 周末 马上 方便 时间 成功 万一 高兴 安排 任何
    解决 包邮 关闭 温和 白色 黄色 金色
    常用 应该 强烈 陈列 毛病 路过 顾客 钱呢 向前 水货 成分 项目 游客 单号 单子 单据 高端 金额 查单 查下 查询 时候
    方法 于是 任务
    """.split()  # noqa: SIM905
)
_ANY_NAME = regex.compile(r"(?:我是|我叫|叫我?|就叫)?(?P<name>[\p{Han}·]{1,8}|[a-z][a-z .'\-]{0,30})(?:就行|吧|就好)?")

_YES = regex.compile(
    r"(?:(?:嗯+|恩+|是|是的|是啊|对|对的|对啊|没错|好|好的|好啊|行|行的|可以|可以的|要|要的|需要|确认|确定|同意|当然|没问题|ok|okay|yes|y|1|√|有|有的|愿意|收到)"
    r"[吧呀啊哦呢的~。!！,， ]*){1,4}"
)
_NO = regex.compile(
    r"(?:不|不是|不是的|不对|不用|不用了|不要|不要了|不需要|不行|不可以|不同意|不确定|不愿意|没有|没|否|别|算了|no|n|2|×|nope)"
    r"[吧呀啊哦呢的~。!！,， 谢了]*"
)


@dataclass(frozen=True)
class Lexicon:
    """Words to look for, each standing for one value: several wordings may stand for the same."""

    values: Mapping[str, str]

    @classmethod
    def of(cls, words: Iterable[str]) -> "Lexicon":
        """Words that stand for themselves."""
        return cls({Plain.of(word).closed_up.text: word for word in words if Plain.of(word).closed_up.text})

    @cached_property
    def _pattern(self) -> "regex.Pattern[str] | None":
        longest = sorted(self.values, key=len, reverse=True)
        return regex.compile("|".join(map(_bounded, longest))) if longest else None

    def find(self, text: str) -> Sequence[Found[str]]:
        """The values that a text names, in its order; the longest word wins."""
        plain = Plain.of(text).closed_up
        if self._pattern is None:
            return []
        found = self._pattern.finditer(plain.text)
        return [Found(self.values[one[0]], *plain.span(*one.span())) for one in found]


def names(text: str) -> Sequence[Found[str]]:
    """The name that somebody gives with the words for it: 我叫王芳, 联系人：李雷, 免贵姓周."""
    plain = Plain.of(text)
    found = _CALLED.search(plain.text)
    if found and found["name"][0] not in _STOPS and found["name"].strip():
        return [_named(plain, text, found)]
    family = _FAMILY.search(plain.text)
    return [_named(plain, text, family)] if family else []


def name_of(text: str, anything: bool = False) -> Found[str] | None:
    """The name that a whole answer is: 王芳, 周女士; with `anything` also what does not look like one."""
    plain = Plain.of(text.rstrip(" \n。.!！~～,，"))
    if plain.text.strip() in _NO_NAMES:
        return None
    for pattern in (_WHOLE, *([_ANY_NAME] if anything else [])):
        if found := pattern.fullmatch(plain.text.strip()):
            start = plain.text.index(found["name"])
            begin, end = plain.span(start, start + len(found["name"]))
            return Found(text[begin:end], begin, end)
    return None


def yes_or_no(text: str) -> Found[bool] | None:
    """What a whole answer says to a yes-or-no question."""
    plain = Plain.of(text).text.strip()
    is_no, is_yes = _NO.fullmatch(plain), _YES.fullmatch(plain)
    return Found(is_no is None, 0, len(text)) if is_no or is_yes else None


def _named(plain: Plain, text: str, found: "regex.Match[str]") -> Found[str]:
    start, end = plain.span(found.start("name"), found.end("title") if found["title"] else found.end("name"))
    said = text[start:end].strip()
    return Found(said, start, start + len(said))


def _bounded(word: str) -> str:
    """A word as it is looked for: Latin ones not inside of others."""
    head = r"(?<![a-z0-9])" if word[0].isascii() and word[0].isalnum() else ""
    tail = r"(?![a-z0-9])" if word[-1].isascii() and word[-1].isalnum() else ""
    return f"{head}{regex.escape(word)}{tail}"
