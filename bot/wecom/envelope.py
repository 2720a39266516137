"""The XML and JSON that callbacks and their answers travel in (WeCom doc 90238, 90241, 101033).

An XML element is the text between its tags, or its children by name, each name with a list.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn
from xml.parsers import expat

from bot.wecom.errors import CallbackError

Element = str | dict[str, list["Element"]]

DEPTH = 16
_UNREADABLE = re.compile("[\x00\ud800-\udfff]")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# No "]" in CDATA, no references, nothing that XML forbids or changes ("\r"): all that is expat's to judge.
_CLEAN = "\\t\\n\\x20-\\x25\\x27-\\x3b\\x3d-\\x5c\\x5e-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff"
_FLAT = re.compile(
    rf"[\n\t ]*<([A-Za-z_][A-Za-z0-9_]*)>(?:<!\[CDATA\[([<&{_CLEAN}]*)\]\]>|([{_CLEAN}]*))</\1>", re.ASCII
)

# Only base64 inside; whatever else an envelope says is not signed, and nothing of it is used.
_ENVELOPE = re.compile(rb"<Encrypt>(?:<!\[CDATA\[)?([0-9A-Za-z+/=]+)(?:\]\]>)?</Encrypt>")


class _Builder:
    """Builds elements from expat's events; the innermost open element is last."""

    def __init__(self) -> None:
        self.root: dict[str, list[Element]] = {}
        self._open: list[dict[str, list[Element]]] = [self.root]
        self._text: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if len(self._open) > DEPTH:
            raise CallbackError("XML nested too deep")
        self._open.append({})
        self._text.clear()

    def text(self, data: str) -> None:
        self._text.append(data)

    def end(self, name: str) -> None:
        children = self._open.pop()
        self._open[-1].setdefault(name, []).append(children or "".join(self._text))
        self._text.clear()

    def refuse(self, *_: object) -> NoReturn:
        raise CallbackError("XML with a DTD")


def parse_xml(body: bytes) -> dict[str, list[Element]]:
    """The children of the root element; CallbackError for malformed XML and for any DTD or entity declaration."""
    flat = _parse_flat(body)
    return _parse_any(body) if flat is None else flat


def encrypted_of(body: bytes) -> str:
    """The ciphertext of an XML envelope; "" when it has none, CallbackError as `parse_xml`."""
    plain = _ENVELOPE.search(body) if body.count(b"<!") == body.count(b"<![CDATA[") else None
    if plain is None or body.count(b"<Encrypt>") != 1:
        return text(parse_xml(body), "Encrypt")
    return plain[1].decode()


def _parse_flat(body: bytes) -> dict[str, list[Element]] | None:
    """The plain form of nearly all callbacks, in one pass; None when this is anything more than that."""
    try:
        words = body.decode()
    except UnicodeDecodeError:
        return None
    found: dict[str, list[Element]] = {}
    end = len("<xml>") if words.startswith("<xml>") else len(words)
    while item := _FLAT.match(words, end):
        name, marked, bare = item.groups()
        found.setdefault(name, []).append(bare if marked is None else marked)
        end = item.end()
    return found if words[end:].strip("\n\t ") == "</xml>" else None


def _parse_any(body: bytes) -> dict[str, list[Element]]:
    builder = _Builder()
    parser = expat.ParserCreate(encoding="UTF-8")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = builder.refuse
    parser.EntityDeclHandler = builder.refuse
    try:
        parser.Parse(body, True)
    except expat.ExpatError:
        raise CallbackError("malformed XML") from None
    root = next(iter(builder.root.values()))[0]
    return root if isinstance(root, dict) else {}


def child(element: Element, name: str) -> Element:
    """The first child of that name; "" when there is none."""
    found = element.get(name) if isinstance(element, dict) else None
    return found[0] if found else ""


def text(element: Element, *path: str) -> str:
    """The text at a path of names; "" when it is not there."""
    for name in path:
        element = child(element, name)
    return element if isinstance(element, str) else ""


def texts(element: Element, name: str) -> tuple[str, ...]:
    """The texts of all children of that name."""
    found = element.get(name, []) if isinstance(element, dict) else []
    return tuple(item for item in found if isinstance(item, str))


def leaves(element: Element, path: str = "") -> Iterator[tuple[str, str]]:
    """Every (path, text) below an element, in no particular order."""
    if isinstance(element, str):
        yield path, element
        return
    for name, items in element.items():
        for item in items:
            yield from leaves(item, f"{path}/{name}")


def parse_json(body: bytes) -> dict[str, Any]:
    """A JSON object; CallbackError for anything else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise CallbackError("malformed JSON") from None
    if not isinstance(found, dict):
        raise CallbackError("JSON is not an object")
    return found


def word(found: object, *path: str) -> str:
    """The string (or whole number) at a path of a JSON value; "" when it is something else."""
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    return clean(found) if isinstance(found, str) else ""


def listed(found: object, *path: str) -> list[Any]:
    """The list at a path of a JSON value; a single value counts as a list of one."""
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def clean(words: str) -> str:
    """The words without NUL and halves of characters, which no store takes."""
    return words if words.isprintable() else _UNREADABLE.sub("", words)


def cdata(words: str) -> str:
    """A CDATA section with exactly these words; characters that XML cannot carry are left out."""
    return f"<![CDATA[{_NOT_XML.sub('', words).replace(']]>', ']]]]><![CDATA[>')}]]>"


def xml(name: str, value: object) -> str:
    """An element: numbers bare, words as CDATA, mappings as children, sequences as repeated elements."""
    if isinstance(value, str):
        return f"<{name}>{cdata(value)}</{name}>"
    if isinstance(value, Mapping):
        return f"<{name}>{''.join(xml(key, item) for key, item in value.items())}</{name}>"
    if isinstance(value, Sequence):
        return "".join(xml(name, item) for item in value)
    return f"<{name}>{value}</{name}>"


def sealed_xml(encrypted: str, signature: str, timestamp: str, nonce: str) -> bytes:
    """The answer to an XML callback."""
    return (
        f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce>{cdata(nonce)}</Nonce></xml>"
    ).encode()


def sealed_json(encrypted: str, signature: str, timestamp: int, nonce: str) -> bytes:
    """The answer to a JSON callback; `nonce` is the callback's."""
    answer = {"encrypt": encrypted, "msgsignature": signature, "timestamp": timestamp, "nonce": nonce}
    return json.dumps(answer).encode()


def dump_json(value: object) -> bytes:
    """JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
