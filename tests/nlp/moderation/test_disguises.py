"""Listed words are found behind every disguise, with the layer and the place; ordinary words never are."""

from urllib.parse import quote

import pytest

from nlp.moderation.allow import Allow
from nlp.moderation.entry import Entry
from nlp.moderation.filter import Filter
from nlp.moderation.hit import Judgement
from nlp.moderation.language import Language
from nlp.moderation.layers import Layer

WORDS = """
刷单 办证 套现 代考 下注 庄家 日结 上分 代写 洗钱 加微信 时时彩 老虎机 加扣扣 招代理 高价收卡 贷款秒批 开户送彩金
出售银行卡 体育投注 靠谱兼职 bonus返水 casino sb tmd 加VX 王八蛋 神经病 傻子 去死 快三 外挂 发票代开 网赌平台 线下约见面
小姐 上门服务 下载速度 口令863520 一起8888888
""".split()  # noqa: SIM905


@pytest.fixture(scope="module")
def listed(language: Language) -> Filter:
    entries = [Entry(word, "ad") for word in (*WORDS, "poker room")]
    return Filter.build(entries, Allow(phrases=frozenset({"垃圾分类", "刷单式点赞"})), language)


@pytest.mark.parametrize(
    ("text", "word", "layer", "part"),
    [
        ("想刷单的来", "刷单", Layer.EXACT, "刷单"),
        ("想刷單的来", "刷单", Layer.FOLD, "刷單"),
        ("想ＣＡＳｉＮＯ的来", "casino", Layer.FOLD, "ＣＡＳｉＮＯ"),
        ("玩сasinо吗", "casino", Layer.FOLD, "сasinо"),
        ("玩🅒🄰🅂ⓘ𝖓𝕠吗", "casino", Layer.FOLD, "🅒🄰🅂ⓘ𝖓𝕠"),
        ("来⽼虎机", "老虎机", Layer.FOLD, "⽼虎机"),
        ("想刷\u200b\u2060单的来", "刷单", Layer.FOLD, "刷\u200b\u2060单"),
        ("想刷̶̈单̶的来", "刷单", Layer.FOLD, "刷̶̈单̶"),
        ("想刷*-*单的来", "刷单", Layer.SKELETON, "刷*-*单"),
        ("想刷🔥单的来", "刷单", Layer.SKELETON, "刷🔥单"),
        ("想刷　 单的来", "刷单", Layer.SKELETON, "刷　 单"),
        ("想（刷）【单】的来", "刷单", Layer.SKELETON, "刷）【单"),
        ("想刷刷刷单单的来", "刷单", Layer.SKELETON, "刷刷刷单单"),
        ("想刷\n单\n的来", "刷单", Layer.SKELETON, "刷\n单"),
        ("p o k e r-room", "poker room", Layer.SKELETON, "p o k e r-room"),
        ("想刷[屏蔽]单的来", "刷单", Layer.BRACKETS, "刷[屏蔽]单"),
        ("想&#21047;&#x5355;的来", "刷单", Layer.DECODED, "&#21047;&#x5355;"),
        ("想\\u5237\\u5355的来", "刷单", Layer.DECODED, "\\u5237\\u5355"),
        (f"想{quote('刷单')}的来", "刷单", Layer.DECODED, quote("刷单")),
        ("高今\n价天\n收天\n卡气", "高价收卡", Layer.COLUMNS, None),
        ("口令八六叁伍二零吧", "口令863520", Layer.DIGITS, "口令八六叁伍二零"),
        ("口令 8⑥三5-贰〇 吧", "口令863520", Layer.DIGITS, "口令 8⑥三5-贰〇"),
        ("玩c4s1n0吗", "casino", Layer.LEET, "c4s1n0"),
        ("想shuadan的来", "刷单", Layer.SYLLABLES, "shuadan"),
        ("想shuā dān的来", "刷单", Layer.SYLLABLES, "shuā dān"),
        ("想刷dan的来", "刷单", Layer.SYLLABLES, "刷dan"),
        ("有dai款miao批", "贷款秒批", Layer.SYLLABLES, "dai款miao批"),
        ("有csyhk吗", "出售银行卡", Layer.INITIALS, "csyhk"),
        ("玩时时c吗", "时时彩", Layer.INITIALS, "时时c"),
        ("想亻弋考的来", "代考", Layer.RECOMPOSED, "亻弋考"),
        ("想人弋写的来", "代写", Layer.RECOMPOSED, "人弋写"),
        ("有佳维鑫吗", "加微信", Layer.HOMOPHONES, "佳维鑫"),
        ("有贷款渺批吗", "贷款秒批", Layer.HOMOPHONES, "贷款渺批"),
        ("来老虚机吧", "老虎机", Layer.SHAPES, "老虚机"),
        ("最新机虎老渠道", "老虎机", Layer.REVERSED, "机虎老"),
        ("玩快3吗", "快三", Layer.FOLD, "快3"),
        ("你去死吧", "去死", Layer.EXACT, "去死"),
        ("诚招招代理", "招代理", Layer.EXACT, "招代理"),
    ],
)
def test_a_disguised_word_is_found_where_it_stands(
    listed: Filter, text: str, word: str, layer: Layer, part: str | None
) -> None:
    hits = {hit.entry.word: hit for hit in listed.hits(text)}
    assert word in hits
    assert hits[word].layer == layer
    assert part is None or text[hits[word].start : hits[word].end] == part


