from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest

from knowledge.checking import ANSWER_BYTES, KEYS
from knowledge.entries import Entry, load

SOUND = '[[faq]]\nquestion = "甲？"\nanswer = "好"\n'


def write(folder: Path, text: str, name: str = "a.toml") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def test_an_entry_keeps_everything_that_is_written(tmp_path: Path) -> None:
    text = """\
words = ["沐屿"]

[[faq]]
id = "ship"
question = " 多久发货？ "
similar = ["几天到"]
answer = ["48 小时内", "两天内"]
tags = ["物流"]
groups = ["内测群"]
start = 2026-11-01
end = "2026-11-11"
owner = "小美"
"""
    path = write(tmp_path, text)
    loaded = load([path])
    assert loaded.problems == ()
    assert loaded.words == ("沐屿",)
    assert loaded.entries == (
        Entry(
            id="ship",
            question="多久发货？",
            similar=("几天到",),
            answers=("48 小时内", "两天内"),
            tags=("物流",),
            groups=("内测群",),
            start=date(2026, 11, 1),
            end=date(2026, 11, 11),
            owner="小美",
            file=str(path),
            line=3,
        ),
    )


def test_every_value_of_an_entry_can_be_written() -> None:
    made = {"answers": "answer"}
    named = {made.get(field.name, field.name) for field in fields(Entry)}
    assert named == {*KEYS, "file", "line"}


def test_an_entry_that_moves_stays_what_it_is() -> None:
    made = {field.name: field.name for field in fields(Entry) if field.name != "line"}
    entry = Entry(**made, line=3)  # type: ignore[arg-type]
    assert entry.moved("there", 4) == replace(entry, file="there", line=7)


def test_the_question_names_an_entry_without_an_id(tmp_path: Path) -> None:
    (entry,) = load([write(tmp_path, SOUND)]).entries
    assert entry.id == "甲？"


def test_an_entry_may_be_said_on_its_days_and_in_its_groups_only() -> None:
    entry = Entry(id="x", question="x", answers=("y",), groups=("甲群",), start=date(2026, 1, 2), end=date(2026, 1, 3))
    assert [day for day in range(1, 6) if entry.holds(date(2026, 1, day), "甲群")] == [2, 3]
    assert not entry.holds(date(2026, 1, 2), "乙群")
    assert not entry.holds(date(2026, 1, 2))
    assert Entry(id="x", question="x", answers=("y",)).holds(date(2026, 1, 2), "乙群")


@pytest.mark.parametrize(
    ("text", "line", "path", "cure"),
    [
        ('[[faq]]\nquestion = "甲"\nanswer = ""\n', 3, ("faq", 0, "answer"), "不能是空的"),
        ('[[faq]]\nquestion = "甲"\n', 1, ("faq", 0, "answer"), "缺少 answer"),
        ('[[faq]]\nanswer = "好"\n', 1, ("faq", 0, "question"), "缺少 question"),
        ('[[faq]]\nquestion = 3\nanswer = "好"\n', 2, ("faq", 0, "question"), "应为一段文字"),
        ('[[faq]]\nquestion = "　"\nanswer = "好"\n', 2, ("faq", 0, "question"), "不能是空的"),
        (SOUND + 'similer = ["乙"]\n', 4, ("faq", 0, "similer"), "是否想写 similar？"),
        (SOUND + '"颜色" = 1\n', 4, ("faq", 0, "颜色"), "可用的键有"),
        (SOUND + 'similar = "乙"\n', 4, ("faq", 0, "similar"), "应为一组问法"),
        (SOUND + 'similar = [\n  "乙",\n  "",\n]\n', 6, ("faq", 0, "similar", 1), "不空的文字"),
        (SOUND + 'start = "十一月"\n', 4, ("faq", 0, "start"), "应为日期"),
        (SOUND + "start = 2026-11-02\nend = 2026-11-01\n", 5, ("faq", 0, "end"), "不能早于"),
        (SOUND + '\n[[faq]]\nquestion = " 甲 "\nanswer = "好"\n', 6, ("faq", 1, "question"), ":2 的问法重复"),
        (
            SOUND + '\n[[faq]]\nquestion = "乙"\nsimilar = ["丙", "甲"]\nanswer = "好"\n',
            7,
            ("faq", 1, "similar", 1),
            ":2 的问法重复",
        ),
        (
            '[[faq]]\nid = "a"\nquestion = "甲"\nanswer = "好"\n[[faq]]\nid = "a"\nquestion = "乙"\nanswer = "好"\n',
            6,
            ("faq", 1, "id"),
            ":1 的重复了",
        ),
        ('[[faq]]\nquestion = "甲"\nanswer = "好\n', 3, (), "引号"),
        ("[[faq]]\nquestion = [\n", 2, (), "方括号"),
        ("[[faq]]\nquestion = “甲”\n", 2, (), "英文的"),
        ("[faq]\nquestion = '甲'\n", 1, ("faq",), "[[faq]]"),
        ("[[faqs]]\nquestion = '甲'\n", 1, ("faqs",), "不认识这个键"),
        ("words = 3\n" + SOUND, 1, ("words",), "应为一组词"),
    ],
)
def test_a_problem_names_its_line_and_the_cure(
    tmp_path: Path, text: str, line: int, path: tuple[str | int, ...], cure: str
) -> None:
    (problem,) = load([write(tmp_path, text)]).problems
    assert (problem.line, problem.path) == (line, path)
    assert cure in problem.message
    assert not problem.warning


def test_all_problems_are_found_at_once_and_sound_entries_remain(tmp_path: Path) -> None:
    broken = '[[faq]]\nquestion = ""\nanswer = ""\nownr = "x"\n'
    loaded = load([write(tmp_path, broken + SOUND)])
    assert len(loaded.problems) == 3
    assert [entry.question for entry in loaded.entries] == ["甲？"]


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("", "还没有问答"),
        (f'[[faq]]\nquestion = "甲"\nanswer = "{"长" * (ANSWER_BYTES // 3 + 1)}"\n', "分成几条"),
        (SOUND + 'similar = ["甲"]\n', "写了两遍"),
    ],
)
def test_what_still_works_is_only_a_warning(tmp_path: Path, text: str, cure: str) -> None:
    (problem,) = load([write(tmp_path, text)]).problems
    assert problem.warning
    assert cure in problem.message


def test_files_that_cannot_be_read_are_problems_too(tmp_path: Path) -> None:
    latin = tmp_path / "latin.toml"
    latin.write_bytes('[[faq]]\nquestion = "甲"\n'.encode("gbk"))
    problems = load([tmp_path / "none.toml", write(tmp_path, "x", "a.docx"), latin]).problems
    assert [(problem.line, problem.message[:8]) for problem in problems] == [
        (1, "找不到这个文件，"),
        (1, "不认识这种文件，"),
        (2, "文件不是 UTF"),
    ]


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    loaded = load([write(tmp_path, "\ufeff" + SOUND)])
    assert loaded.problems == ()
    assert len(loaded.entries) == 1


def test_a_question_repeated_in_another_file_names_that_file(tmp_path: Path) -> None:
    first, second = write(tmp_path, SOUND), write(tmp_path, SOUND, "b.toml")
    (problem,) = load([first, second]).problems
    assert f"{first}:2" in problem.message
    assert problem.file == str(second)


def test_letters_that_are_the_bytes_of_a_character_repeat_no_question(tmp_path: Path) -> None:
    text = "".join(f'[[faq]]\nquestion = "{asked}"\nanswer = "好"\n' for asked in ("gb", "执"))
    assert load([write(tmp_path, text)]).problems == ()
