"""What in a list does harm or no good."""

from collections.abc import Sequence
from datetime import date

from nlp.moderation.allow import Allow
from nlp.moderation.entry import Entry
from nlp.moderation.filter import Filter
from nlp.moderation.language import Language
from nlp.moderation.lists.examination import Finding, Usage, examined
from nlp.moderation.lists.unfindable import unfindable
from nlp.normalise import bare

# Of 60 million words.
USAGE = Usage({"然后": 16_239, "文化": 34_860, "套现": 29, "刷": 500}, 60_000_000)
TODAY = date(2026, 3, 1)


def entry(word: str, line: int, **more: object) -> Entry:
    return Entry(**{"word": word, "category": "ad", "severity": 2, "place": f"a.txt:{line}", **more})  # type: ignore[arg-type]


def found(*entries: Entry, phrases: Sequence[str] = ()) -> list[tuple[str, str]]:
    return [(one.kind, one.entry.word) for one in findings(*entries, phrases=phrases)]


def findings(*entries: Entry, phrases: Sequence[str] = ()) -> list[Finding]:
    return list(examined(entries, phrases, TODAY, bare, USAGE))


def test_single_characters_are_errors_and_short_numbers_warnings() -> None:
    told = findings(
        entry("刷", 1), entry("ｓＢ", 2), entry("88", 3), entry("！？", 4), entry("tmd", 5), entry("套现", 6)
    )
    assert [(one.kind, one.warning) for one in told] == [
        ("letter", False), ("short", True), ("short", True), ("nothing", False),
    ]  # fmt: skip


def test_a_combination_of_a_word_and_marks_is_told(language: Language) -> None:
    entries = [entry("兼职 + ***", 1), entry("兼职 + 日结", 2), entry("★☆", 3), entry("/★{2}/", 4), entry("🅐🅑", 5)]
    assert [kind for kind, _ in found(*entries[:2])] == ["nothing"]
    assert [(fault.value, fault.line, fault.warning) for fault in unfindable(entries)] == [
        ("兼职 + ***", 1, True), ("★☆", 3, True),
    ]  # fmt: skip
    made = Filter.build(entries, Allow(), language)
    assert [hit.entry.word for hit in made.hits("兼职 *** ★★，ＡＢ")] == ["/★{2}/", "🅐🅑"]


def test_everyday_words_are_told_with_how_often_they_are_met() -> None:
    (told,) = findings(entry("然后", 1), entry("套现", 2))
    assert (told.kind, told.entry.word) == ("everyday", "然后")
    assert "一万句话里约有 50 句" in told.message


def test_duplicates_are_found_after_folding() -> None:
    same = findings(entry("貸款秒批", 1), entry("贷款秒批", 2), entry("贷款 秒批", 3, severity=3))
    assert [(one.kind, one.entry.place, one.other and one.other.place, one.drop) for one in same] == [
        ("duplicate", "a.txt:2", "a.txt:1", True), ("duplicate", "a.txt:3", "a.txt:1", False),
    ]  # fmt: skip


def test_an_entry_is_needless_beside_a_shorter_one_that_weighs_as_much() -> None:
    shorter = entry("套现", 1)
    assert found(shorter, entry("信用卡套现", 2)) == [("contained", "信用卡套现")]
    assert found(shorter, entry("信用卡套现", 2, severity=3)) == []
    assert found(entry("套现", 1, groups=("甲",)), entry("信用卡套现", 2)) == []
    assert found(entry("套现", 1, until=date(2027, 1, 1)), entry("信用卡套现", 2)) == []
    assert found(entry("套现", 1, layers=frozenset({"exact"})), entry("信用卡套现", 2)) == []
    assert found(entry("套现", 1, groups=("甲", "乙")), entry("信用卡套现", 2, groups=("乙",))) == [
        ("contained", "信用卡套现")
    ]


def test_what_is_allowed_can_never_be_found() -> None:
    assert found(entry("印刷单位", 1), phrases=["印刷单位", "线下注册"]) == [("allowed", "印刷单位")]


def test_what_has_ended_is_told() -> None:
    assert found(entry("套现", 1, until=date(2026, 2, 28)), entry("代考", 2, until=TODAY)) == [("expired", "套现")]


def test_how_often_words_are_used_is_read_from_the_dictionary() -> None:
    usage = Usage.of({"然后", "刷单返利"})
    assert 200e-6 < usage.share("然后") < 400e-6
    assert usage.share("刷单返利") == 0


def test_combinations_are_compared_by_their_words_and_patterns_not_at_all() -> None:
    assert found(entry("兼职 + 日结", 1), entry("兼职日结", 2), entry("/刷.{0,2}单/", 3), entry("/套.?现/", 4)) == []
    assert found(entry("日结", 1), entry("兼职 + 日结", 2)) == [("contained", "兼职 + 日结")]


def test_an_empty_list_is_fine() -> None:
    assert found() == []