@pytest.mark.parametrize(
    "text",
    [
        # across words
        "印刷单位盖章", "承办证明材料", "配套现房出售", "现代考古发现", "线下注册账号", "石家庄家电城", "生日结束以后",
        "马上分享屏幕", "当代写作课", "请添加微信支付按钮", "替你妹妹报名", "更快三倍", "参加，微信群里说",
        "美的小姐姐", "送货上门，服务相当到位", "下载地址",
        # in Latin words
        "usb接口坏了", "sbin目录", "htmdoc文件", "Casinoria 小镇", "jsb_v2",
        # pinyin and initials in other words
        "push data now", "the shuadance show", "用https打开", "json文件", "yyds",
        # sounds and looks of everyday words
        "加薇薇一个座位", "带写字板过来", "饭粒粘在桌上", "请带考试用品", "装甲车模型",
        "你没收到吗", "包裹到了", "下周再说", "加上微波炉",
        # backwards
        "不信微加速", "石家庄家里", "写代码", "得分跑动第一",
        # counting
        "等了快3个小时", "还算快3天到",
        # digits of a longer number, and numerals that are none
        "这是口令八六三五二〇一", "1起八八八八八八八",
        # what is allowed
        "刷单式点赞是什么",
    ],
)  # fmt: skip
def test_ordinary_words_are_left_alone(listed: Filter, text: str) -> None:
    assert listed.hits(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "这家很可靠",
        "依靠大家",
        "计算了一下",
        "走进死胡同",
        "去死胡同里找",
        "大坑里有水",
        "垃圾分类",
        "算了算总价",
        "靠窗的位置",
    ],
)
def test_a_rash_list_spares_the_everyday_words_that_contain_its_entries(language: Language, text: str) -> None:
    """What a public lexicon of insults flagged in ordinary talk."""
    rash = ["靠", "算了", "去死", "大坑", "垃圾"]
    allow = Allow(phrases=frozenset({"垃圾分类", "大坑里", "去死胡同", "靠窗", "算了算"}))
    assert Filter.build([Entry(word, "abuse") for word in rash], allow, language).hits(text) == []


def test_an_entry_is_found_by_its_own_layers_only(language: Language) -> None:
    only = Entry("加微信", "ad", layers=frozenset({"exact", "fold", "skeleton", "syllables"}))
    made = Filter.build([only], Allow(), language)
    assert [hit.layer for hit in made.hits("加*微*信")] == [Layer.SKELETON]
    assert [hit.layer for hit in made.hits("jia微信")] == [Layer.SYLLABLES]
    assert made.hits("佳维鑫") == []
    assert made.hits("信微加") == []
    assert made.hits("加[防]微信") == []


def test_who_warns_of_a_thing_is_looked_at_but_not_held_back(listed: Filter) -> None:
    (said,) = listed.hits("招人刷单")
    (warned,) = listed.hits("民警提醒：刷单是违法的")
    assert (said.judgement, warned.judgement) == (Judgement.BLOCK, Judgement.REVIEW)


def test_two_characters_that_only_sound_alike_are_looked_at_by_people(listed: Filter) -> None:
    (hit,) = listed.hits("有殆拷吗")
    assert (hit.entry.word, hit.layer, hit.judgement) == ("代考", Layer.HOMOPHONES, Judgement.REVIEW)


def test_allowed_phrases_count_behind_marks_and_only_over_the_whole_hit(listed: Filter) -> None:
    assert listed.hits("刷-单-式-點-讚") == []
    assert [hit.entry.word for hit in listed.hits("刷单式点赞加微信")] == ["加微信"]
    assert listed.allowing(["加微信领票"]).hits("请加微信领票") == []


def test_words_come_and_go_at_once(listed: Filter) -> None:
    new, old = Entry("跑腿代购", "ad"), next(entry for entry in listed.entries if entry.word == "办证")
    changed = listed.extended([new], [old])
    assert [hit.entry for hit in changed.hits("跑*腿*代*购")] == [new]
    assert changed.hits("急办证") == []
    assert [hit.entry for hit in listed.hits("急办证")] == [old]
    assert new in changed.entries
    assert old not in changed.entries
    back = changed.extended([old], [new])
    assert [hit.entry for hit in back.hits("急办证，跑腿代购")] == [old]


def test_equal_entries_of_two_lists_are_both_named(language: Language) -> None:
    entries = [Entry("刷单", "fraud"), Entry("刷單", "ad", severity=1)]
    assert [hit.entry for hit in Filter.build(entries, Allow(), language).hits("刷单")] == entries


@pytest.mark.parametrize("words", [[], [""], ["***"], ["\u200b"]])
def test_a_list_without_a_letter_finds_nothing(language: Language, words: list[str]) -> None:
    made = Filter.build([Entry(word, "ad") for word in words], Allow(phrases=frozenset(words)), language)
    assert made.hits("随便说说 \ud800 *** \u200b") == []


def test_without_a_dictionary_words_are_found_as_they_are_written() -> None:
    made = Filter.build([Entry("刷单", "ad")], Allow())
    assert [hit.layer for hit in made.hits("刷*單")] == [Layer.SKELETON]
    assert made.hits("shuadan") == []
