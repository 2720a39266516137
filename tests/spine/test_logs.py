"""The log: one JSON object a line with the event it is about, no secrets, nobody's words."""

import io
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from bot.logs import OWN, LogSection, scrubbed, set_up

SECRET = "QunbanSecretValue1"
EVENT = "aibot:ww1:小助手:0123456789abcdef0123456789abcdef"
Reading = Callable[..., Callable[[], Sequence[dict[str, Any]]]]


@pytest.fixture
def reading() -> Iterator[Reading]:
    """Sets the log up and gives what was written since; the log is put back as it was afterwards."""
    root = logging.getLogger()
    before, levels = (root.handlers[:], root.level), {name: logging.getLogger(name).level for name in OWN}

    def begin(**settings: Any) -> Callable[[], Sequence[dict[str, Any]]]:
        stream = io.StringIO()
        set_up(LogSection(**settings), [SECRET, "abc"], stream)
        return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]

    yield begin
    root.handlers[:], root.level = before
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def test_a_record_is_one_object_with_its_event_door_and_partition(reading: Reading) -> None:
    lines = reading()
    logging.getLogger("bot.engine").warning("event %s waits\nand waits", EVENT)
    logging.getLogger("bot.app").info("answered", extra={"event": EVENT, "door": "aibot:小助手", "partition": 3})
    first, second = lines()
    assert (first["level"], first["logger"]) == ("warning", "bot.engine")
    assert (first["event"], first["door"]) == (EVENT, "aibot:小助手")
    assert (second["event"], second["partition"], second["message"]) == (EVENT, 3, "answered")
    assert first["time"].endswith("+00:00")


def test_a_row_of_the_outbox_leads_to_its_event(reading: Reading) -> None:
    lines = reading()
    logging.getLogger("bot.lanes").warning("outbox row %s: %s", f"{EVENT}:2", "refused")
    assert lines()[0]["event"] == EVENT


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"token is {SECRET}!", "token is ***!"),
        ("GET https://qyapi.weixin.qq.com/cgi-bin/user/get?access_token=abc&userid=u", "GET https://qyapi.weixin.qq.com/cgi-bin/user/get?***"),
        ("access_token=abcdef&x", "access_token=***&x"),
        ('{"response_url": "https://a/b", "x": 1}', '{"response_url": "***", "x": 1}'),
        ("response_code: Xyz", "response_code: ***"),
        ("redis://me:pass@host:6379/0", "redis://***@host:6379/0"),
        ("配置 abc123 起用", "配置 abc123 起用"),
        ("error code 42001", "error code 42001"),
    ],
)  # fmt: skip
def test_secrets_are_taken_out_wherever_they_stand(text: str, shown: str) -> None:
    assert scrubbed(text, [SECRET]) == shown


def test_an_exception_shows_its_class_and_place_but_not_its_words(reading: Reading) -> None:
    lines = reading()
    try:
        int("我的手机号 13800000000")
    except ValueError as error:
        logging.getLogger("bot.engine").exception("event %s broke its handler", EVENT)
        logging.getLogger("bot.engine").warning("it was %s", error)
        logging.getLogger("asyncio").error(f"Task exception was never retrieved\nfuture: {error!r}")
        logging.getLogger("aiohttp.server").error("cannot handle %s", "我的手机号", exc_info=error)
    found = lines()
    assert len(found) == 4
    assert "138" not in json.dumps(found, ensure_ascii=False)
    assert "手机号" not in json.dumps(found, ensure_ascii=False)
    assert (found[0]["error"], found[0]["event"]) == ("ValueError", EVENT)
    assert "test_logs.py" in found[0]["trace"][0]


def test_what_is_wrong_with_files_and_connections_is_said(reading: Reading) -> None:
    lines = reading()
    logging.getLogger("bot.inbox").warning("inbox not readable: %s", ConnectionRefusedError(111, "refused"))
    assert lines()[0]["message"] == "inbox not readable: [Errno 111] refused"


def test_words_are_in_the_log_only_when_somebody_asked_for_them(reading: Reading) -> None:
    for personal in (False, True):
        lines = reading(personal=personal)
        logging.getLogger("bot.app").info("answered", extra={"event": EVENT, "text": "我想退货"})
        assert [one.get("text") for one in lines()] == ["我想退货" if personal else None]


def test_the_level_is_for_our_own_records_and_libraries_are_never_asked_for_details(reading: Reading) -> None:
    lines = reading(level="debug")
    logging.getLogger("bot.app").debug("small")
    logging.getLogger("sqlalchemy.engine").info("INSERT 我想退货")
    logging.getLogger("aiosqlite").debug("INSERT 我想退货")
    assert [one["message"] for one in lines()] == ["small"]
    assert logging.getLogger("aiosqlite").getEffectiveLevel() >= logging.WARNING


def test_text_is_for_people(reading: Reading) -> None:
    stream = io.StringIO()
    reading()
    set_up(LogSection(format="text"), [], stream)
    logging.getLogger("bot.engine").warning("event %s waits", EVENT)
    assert (
        stream.getvalue().rstrip().endswith(f"warning bot.engine: event {EVENT} waits event={EVENT} door=aibot:小助手")
    )
