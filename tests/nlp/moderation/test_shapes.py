"""Characters that stand for others that look alike are seen through, as far as the text around them speaks for it."""

import pytest

from nlp.moderation.language import Language
from nlp.moderation.matchers.listing import Word
from nlp.moderation.matchers.shapes import Shapes
from nlp.moderation.view import View

WORDS = """
论文代发 代刷好评 精准粉丝 真钱棋牌 秒到账户 返现群 赌盘 刷钻 蠢猪 人渣 快三 下载速度 网上赌场 废物东西 六合彩 买小车
生存保险
""".split()  # noqa: SIM905


@pytest.fixture(scope="module")
def shapes(language: Language) -> Shapes:
    return Shapes([Word(at, letters) for at, letters in enumerate(WORDS)], language)


def found(shapes: Shapes, language: Language, text: str) -> list[tuple[str, str, bool]]:
    """The words found, what stands for them, and whether people have to look at it."""
    finds = shapes.finds(View(text, language.folding))
    return [(WORDS[find.number], text[find.start : find.end], find.review) for find in finds]


@pytest.mark.parametrize(
    ("text", "word", "written"),
    [
        ("有返观群吗", "返现群", "返观群"),
        ("找我论文伐发", "论文代发", "论文伐发"),
        # two of four
        ("专业论丈伐发", "论文代发", "论丈伐发"),
        ("真饯棋脾玩吗", "真钱棋牌", "真饯棋脾"),
        ("精维扮丝", "精准粉丝", "精维扮丝"),
        # not even alike
        ("论文代膈", "论文代发", "论文代膈"),
        ("精难粉丝", "精准粉丝", "精难粉丝"),
        ("论文佬岌", "论文代发", "论文佬岌"),
    ],
)
def test_a_word_with_look_alikes_in_it_is_found(
    shapes: Shapes, language: Language, text: str, word: str, written: str
) -> None:
    assert found(shapes, language, text) == [(word, written, False)]


@pytest.mark.parametrize(
    ("text", "word"), [("老哥们赌益冲", "赌盘"), ("急刷姑速来", "刷钻"), ("蠢腊", "蠢猪"), ("蠢渚", "蠢猪")]
)
def test_two_characters_are_for_people_to_look_at(shapes: Shapes, language: Language, text: str, word: str) -> None:
    assert [(name, review) for name, _, review in found(shapes, language, text)] == [(word, True)]


@pytest.mark.parametrize(
    "text",
    [
        "送餐速度太慢",
        "再也不来这家店买东西",
        "中央六台有什么节目",
        "网上贴价三百多",
        "垃圾渣渣",
        "裤子要买小一码",
        "三楼太渣了",
        "蠢捂",
        "让你们快看看，快买吧",
        "怎么买生育保险",
        "返猫群",
    ],
)
def test_what_is_likelier_meant_as_it_stands_is_left_alone(shapes: Shapes, language: Language, text: str) -> None:
    assert found(shapes, language, text) == []


def test_two_characters_look_as_much_alike_whichever_is_named_first(language: Language) -> None:
    assert language.likeness("徽", "微") == language.likeness("微", "徽") == 0
    far = language.likeness("臼", "日")
    assert far is not None and far == language.likeness("日", "臼") > 20
    assert language.likeness("我", "是") is None


def test_what_looks_like_a_character_is_known_from_either(language: Language) -> None:
    shapes = language.tables.shapes
    known = [(sign, like) for sign in "微信代款群码现博彩" for like in shapes[sign][:40]]
    assert sum(sign in shapes[like] for sign, like in known) > 0.95 * len(known)
