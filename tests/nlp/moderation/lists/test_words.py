"""Word lists as people keep them."""

from datetime import date
from pathlib import Path

import pytest

from nlp.moderation.entry import Entry
from nlp.moderation.layers import Layer
from nlp.moderation.lists.words import WordFile, read_file, read_words

USUAL = Entry("", "other")


@pytest.fixture
def written(tmp_path: Path):
    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def words(file: WordFile) -> list[str]:
    return [entry.word for entry in file.entries]


def told(file: WordFile) -> list[str]:
    return [f"{fault.line} {fault.column} {fault.message}" for fault in file.faults]


def test_a_plain_list_has_a_word_a_line(written) -> None:
    path = written("ads.txt", "# 广告\n\n刷单\n  代开发票  \n   # 说明\npoker room\n加我,发你\n")
    file = read_file(path, Entry("", "ad", 2))
    assert words(file) == ["刷单", "代开发票", "poker room", "加我,发你"]
    assert file.entries[1] == Entry("代开发票", "ad", 2, place=f"{path}:4")
    assert not file.faults


def test_columns_are_set_apart_by_tabs_in_the_usual_order(written) -> None:
    line = "刷单\tfraud\t3\tdelete+mute\texact|拼音\t新品群、老客群\t2026-12-31\t常见"
    file = read_file(written("words.txt", f"{line}\n下注\tgambling\n"))
    assert file.entries[0] == Entry(
        "刷单", "fraud", 3, "delete+mute", frozenset({Layer.EXACT, Layer.SYLLABLES}), ("新品群", "老客群"),
        date(2026, 12, 31), "常见", file.entries[0].place,
    )  # fmt: skip
    assert (file.entries[1].category, file.entries[1].severity, file.entries[1].layers) == ("gambling", 3, None)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "类别,敏感词,严重程度（1-3）\nad,刷单,1\nfraud,套现,低\n"),
        ("a.csv", '"类别","敏感词","严重程度"\n"ad","刷单","1"\n"fraud","套现","１"\n'),
        ("a.csv", "word;severity;category\n刷单;1;ad\n套现;1;fraud\n"),
        ("a.txt", "# word\tseverity(1-3)\tcategory\n刷单\t1\tad\n套现\t1\tfraud\n"),
        ("a.tsv", "level\tword\tcategory\n1\t刷单\tad\n1\t套现\tfraud\n"),
        ("a.txt", "word,category,severity\n刷单,ad,1\n套现,fraud,1\n"),
    ],
)
def test_headings_say_which_column_is_which(written, name: str, text: str) -> None:
    file = read_file(written(name, text))
    assert [(one.word, one.category, one.severity) for one in file.entries] == [("刷单", "ad", 1), ("套现", "fraud", 1)]
    assert not file.faults


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_files_are_read_in_the_encodings_of_chinese_spreadsheets(written, encoding: str) -> None:
    assert words(read_file(written("a.txt", "刷单\r\n下注\r\n".encode(encoding)))) == ["刷单", "下注"]


def test_what_is_wrong_costs_its_own_entry_and_names_line_and_cure(written) -> None:
    text = "刷单\tad\t5\n套现\tad\t2\t\t\t\t下周\n代考\tad\t2\t\t拼英\n\tad\t2\n好\tad\t1\n" + "长" * 101 + "\n"
    file = read_file(written("a.txt", text))
    assert words(file) == ["好"]
    assert [line.split(" ")[:2] for line in told(file)] == [
        ["1", "severity"], ["2", "until"], ["3", "layers"], ["4", "word"], ["6", "word"],
    ]  # fmt: skip
    assert str(file.faults[0]).endswith("a.txt:1: severity = “5” → 严重程度写 1（只记录）、2（人来看）或 3（拦下）")


def test_columns_that_nobody_would_read_are_told(written) -> None:
    file = read_file(written("a.txt", "词\t类别\t颜色\n刷单\tad\t红\t多\n"))
    assert words(file) == ["刷单"]
    assert [(fault.line, fault.value, fault.warning) for fault in file.faults] == [(1, "颜色", True), (2, "多", True)]


