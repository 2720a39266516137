"""Files of evaluation rows: every object with its line, and clear words for what is none."""

from pathlib import Path

import pytest

from nlp.jsonl import Unreadable, objects


def write(folder: Path, text: str) -> Path:
    path = folder / "rows.jsonl"
    path.write_bytes(text.encode())
    return path


def test_objects_come_with_their_lines(tmp_path: Path) -> None:
    path = write(tmp_path, '\ufeff{"a": 1}\r\n\n{"a": 2}\n')
    assert list(objects(path)) == [(f"{path}:1", {"a": 1}), (f"{path}:3", {"a": 2})]


@pytest.mark.parametrize("mark", ["\u2028", "\u0085", "\u2029"])
def test_a_mark_within_a_text_ends_no_line(tmp_path: Path, mark: str) -> None:
    ((_, row),) = objects(write(tmp_path, f'{{"text": "好{mark}的"}}'))
    assert row == {"text": f"好{mark}的"}


@pytest.mark.parametrize(
    ("line", "cure"), [("{", "不是 JSON"), ("[" * 9999, "不是 JSON"), ("[1]", "应为一个 JSON 对象")]
)
def test_what_is_no_object_is_named_with_its_line(tmp_path: Path, line: str, cure: str) -> None:
    with pytest.raises(Unreadable, match=rf"rows\.jsonl:2：{cure}"):
        list(objects(write(tmp_path, f'{{"a": 1}}\n{line}')))


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xff\xfe"])
def test_a_file_without_any_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=r"empty\.jsonl：(一行也没有|读不了)"):
        list(objects(path))
