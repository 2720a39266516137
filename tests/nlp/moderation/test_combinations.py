"""Words that count only together, and patterns that are bounded in time."""

from nlp.moderation.allow import Allow
from nlp.moderation.combinations import NEAR, Combinations, is_combination, parts_of
from nlp.moderation.entry import Entry
from nlp.moderation.filter import Filter
from nlp.moderation.hit import Hit
from nlp.moderation.patterns import MOST, Patterns, fault_of

JOB = Entry("兼职 + 日结", "fraud", 2)
WORD = Entry("刷单", "fraud")


def found(combinations: Combinations, text: str) -> list[Hit]:
    """Every word of the combinations, and 刷单, as a plain search finds them."""
    entries = (*combinations.parts, WORD)
    return [
        Hit(entry, "exact", at, at + len(entry.word))
        for entry in entries
        for at in range(len(text))
        if text.startswith(entry.word, at)
    ]


def test_words_with_a_plus_between_them_are_a_combination() -> None:
    assert is_combination(JOB)
    assert parts_of(JOB) == ("兼职", "日结")
    assert not is_combination(Entry("C++", "ad"))


def test_words_near_each_other_are_one_hit_from_the_first_to_the_last() -> None:
    combinations = Combinations([JOB, WORD])
    text = "日结工资，长期兼职"
    [hit] = combinations.joined(found(combinations, text))
    assert (hit.entry, hit.start, hit.end) == (JOB, 0, len(text))


def test_words_far_from_each_other_or_alone_are_none() -> None:
    combinations = Combinations([JOB])
    assert combinations.joined(found(combinations, "我在找兼职")) == []
    assert combinations.joined(found(combinations, "兼职" + "啊" * (NEAR + 1) + "日结")) == []


def test_other_hits_stay() -> None:
    combinations = Combinations([JOB])
    assert [hit.entry for hit in combinations.joined(found(combinations, "兼职刷单"))] == [WORD]


def test_a_later_pair_is_found_when_the_first_word_was_far() -> None:
    combinations = Combinations([JOB])
    text = "兼职" + "啊" * 30 + "兼职日结"
    [hit] = combinations.joined(found(combinations, text))
    assert text[hit.start : hit.end] == "兼职日结"


def test_a_pattern_finds_in_traditional_characters_and_any_case() -> None:
    entry = Entry("/加.{0,3}(微|vx)/", "contact", 2)
    [hit] = Patterns([entry, WORD]).find("請加一下VX")
    assert (hit.entry, hit.start, hit.end) == (entry, 1, 6)


def test_a_pattern_that_would_hang_finds_nothing_and_lets_the_next_one_look() -> None:
    hard, easy = Entry("/(a+)+$/", "ad"), Entry("/b!/", "ad")
    assert [hit.entry for hit in Patterns([hard, easy]).find("a" * 40 + "b!")] == [easy]


def test_patterns_that_cannot_be_used_say_why() -> None:
    assert fault_of(Entry("/(/", "ad"))
    assert fault_of(Entry("/a*/", "ad")) == "什么都不写也算匹配"
    assert Patterns([Entry("/(/", "ad")]).find("(") == []


def test_only_so_many_patterns_are_tried() -> None:
    entries = [Entry(f"/x{at}y/", "ad") for at in range(MOST + 1)]
    assert Patterns(entries).find(f"x{MOST}y") == []


def test_a_filter_finds_combinations_patterns_and_contacts_beside_its_words() -> None:
    pattern = Entry("/免费.{0,4}领/", "ad")
    made = Filter.build([JOB, WORD, pattern], Allow(domains=frozenset({"example.org"})))
    assert made.entries == (JOB, WORD, pattern)
    text = "日结的兼职，免费送你领，电话13912345678，看 https://example.org"
    assert [hit.entry.word for hit in made.hits(text)] == ["兼职 + 日结", "/免费.{0,4}领/", "手机号"]
    assert [hit.entry for hit in made.extended([], [JOB, pattern]).hits(text + "刷单")][-1] == WORD
    assert len(made.extended([], [JOB, pattern]).hits(text)) == 1
