"""Sheets as managers keep them: CSV from any spreadsheet, Excel workbooks, JSON lines."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from knowledge.entries import Entry, load

HEADINGS = ["编号", "问题", "相似问法", "回答", "标签", "适用群", "生效日期", "有效期至", "附件", "负责人"]
FULL = [
    "ship", "多久发货？", "几天能到\n什么时候寄出；啥时候发", "48 小时内发出，\n偏远地区慢一天",
    "物流，售后", "内测群、会员群", "2026/11/1", "2026年11月11日", "images/发货.png", "小美",
]  # fmt: skip
EXPECTED = Entry(
    id="ship",
    question="多久发货？",
    similar=("几天能到", "什么时候寄出", "啥时候发"),
    answers=("48 小时内发出，\n偏远地区慢一天",),
    tags=("物流", "售后"),
    groups=("内测群", "会员群"),
    start=date(2026, 11, 1),
    end=date(2026, 11, 11),
    attach=("images/发货.png",),
    owner="小美",
    line=2,
)


def csv_of(rows: Sequence[Sequence[str]], separator: str = ",") -> str:
    return "".join(separator.join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)


def sheet(folder: Path, *sheets: Sequence[Sequence[object]], titles: Sequence[str] = ("问答", "其他")) -> Path:
    """A workbook of some sheets."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for title, rows in zip(titles, sheets, strict=False):
        made = book.create_sheet(title)
        for row in rows:
            made.append(list(row))
    path = folder / "a.xlsx"
    book.save(path)
    return path


