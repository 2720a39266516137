"""The line of every key and array element, in whatever way the document is written."""

import json
import tomllib
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config.lines import Path, lines

BARE = st.text("abcdefgh_-019", min_size=1, max_size=4)
ODD = st.text("ab 中文.\"'#[]=\\\t", min_size=1, max_size=4)
TEXTS = st.text('ab"\\#[]{}=,\n中é🙂 ', max_size=6)
SCALARS = st.one_of(
    st.integers(-99, 99).map(str),
    st.booleans().map(lambda value: str(value).lower()),
    st.sampled_from(
        ["1.5", "1979-05-27T07:32:00Z", "07:32:00", "1979-05-27", "'it''s'".replace("''", ""), "0xff", "inf"]
    ),
    TEXTS.map(lambda text: json.dumps(text, ensure_ascii=False)),
    TEXTS.map(lambda text: '"""\n' + text.replace("\\", "").replace('"', "") + '"""'),
)
NOISE = st.sampled_from(["", "# 说明 [a] = 1", "   # x = [", "\t"])


@dataclass
class Document:
    """A document while it is written: its text, the line of each path, and the tables that exist."""

    text: str = ""
    expected: dict[Path, int] = field(default_factory=dict)

    @property
    def line(self) -> int:
        return self.text.count("\n") + 1

    def note(self, path: Path) -> None:
        self.expected.setdefault(path, self.line)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    document = Document()
    pairs(draw, document, (), 0)
    names = draw(st.lists(BARE | ODD, max_size=4, unique=True))
    for name in names:
        if (name,) in document.expected:
            continue
        if draw(st.booleans()):
            table(draw, document, name)
        else:
            tables(draw, document, name)
    return document


def table(draw: st.DrawFn, document: Document, name: str) -> None:
    noise(draw, document)
    inner = draw(st.none() | BARE)
    path: Path = (name,) if inner is None else (name, inner)
    for size in range(1, len(path) + 1):
        document.note(path[:size])
    document.text += f"[{'.'.join(written(draw, str(part)) for part in path)}]\n"
    pairs(draw, document, path, 0)


def tables(draw: st.DrawFn, document: Document, name: str) -> None:
    for index in range(draw(st.integers(1, 3))):
        noise(draw, document)
        document.note((name,))
        document.note((name, index))
        document.text += f"[[ {written(draw, name)} ]]  # 第 {index} 个\n"
        pairs(draw, document, (name, index), 0)
        if draw(st.booleans()):
            document.note((name, index, "zz"))
            document.text += f"[{written(draw, name)}.zz]\n"
            pairs(draw, document, (name, index, "zz"), 0)


def pairs(draw: st.DrawFn, document: Document, path: Path, depth: int) -> None:
    for key in draw(st.lists(BARE | ODD, max_size=3, unique=True)):
        if (*path, key) in document.expected or key == "zz":
            continue
        noise(draw, document)
        dotted = draw(st.booleans())
        keys = (key, "in ner") if dotted else (key,)
        for size in range(1, len(keys) + 1):
            document.note((*path, *keys[:size]))
        document.text += " . ".join(written(draw, part) for part in keys) + " = "
        value(draw, document, (*path, *keys), depth)
        document.text += "\n"


def value(draw: st.DrawFn, document: Document, path: Path, depth: int, flat: bool = False) -> None:
    kind = draw(st.sampled_from(["scalar", "scalar", "array", "table"])) if depth < 2 else "scalar"
    if kind == "array":
        array(draw, document, path, depth, flat)
    elif kind == "table":
        inline(draw, document, path, depth)
    else:
        text = draw(SCALARS)
        document.text += '"x"' if flat and "\n" in text else text


def array(draw: st.DrawFn, document: Document, path: Path, depth: int, flat: bool) -> None:
    document.text += "["
    for index in range(draw(st.integers(0, 3))):
        document.text += draw(st.sampled_from(["", " "] if flat else ["", "\n", "\n\n# 注 ] \n  "]))
        document.note((*path, index))
        value(draw, document, (*path, index), depth + 1, flat)
        document.text += ","
    document.text += "]"


def inline(draw: st.DrawFn, document: Document, path: Path, depth: int) -> None:
    document.text += "{ "
    for at, key in enumerate(draw(st.lists(BARE, max_size=3, unique=True))):
        document.text += ", " if at else ""
        document.note((*path, key))
        document.text += f"{key} = "
        value(draw, document, (*path, key), depth + 1, flat=True)
    document.text += " }"


def noise(draw: st.DrawFn, document: Document) -> None:
    for row in draw(st.lists(NOISE, max_size=2)):
        document.text += row + "\n"


def written(draw: st.DrawFn, key: str) -> str:
    bare = all(letter.isascii() and (letter.isalnum() or letter in "_-") for letter in key)
    if bare and draw(st.booleans()):
        return key
    return f"'{key}'" if "'" not in key and draw(st.booleans()) else json.dumps(key, ensure_ascii=False)


def paths(data: Any, path: Path = ()) -> set[Path]:
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return {path} | {inner for part, item in parts for inner in paths(item, (*path, part))}


@given(documents())
@settings(max_examples=80, deadline=None, derandomize=True)
def test_every_path_of_a_document_has_its_line(document: Document) -> None:
    data = tomllib.loads(document.text)
    found = lines(document.text)
    assert found.repeats == []
    assert found.of == document.expected
    assert paths(data) - {()} == set(found.of)


@given(st.text("ab=\"[]{}'#.,\n \\中＝“", max_size=60))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_text_at_all_has_lines(text: str) -> None:
    assert lines(text).line(("a", 0, "b")) >= 1


def test_what_is_not_written_has_the_line_of_what_surrounds_it() -> None:
    found = lines("\n\n[a]\nb = 1\n[[c]]\n[[c]]\nd = [1]\n")
    assert found.line(("a", "x")) == 3
    assert found.line(("c", 1, "x")) == 6
    assert found.line(("c", 1, "d", 5)) == 7
    assert found.line(("x",)) == found.line(()) == 1
