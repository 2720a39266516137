"""The tokenizer, beside a second one that is written after the published description."""

import json
import unicodedata
from collections.abc import Sequence
from random import Random

import pytest

from nlp.encode.pieces import Pieces, Tokenized
from nlp.encode.vocabulary import Vocabulary, is_kept
from nlp.encode.weights import Weights

SENTENCES = (
    "什么时候发货", "我的快递三天没动了，怎么办？", "iPhone 15 Pro Max 256GB 有货吗", "ＡＢＣ１２３全角",
    "￥199.00 能优惠吗~～", "能不能开增值税专用发票？！", "发貨時間是幾天", "shenme shihou fahuo",
    "Nike Air Force 1’07", "50ml和100ml哪个划算", "😀😂👍🏻 谢谢老板", "①②③ 步骤", "订单号SO20240101123456",
    "https://example.com/a?b=1&c=2", "好的\t好的\n好的", "  前后有空格  ", "a\u200bb\u00adc", "～～～哈哈哈哈～",
    "【官方】正品保证", "《用户协议》第3.2条", "C++和C#", "１００％棉", "敏感肌可以用吗（孕妇呢）", "……", "——",
    "“引号”和‘引号’", "3.5mm耳机孔", "上海→北京", "½杯水", "①", "℃", "㎡", "ⅷ", "№5", "的", "q", "", "龘靐齉",
    "\u3000全角空格\u3000", "wifi密码多少", "几点上班?几点下班?", "取消订单！！！", "A/B测试", "7天无理由", "1+1=2",
    "$9.99", "你好hello你好", "K歌", "Q10辅酶", "3M口罩", "N95", "24h内", "2026年1月1日12:00", "138-0013-8000",
    "foo_bar@example.com", "#话题#", "@小助手 帮我", "*加粗*", "`code`", "~", "～",
)  # fmt: skip


# What odd texts are made of: special tokens, marks that normalising changes, several scripts, what no piece spells.
ODD = ("<s>", "</s>", "<unk>", "<pad>", "＜s＞", " ", "  ", "▁", "\t", "\u200b", "～", "㋿", "\ufdd0", "ﾊﾞ", "½", "龘",
       "привет", "好", "什么时候", "发货", "hello", "iPhone", "256", "，", "😀", "👍🏻", "\n")  # fmt: skip


class Second:
    """Unigram segmentation over all published pieces by dynamic programming, character rules applied one by one."""

    def __init__(self, weights: Weights) -> None:
        self.numbers = {piece: number for number, piece in enumerate(weights.pieces)}
        self.scores = weights.scores
        self.rules = weights.rules
        self.longest = max(map(len, weights.pieces))
        self.unknown = min(weights.scores) - 10

    def pieces(self, text: str) -> list[str | None]:
        """The pieces of a text; None for a run of what no piece spells."""
        plain = "".join(self.rules.get(letter, letter) for letter in text).rstrip(" ")
        while "  " in plain:
            plain = plain.replace("  ", " ")
        return self.best("▁" + plain.replace(" ", "▁")) if plain else []

    def best(self, text: str) -> list[str | None]:
        totals = [0.0] + [float("-inf")] * len(text)
        steps: list[tuple[int, str | None]] = [(0, None)] * (len(text) + 1)
        for start in range(len(text)):
            for end in range(start + 1, min(len(text), start + self.longest) + 1):
                number = self.numbers.get(text[start:end], -1)
                if number > 3 and totals[start] + self.scores[number] > totals[end]:
                    totals[end], steps[end] = totals[start] + self.scores[number], (start, text[start:end])
            if totals[start] + self.unknown > totals[start + 1]:
                totals[start + 1], steps[start + 1] = totals[start] + self.unknown, (start, None)
        found: list[str | None] = []
        at = len(text)
        while at:
            at, piece = steps[at]
            if piece is not None or not found or found[-1] is not None:
                found.append(piece)
        return found[::-1]


@pytest.fixture(scope="module")
def second(weights: Weights) -> Second:
    return Second(weights)


def rows(vocabulary: Vocabulary, text: str) -> Sequence[int]:
    """The published numbers of a text's pieces."""
    found: Sequence[int] = vocabulary.rows[vocabulary.tokenizer.encode(text).ids].tolist()
    return found


@pytest.mark.parametrize("text", SENTENCES)
def test_tokens_are_those_of_the_published_vocabulary(text: str, vocabulary: Vocabulary, second: Second) -> None:
    kept = [piece if piece and is_kept(piece) else "<unk>" for piece in second.pieces("query: " + text)]
    expected = [piece for piece, before in zip(kept, ["", *kept], strict=False) if not piece == before == "<unk>"]
    assert rows(vocabulary, "query: " + text) == [second.numbers[piece] for piece in ("<s>", *expected, "</s>")]


def test_every_kept_piece_has_its_own_row(vocabulary: Vocabulary, weights: Weights) -> None:
    assert len(vocabulary.rows) == 101477
    tokenizer = vocabulary.tokenizer
    for piece in ("<s>", "<pad>", "</s>", "<unk>", "什么时候", "iPhone", "～"):
        assert weights.pieces[int(vocabulary.rows[tokenizer.token_to_id(piece)])] == piece


def test_scripts_that_the_model_is_not_kept_for_become_unknown(vocabulary: Vocabulary) -> None:
    assert rows(vocabulary, "query: привет")[-2] == 3


def test_the_rules_for_normalising_leave_nothing_beside_nfkc(vocabulary: Vocabulary, weights: Weights) -> None:
    """Each rule alone, through the tokenizer's own normaliser."""
    normalise = vocabulary.tokenizer.normalizer.normalize_str
    wrong = [
        point for point, replaced in weights.rules.items()
        if normalise(f"a{point}b") != unicodedata.normalize("NFKC", f"a{replaced}b")
    ]  # fmt: skip
    assert wrong == []


def test_numbers_are_those_of_the_library(vocabulary: Vocabulary) -> None:
    ours = Pieces(json.loads(vocabulary.tokenizer.to_str()), 96)
    library = Tokenized(vocabulary.tokenizer, 96)
    chance = Random(0)
    odd = ["".join(chance.choices(ODD, k=chance.randrange(120))) for _ in range(500)]
    for text in ("", *SENTENCES, *(f"query: {text}" for text in SENTENCES), *odd):
        assert list(ours.numbers(text)) == list(library.numbers(text)), text