def placed(entry: Entry, path: Path) -> Entry:
    return Entry(**{name: getattr(entry, name) for name in Entry.__slots__} | {"file": str(path)})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_file_is_read_as_spreadsheets_save_it(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(csv_of([HEADINGS, FULL], separator).encode(encoding))
    loaded = load([path])
    assert loaded.problems == ()
    assert loaded.entries == (placed(EXPECTED, path),)


def test_a_workbook_is_read_with_its_real_dates_numbers_and_shares(tmp_path: Path) -> None:
    row: list[object] = [*FULL]
    row[0], row[3], row[6], row[7] = 12, 0.15, datetime(2026, 11, 1), date(2026, 11, 11)
    path = sheet(tmp_path, [["群伴问答表"], [], HEADINGS, row])
    (entry,) = load([path]).entries
    assert (entry.id, entry.answers, entry.start, entry.end) == ("12", ("0.15",), date(2026, 11, 1), EXPECTED.end)
    assert (entry.similar, entry.attach, entry.line) == (EXPECTED.similar, EXPECTED.attach, 4)


def test_a_share_says_what_the_cell_shows(tmp_path: Path) -> None:
    path = sheet(tmp_path, [["问题", "答案"], ["税率多少", 0.13]])
    from openpyxl import load_workbook

    book = load_workbook(path)
    book["问答"]["B2"].number_format = "0%"
    book.save(path)
    assert load([path]).entries[0].answers == ("13%",)


def test_json_lines_take_chinese_and_english_keys(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    rows = [
        dict(zip(HEADINGS, FULL, strict=True)),
        {"id": 7, "question": "怎么退货", "paraphrases": ["我要退"], "answers": ["七天内", "一周内"]},
    ]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    loaded = load([path])
    assert loaded.problems == ()
    first, second = loaded.entries
    assert (first.similar, first.groups, first.end) == (EXPECTED.similar, EXPECTED.groups, EXPECTED.end)
    assert (second.id, second.similar, second.answers) == ("7", ("我要退",), ("七天内", "一周内"))


def test_several_answer_columns_are_variants(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("标准问,相似问1,相似问2,答案1,答案2（选填）\n几点开门,营业时间,,九点,早上九点\n", encoding="utf-8")
    (entry,) = load([path]).entries
    assert (entry.answers, entry.similar) == (("九点", "早上九点"), ("营业时间",))


@pytest.mark.parametrize(
    ("text", "line", "path", "cure"),
    [
        ("问题,回答\n甲,\n乙,好\n", 2, ("回答",), "这里是空的，请写上回答"),
        ("问题,回答\n,好\n乙,好\n", 2, ("问题",), "这里是空的，请写上问题"),
        ("问题,回答,截止日期\n甲,好,下周\n乙,好,\n", 2, ("截止日期",), "应为日期，如 2026-11-11"),
        ("问题,回答,开始日期,截止日期\n甲,好,2026-2-2,2026-1-1\n乙,好,,\n", 2, ("截止日期",), "不能早于"),
        ("问题,回答\n甲,#REF!\n乙,好\n", 2, ("回答",), "公式出错"),
        ('问题,回答\n甲,"好\n乙,好\n', 2, (), "引号没有成对"),
        ("编号,问题,回答\n1,乙,好\n1,丙,好\n", 3, ("编号",), "请换一个"),
        ("问题,回答\n乙,好\n 乙？,好\n", 3, ("问题",), ":2 的问法重复"),
    ],
)
def test_a_broken_cell_names_its_place_and_the_cure_and_nothing_else_is_lost(
    tmp_path: Path, text: str, line: int, path: tuple[str, ...], cure: str
) -> None:
    file = tmp_path / "a.csv"
    file.write_text(text, encoding="utf-8")
    loaded = load([file])
    problem = loaded.problems[0]
    assert (problem.file, problem.line, problem.path) == (str(file), line, path)
    assert cure in problem.message
    assert "乙" in [entry.question for entry in loaded.entries]


def test_a_broken_cell_of_a_workbook_is_named_as_excel_names_it(tmp_path: Path) -> None:
    path = sheet(tmp_path, [HEADINGS, FULL], [["问题", "回答", "下架日期"], ["甲", "好", "春天"], ["乙", "好", None]])
    loaded = load([path])
    (problem,) = loaded.problems
    assert (problem.path, problem.line, problem.value) == (("其他!C2",), 2, "春天")
    assert [entry.question for entry in loaded.entries] == ["多久发货？", "乙"]


def test_a_column_that_nobody_reads_and_a_sheet_without_headings_are_told(tmp_path: Path) -> None:
    path = sheet(tmp_path, [["问题", "回答", "负责", "备注"], ["甲", "好", "小美", "x"]], [["只是笔记"]])
    loaded = load([path])
    assert [(problem.path, problem.warning) for problem in loaded.problems] == [(("问答!C1",), True), (("其他",), True)]
    assert "是否想写“负责人”" in loaded.problems[0].message
    assert len(loaded.entries) == 1


@pytest.mark.parametrize(
    ("name", "content", "cure"),
    [
        ("a.csv", "甲,乙\n丙,丁\n".encode(), "找不到标题行"),
        ("a.csv", b"\xff\x00\x81\xff\xff", "CSV UTF-8"),
        ("a.xlsx", b"PK no workbook", "另存为 .xlsx"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "去掉密码"),
        ("a.xls", b"", "另存为 .xlsx"),
        ("a.jsonl", b'{"question": "x", "answer": "y"}\n{oops\n', "不是 JSON"),
        ("a.jsonl", '{"question": "甲"}'.encode("gbk"), "UTF-8"),
    ],
)
def test_a_file_that_is_something_else_says_what_to_do(tmp_path: Path, name: str, content: bytes, cure: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    problems = load([path]).problems
    assert any(cure in problem.message for problem in problems)


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.jsonl"])
def test_a_file_that_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    (problem,) = load([tmp_path / name]).problems
    assert problem.message == "找不到这个文件，请检查文件名"


def test_what_excel_leaves_beside_an_open_workbook_is_passed_over(tmp_path: Path) -> None:
    lock = tmp_path / "~$a.xlsx"
    lock.write_bytes(b"x")
    assert load([lock, sheet(tmp_path, [HEADINGS, FULL])]).problems == ()


def test_a_workbook_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.files.excel.MOST_UNPACKED", 100)
    (problem,) = load([sheet(tmp_path, [HEADINGS, FULL])]).problems
    assert "展开后太大" in problem.message


def test_a_hidden_sheet_is_left_alone(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = sheet(tmp_path, [["问题", "回答"], ["甲", "好"]], [["问题", "回答"], ["乙", "好"]])
    book = load_workbook(path)
    book["其他"].sheet_state = "hidden"
    book.save(path)
    loaded = load([path])
    assert ([entry.question for entry in loaded.entries], loaded.problems) == (["甲"], ())


def test_a_record_of_several_lines_counts_from_its_first(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('问题,回答\n甲,"一\n二\n三"\n乙,\n', encoding="utf-8")
    (problem,) = load([path]).problems
    assert problem.line == 5
