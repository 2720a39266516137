import time
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.index import Index
from nlp.tokenise import Tokeniser
from tests.knowledge.conftest import entry

BASE = (
    entry("多久发货？", "什么时候寄出", "几天能到"),
    entry("怎么退货？", "我要退货", "退货流程"),
    entry("退货的运费谁出？", "寄回去的邮费谁付"),
    entry("面膜一周敷几次？", answer="一周两次"),
)


@pytest.fixture(scope="module")
def small(tokeniser: Tokeniser) -> Index:
    return Index(BASE, tokeniser)


@pytest.mark.parametrize(
    ("text", "question", "wording"),
    [
        ("你们几天发货呀", "多久发货？", "多久发货？"),
        ("啥时候能寄出", "多久发货？", "什么时候寄出"),
        ("退货怎么操作", "怎么退货？", "怎么退货？"),
        ("退货邮费谁来付", "退货的运费谁出？", "寄回去的邮费谁付"),
        ("敷面膜一周几次好", "面膜一周敷几次？", "面膜一周敷几次？"),
    ],
)
def test_the_nearest_entry_comes_first_with_its_nearest_wording(
    small: Index, text: str, question: str, wording: str
) -> None:
    best = small.search(text)[0]
    assert (best.entry.question, best.question) == (question, wording)
    assert small.entries[best.number] is best.entry


def test_hits_are_ranked_and_scores_lie_between_0_and_1(small: Index) -> None:
    scores = [hit.score for hit in small.search("退货要多久，运费谁出")]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score < 1 for score in scores)


def test_the_very_words_score_1_however_they_are_typed(small: Index) -> None:
    assert small.search("　怎么 退货！！[微笑]")[0].score == 1.0


def test_a_word_that_the_base_does_not_know_counts_against_the_match(small: Index) -> None:
    assert small.search("冰箱怎么退货")[0].score < small.search("请问怎么退货呢")[0].score


def test_a_hidden_wording_counts_as_not_written(small: Index) -> None:
    text = "寄回去的邮费谁付"
    assert small.search(text)[0].question == text
    assert all(hit.question != text for hit in small.search(text, hidden={(2, 1)}))
    assert all(hit.number != 2 for hit in small.search(text, hidden={(2, 0), (2, 1)}))


def test_words_of_the_answer_help_a_little(tokeniser: Tokeniser) -> None:
    index = Index((entry("怎么联系", answer="请打热线电话"), entry("怎么付款")), tokeniser)
    assert index.search("热线")[0].entry.question == "怎么联系"


def test_nothing_in_common_gives_no_hits(small: Index) -> None:
    assert small.search("quantum") == []
    assert small.search("") == []


def test_letters_that_are_the_bytes_of_a_character_are_another_word(tokeniser: Tokeniser) -> None:
    index = Index((entry("5g 套餐"), entry("朵 字怎么读")), tokeniser)
    assert [hit.entry.question for hit in index.search("办 5g 多少钱")] == ["5g 套餐"]


def test_an_empty_base_gives_no_hits(tokeniser: Tokeniser) -> None:
    assert Index((), tokeniser).search("怎么退货") == []


@settings(derandomize=True, deadline=None, max_examples=60)
@given(text=st.text(max_size=60))
def test_any_text_can_be_searched(small: Index, text: str) -> None:
    assert all(0 <= hit.score <= 1 for hit in small.search(text))


def test_threads_may_share_one_index(index: Index) -> None:
    texts = [question for one in index.entries for question in one.questions][:100]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(index.search, texts)) == [index.search(text) for text in texts]


def test_two_thousand_entries_are_searched_quickly(tokeniser: Tokeniser, capsys: pytest.CaptureFixture[str]) -> None:
    chance = Random(1)
    words = ["退货", "面膜", "发货", "精华", "快递", "会员", "积分", "门店", "防晒", "怎么", "多久", "可以", "什么时候"]
    letters = "天地人和山水花鸟日月星辰春夏秋冬东西南北金木火土"
    made = (chance.choice(words) + "".join(chance.choices(letters, k=6)) + chance.choice(words) for _ in range(2000))
    entries = [entry(question) for question in dict.fromkeys(made)]
    began = time.process_time()
    index = Index(entries, tokeniser)
    built = time.process_time() - began
    began = time.process_time()
    for one in entries[:200]:
        index.search(one.question[2:] + "怎么办")
    spent = (time.process_time() - began) / 200
    with capsys.disabled():
        print(f"\n{len(entries)} entries: built in {built:.2f} s, {spent * 1000:.2f} ms a search")
    assert spent < 0.05


def test_every_hit_can_be_compared_however_far_behind_it_comes(tokeniser: Tokeniser) -> None:
    index = Index([entry(f"{colour}的还有货吗") for colour in ("红色", "白色", "黑色", "绿色", "黄色")], tokeniser)
    hits = index.search("蓝色的还有货吗")
    assert len(hits) == 5
    assert all(any(hit.differences) for hit in hits)
