"""Text as it is compared: the many ways to type the same words become one."""

import re
import unicodedata
from types import MappingProxyType

import regex

from nlp.traditional import SIMPLIFIED, TRADITIONAL

# WeChat and WeCom send their built-in stickers as these names in square brackets.
STICKERS = frozenset(
    """
    微笑 撇嘴 色 发呆 得意 流泪 害羞 闭嘴 睡 大哭 尴尬 发怒 调皮 呲牙 惊讶 难过 囧 抓狂 吐 偷笑 愉快 白眼 傲慢 困 惊恐
    憨笑 悠闲 咒骂 疑问 嘘 晕 衰 骷髅 敲打 再见 擦汗 抠鼻 鼓掌 坏笑 右哼哼 左哼哼 鄙视 委屈 快哭了 阴险 亲亲 可怜 笑脸
    生病 脸红 破涕为笑 恐惧 失望 无语 嘿哈 捂脸 奸笑 机智 皱眉 耶 吃瓜 加油 汗 天啊 emm 社会社会 旺柴 好的 打脸 哇
    翻白眼 666 让我看看 叹气 苦涩 裂开 嘴唇 爱心 心碎 拥抱 强 弱 握手 胜利 抱拳 勾引 拳头 ok 合十 啤酒 咖啡 蛋糕 玫瑰
    凋谢 菜刀 炸弹 便便 月亮 太阳 庆祝 礼物 红包 发 福 烟花 爆竹 猪头 跳跳 发抖 转圈 给力 吓 奋斗 鲜花 握拳 赞
    """.split()  # noqa: SIM905
)

# Controls (but not white space), formats, surrogates, private use, variation selectors, skin tones, blank letters.
_INVISIBLE = regex.compile(
    r"[[\p{Cc}--\s]\p{Cf}\p{Cs}\p{Co}\u034F\uFE00-\uFE0F\u180B-\u180F\U000E0100-\U000E01EF\U0001F3FB-\U0001F3FF"
    r"\u115F\u1160\u3164\uFFA0]",
    regex.V1,
)
_SPACES = regex.compile(r"\s+")
_SPACE_BY_HAN = regex.compile(r"(?<=[\p{Han}\u3000-\u303F]) | (?=[\p{Han}\u3000-\u303F])")
_MARKS = regex.compile(r"([!?.,;:。、~〜·•\-—_*^'\"]|\p{So})\1+")
# `re` is thrice as fast as `regex` with these two, which see every text.
_LAUGHTER = re.compile(r"([哈呵嘿嘻呜啊呀哦噢喔嗯唔哇啦哎唉h])\1{2,}")
_STICKER = regex.compile(r"\[([^\[\]]{1,6})\]")
_LETTER = regex.compile(r"[\u4E00-\u9FFFa-zA-Z0-9]")
_DECORATION = regex.compile(r"[^\p{L}\p{M}\p{N}]+")
# One character for one, so that places in a text stay what they are. `re` keeps large sets as bitmaps, unlike `regex`.
_TRADITIONAL = re.compile(f"[{TRADITIONAL}]")
_SIMPLIFIED = MappingProxyType(str.maketrans(TRADITIONAL, SIMPLIFIED))
# One pass can expose new work for the next (a mark removed between two equal ones); two passes nearly always settle.
_PASSES = 8
# Characters that no step changes, marks where they stand alone; only laughter can be made of them.
_SETTLED = re.compile(r"[a-z0-9\u4E00-\u9FFF]*+(?:[?!,.\u3001\u3002](?![?!,.\u3001\u3002])[a-z0-9\u4E00-\u9FFF]*+)*+")


def normalise(text: str) -> str:
    """The comparable form of a text: what differs only in typing becomes equal.

    Traditional characters, width and compatibility forms (Unicode NFKC), case (full case folding), invisible
    characters, white space (none beside Chinese characters), repeated marks and emoji, drawn-out laughter. Total and
    idempotent for any `str`; surrogates are dropped, so the result always encodes.
    """
    # The wide marks of nearly every Chinese text, as NFKC will have them: most texts are settled then.
    text = simplified(text).replace("，", ",").replace("？", "?").replace("！", "!")
    if _SETTLED.fullmatch(text) and not _LAUGHTER.search(text):
        return text
    for _ in range(_PASSES):
        text, before = _pass(text), text
        if text == before:
            break
    return text


def simplified(text: str) -> str:
    """The text in simplified characters; as long as before."""
    return text.translate(_SIMPLIFIED) if _TRADITIONAL.search(text) else text


def bare(text: str) -> str:
    """The normalised text without marks, emoji, stickers and spaces: what remains are letters and digits.

    Empty for a text that is nothing else; compare `normalise` then.
    """
    plain = normalise(text)
    found = _DECORATION.sub("", without_stickers(plain) if "[" in plain else plain)
    return found if found == plain else normalise(found)


def core(text: str) -> str:
    """What two texts have in common that are the same question: their bare form, or the normalised one without it."""
    return bare(text) or normalise(text)


def says_nothing(text: str) -> bool:
    """Whether the core of a text is empty."""
    return not _LETTER.search(text) and not core(text)


def without_stickers(text: str) -> str:
    """A normalised text without WeChat's sticker names in brackets."""
    return _STICKER.sub(lambda found: " " if found[1] in STICKERS else found[0], text)


def _pass(text: str) -> str:
    text = _INVISIBLE.sub("", text)
    text = simplified(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()))
    text = _SPACE_BY_HAN.sub("", _SPACES.sub(" ", text)).strip()
    return _LAUGHTER.sub(r"\1\1", _MARKS.sub(r"\1", text))
