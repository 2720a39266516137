"""The XML and JSON around and inside callbacks."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wecom import envelope
from bot.wecom.envelope import cdata, clean, dump_json, leaves, listed, parse_json, parse_xml, text, texts, word, xml
from bot.wecom.errors import CallbackError

XML_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=60)
ANY_TEXT = st.text(st.characters(), max_size=60)
NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True)
BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><xml><a>&b;</a></xml>"""


def test_elements_come_in_any_order_and_form() -> None:
    body = b"""<?xml version='1.0'?>
    <xml><Encrypt>AAAA</Encrypt><!-- a comment --><AgentID/><ToUserName><![CDATA[ww1]]></ToUserName></xml>"""
    assert parse_xml(body) == {"Encrypt": ["AAAA"], "AgentID": [""], "ToUserName": ["ww1"]}


def test_repeated_elements_are_lists() -> None:
    root = parse_xml(b"<xml><Items><Item><Id>a</Id><Id>b</Id></Item><Item><Id>c</Id></Item></Items></xml>")
    assert text(root, "Items", "Item", "Id") == "a"
    assert [texts(item, "Id") for item in root["Items"][0]["Item"]] == [("a", "b"), ("c",)]  # type: ignore[index]
    assert sorted(leaves(root)) == [("/Items/Item/Id", "a"), ("/Items/Item/Id", "b"), ("/Items/Item/Id", "c")]


def test_what_is_not_there_is_empty() -> None:
    root = parse_xml(b"<xml><A>1</A><B><C>2</C></B></xml>")
    assert [text(root, "X"), text(root, "A", "B"), text(root, "B"), text("word", "A")] == ["", "", "", ""]
    assert texts(root, "X") == texts("word", "X") == texts(root, "B") == ()


@pytest.mark.parametrize("split", ["]]]]><![CDATA[>", "a]]]]><![CDATA[>b]]]]><![CDATA[>"])
def test_split_cdata_is_one_text(split: str) -> None:
    root = parse_xml(f"<xml><Content><![CDATA[{split}]]></Content></xml>".encode())
    assert text(root, "Content") == split.replace("]]]]><![CDATA[>", "]]>")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"hello",
        b"<xml>",
        b"<xml></XML>",
        b"<xml><a></xml>",
        b"<xml><a></b></xml>",
        b"<xml/><xml/>",
        b"<xml><a>\x00</a></xml>",
        b"<xml><a><![CDATA[\x0b]]></a></xml>",
        b"<xml><a>\xff</a></xml>",
        b"<xml><a>]]></a></xml>",
        b"<xml><a>&unknown;</a></xml>",
        b"<xml><a>1</a>",
        b"<xml>" + b"<a>" * 20 + b"</a>" * 20 + b"</xml>",
        b"<a>" * 100_000,
        "<xml><a>签到".encode("utf-16"),
    ],
    ids=range(17),
)
def test_malformed_xml_is_one_kind_of_error(body: bytes) -> None:
    with pytest.raises(CallbackError):
        parse_xml(body)


@pytest.mark.parametrize(
    "body",
    [
        BOMB,
        b'<!DOCTYPE xml SYSTEM "http://127.0.0.1/x.dtd"><xml><a>1</a></xml>',
        b'<!DOCTYPE xml [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><a>&e;</a></xml>',
        b"<!DOCTYPE xml><xml><a>1</a></xml>",
        b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1/p">%p;]><xml/>',
    ],
)
def test_a_dtd_is_refused_as_such(body: bytes) -> None:
    with pytest.raises(CallbackError, match="DTD"):
        parse_xml(body)


@given(st.lists(st.tuples(NAMES, XML_TEXT, st.booleans()), max_size=8))
def test_the_quick_way_reads_what_expat_reads(fields: list[tuple[str, str, bool]]) -> None:
    inside = "".join(f"<{name}>{words if bare else f'<![CDATA[{words}]]>'}</{name}>\n" for name, words, bare in fields)
    body = f"<xml>{inside}</xml>".encode()
    quick = envelope._parse_flat(body)
    if quick is not None:
        assert quick == envelope._parse_any(body)


def test_usual_callbacks_take_the_quick_way() -> None:
    body = "<xml><ToUserName>ww1</ToUserName>\n<Content><![CDATA[a < b & 签到]]></Content><MsgId>1</MsgId></xml>"
    assert envelope._parse_flat(body.encode()) == envelope._parse_any(body.encode())
    assert envelope._parse_flat(body.encode()) is not None


@given(ANY_TEXT)
def test_any_text_survives_cdata_but_for_what_xml_cannot_carry(words: str) -> None:
    found = ElementTree.fromstring(f"<x>{cdata(words)}</x>").text or ""
    kept = [letter for letter in words if letter in "\t\n\r" or (" " <= letter < "\ud800" or letter > "\udfff")]
    expected = "".join(kept).replace("\ufffe", "").replace("\uffff", "")
    expected = expected.replace("\r\n", "\n").replace("\r", "\n")
    assert found == expected


@pytest.mark.parametrize("words", ["]]>", "]]]]>>", "a]]>b]]>c", "]]", "]", "<![CDATA[x]]>", "\x00\x08]\x0b]>", "🙂‍↔️"])
def test_hostile_words_stay_one_text(words: str) -> None:
    body = xml("xml", {"Content": words, "After": "ok"}).encode()
    assert text(parse_xml(body), "After") == "ok"
    assert text(parse_xml(body), "Content") == "".join(letter for letter in words if letter >= " ")


def test_elements_are_written_by_the_kind_of_their_value() -> None:
    made = xml("xml", {"A": 1, "B": {"C": "x"}, "D": [{"E": "1"}, {"E": "2"}]})
    assert made == (
        "<xml><A>1</A><B><C><![CDATA[x]]></C></B><D><E><![CDATA[1]]></E></D><D><E><![CDATA[2]]></E></D></xml>"
    )


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"1", b'"x"', b"null", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000, b"9" * 5000, b"{}x"],
)
def test_malformed_json_is_one_kind_of_error(body: bytes) -> None:
    with pytest.raises(CallbackError):
        parse_json(body)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("x", "x"), (1, "1"), (2**70, str(2**70)), (True, ""), (None, ""), (1.5, ""), ([], ""), ({}, "")],
)
def test_a_word_is_a_string_or_a_whole_number(value: object, expected: str) -> None:
    assert word({"a": {"b": value}}, "a", "b") == expected
    assert word({"a": value}, "a", "b") == ""


def test_a_single_value_counts_as_a_list() -> None:
    assert listed({"a": {"b": ["x", "y"]}}, "a", "b") == ["x", "y"]
    assert listed({"a": {"b": "x"}}, "a", "b") == ["x"]
    assert listed({"a": "x"}, "a", "b") == listed([], "a") == []


def test_words_lose_what_no_store_takes() -> None:
    assert clean("签\x00到\ud83d🙂") == "签到🙂"
    assert word(parse_json(b'{"a": "\\ud83d\\u0000\\ud83d\\ude42"}'), "a") == "🙂"


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=20)))
def test_any_text_becomes_utf8_json(value: dict[str, str]) -> None:
    assert parse_json(dump_json(value)) == value


def test_half_a_character_does_not_stop_an_answer() -> None:
    assert parse_json(dump_json({"a": "x\ud83d"})) == {"a": "x?"}