def test_of_a_file_that_is_something_else_only_the_first_faults_are_told(written) -> None:
    file = read_file(written("a.txt", "刷单\tad\t9\n" * 1000))
    assert len(file.faults) == 201
    assert file.faults[-1].message == "后面还有 800 处，先改前面的"


def test_an_allow_list_is_not_taken_for_words(written) -> None:
    file = read_file(written("a.txt", "domain\tgithub.com\nphrase\t印刷单位\n"))
    assert not file.entries
    assert "allow" in file.faults[0].message


def test_an_empty_file_is_void_and_one_with_a_remark_is_not(written) -> None:
    void, remark = read_file(written("a.txt", "\n \n")), read_file(written("b.txt", "# 暂时不用\n"))
    assert (void.void, remark.void) == (True, False)
    assert void.faults[0].warning
    assert remark.faults[0].warning


def test_a_missing_file_and_one_of_bytes_are_told(written, tmp_path: Path) -> None:
    assert told(read_file(tmp_path / "a.txt")) == ["1  找不到这个文件，请检查文件名"]
    assert told(read_file(written("b.txt", b"ad\n\xff\xff\n"))) == ["2  看不出这一行是什么编码，请把文件另存为 UTF-8"]
    assert read_file(tmp_path).faults


def test_patterns_and_combinations_that_cannot_be_looked_for_are_told(written) -> None:
    lines = ["/加.{0,3}微/", "/加(微/", "/.*/", "兼职 + 日结", "甲 + 乙 + 丙 + 丁 + 戊"]
    file = read_file(written("a.txt", "\n".join(lines)))
    assert words(file) == ["/加.{0,3}微/", "兼职 + 日结"]
    assert [fault.line for fault in file.faults] == [2, 3, 5]
    many = read_file(written("b.txt", "\n".join(f"/第{number}种.?说法/" for number in range(101))))
    assert (len(many.entries), [fault.line for fault in many.faults]) == (100, [101])


TOML = """
category = "ad"
severity = 2
until = 2026-12-31
words = [
  "刷粉",
  "刷赞",  # 说明
  { word = ["代充", "代练"], severity = 1, layers = ["exact"] },
]
"""


def test_toml_says_above_what_holds_for_all(written) -> None:
    file = read_file(written("a.toml", TOML))
    assert not file.faults
    assert [(one.word, one.severity, one.place.rpartition(":")[2]) for one in file.entries] == [
        ("刷粉", 2, "6"), ("刷赞", 2, "7"), ("代充", 1, "8"), ("代练", 1, "8"),
    ]  # fmt: skip
    assert {one.category for one in file.entries} == {"ad"}
    assert {one.until for one in file.entries} == {date(2026, 12, 31)}
    assert file.entries[2].layers == {Layer.EXACT}


def test_toml_may_have_a_table_for_each_word(written) -> None:
    file = read_file(written("a.toml", '[[words]]\nword = "刷单"\nnote = "一"\n\n[[words]]\nword = "下注"\n'))
    assert [(one.word, one.note, one.place.rpartition(":")[2]) for one in file.entries] == [
        ("刷单", "一", "1"),
        ("下注", "", "5"),
    ]


def test_toml_faults_have_their_lines(written) -> None:
    text = 'colour = 1\nseverity = 4\nwords = [\n  "刷单",\n  7,\n  { word = "下注", level = 1 },\n]\n'
    file = read_file(written("a.toml", text))
    assert words(file) == ["刷单", "下注"]
    assert [(fault.line, fault.column) for fault in file.faults] == [
        (1, "colour"), (2, "severity"), (5, "word"), (6, "level"),
    ]  # fmt: skip
    assert told(read_file(written("b.toml", 'words = ["刷单",\n下注]\n')))[0].startswith("2 ")
    assert read_file(written("c.toml", "words = 1\n")).faults[0].column == "words"


def test_words_hold_until_their_last_day(written) -> None:
    found = read_words([written("a.txt", "刷单\tad\t1\t\t\t\t2026/3/1\n下注\tad\t1\n")])
    assert [entry.word for entry in found.on(date(2026, 3, 1))] == ["刷单", "下注"]
    assert [entry.word for entry in found.on(date(2026, 3, 2))] == ["下注"]
