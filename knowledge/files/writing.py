"""Entries as a manager would write them into a TOML file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from knowledge.entries import Entry

# A list that is longer than this on one line is easier to read and to change with a line for each.
LONGEST_LINE = 100

_ESCAPES: Mapping[str, str] = {
    "\\": "\\\\",
    '"': '\\"',
    "\b": "\\b",
    "\t": "\\t",
    "\f": "\\f",
    "\r": "\\r",
    "\n": "\\n",
}


def document(entries: Iterable[Entry], remark: str = "", words: Sequence[str] = ()) -> str:
    """A whole file: a remark, the community's own words, the entries."""
    head = "".join(f"# {line}\n" for line in remark.splitlines())
    own = f"words = {_list(words)}\n" if words else ""
    return "\n".join(part for part in [head, own, *map(block, entries)] if part)


def block(entry: Entry, remark: str = "") -> str:
    """One `[[faq]]` block with a remark above it; what has no value is left out."""
    lines = [*(f"# {line}" for line in remark.splitlines()), "[[faq]]", *_keys(entry)]
    return "\n".join(lines) + "\n"


def _keys(entry: Entry) -> Iterator[str]:
    if entry.id != entry.question:
        yield f"id = {_text(entry.id)}"
    yield f"question = {_text(entry.question)}"
    for key in ("similar", "tags", "groups", "attach"):
        if values := getattr(entry, key):
            one = key == "attach" and len(values) == 1
            yield f"{key} = {_text(values[0]) if one else _list(values)}"
        if key == "similar":
            yield f"answer = {_answer(entry.answers)}"
    for key in ("start", "end"):
        if day := getattr(entry, key):
            yield f"{key} = {day:%Y-%m-%d}"
    if entry.owner:
        yield f"owner = {_text(entry.owner)}"


def _answer(answers: Sequence[str]) -> str:
    return _text(answers[0]) if len(answers) == 1 else _list(answers)


def _list(values: Sequence[str]) -> str:
    line = f"[{', '.join(map(_text, values))}]"
    if len(line) <= LONGEST_LINE and "\n" not in line:
        return line
    return "[\n" + "".join(f"    {_text(value)},\n" for value in values) + "]"


def _text(text: str) -> str:
    """A TOML string: several lines stay several lines, and quotation marks are not escaped where that can be helped."""
    if any(letter in text for letter in '"\\') and "'" not in text and text.isprintable():
        return f"'{text}'"
    if "\n" not in text or "\r" in text:
        return f'"{_escaped(text)}"'
    lines = "\n".join(_escaped(line) for line in text.split("\n"))
    return f'"""\n{lines}"""'


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(letter) or _plain(letter) for letter in text)


def _plain(letter: str) -> str:
    """Letters that a TOML string must not hold as they are."""
    point = ord(letter)
    return f"\\u{point:04X}" if point < 0x20 or point == 0x7F or 0xD800 <= point < 0xE000 else letter
