"""What the log says: one line a record, with the event it is about, without secrets and without what people said.

Exceptions are shown by their class and place, because their words may quote a message. `personal` shows all of it.
"""

import json
import logging
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

import regex
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bot.types.declarations import Problem, Section, Settings, Settled

OWN = ("bot", "handlers", "knowledge", "nlp", "scheduler")
HIDDEN = "***"
LONGEST = 4000
# Errors of these say nothing about anybody: they are about files, connections and our own states.
TOLD = (OSError, RedisConnectionError, RedisTimeoutError)

_EVENT = regex.compile(r"(?P<id>(?P<kind>[a-z]+):[^\s:|]*:(?P<name>[^\s|]+):[0-9a-f]{32})(?::\d+)*")
_ASSIGNED = regex.compile(
    r"(?i)((?:access_token|response_url|response_code|welcome_code|code|ticket|token|secret|aes_?key|encodingaeskey"
    r"|password|msg_signature|echostr|corpsecret)[\"']?\s*[=:]\s*[\"']?)[^\s\"'&,;)}\]]+"
)
_QUERY = regex.compile(r"(?i)(https?://[^\s?\"'<>]+)\?[^\s\"'<>]+")
_CREDENTIALS = regex.compile(r"(://)[^\s/@]+@")


class LogSection(Settled):
    """`[log]`: the form and the least weight of records; `personal` lets people's words in."""

    format: Literal["json", "text"] = "json"
    level: Literal["debug", "info", "warning", "error"] = "info"
    personal: bool = False


LOG: Section[LogSection] = Section("log", LogSection, LogSection)


def inspect(settings: Settings) -> Iterable[Problem]:
    """A warning while people's words may get into the log."""
    if settings[LOG].personal:
        told = "日志里会出现大家说的话，只在查问题时打开，查完改回 false；已有的日志请按公司的规定保管和删除"
        yield Problem(("log", "personal"), told, warning=True)


def set_up(settings: LogSection, secrets: Iterable[str], stream: TextIO | None = None) -> None:
    """Write records to a stream (stderr) from now on; other people's libraries only from warnings on."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Formatter(settings, secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OWN:
        logging.getLogger(name).setLevel(settings.level.upper())


class Formatter(logging.Formatter):
    """One line a record. `event`, `door`, `partition` and `text` may be given as `extra`."""

    def __init__(self, settings: LogSection, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._personal = settings.personal
        self._write: Callable[[Mapping[str, Any]], str] = _as_json if settings.format == "json" else _as_text
        # Short values would hide ordinary words.
        self._secrets = sorted((one for one in secrets if len(one) >= 6), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._message(record)[:LONGEST],
            **_about(record),
            **self._fault(record),
        }
        text = record.__dict__.get("text", "")
        if self._personal and text:
            fields["text"] = text
        return self._write({name: self._clean(value) for name, value in fields.items()})

    def _message(self, record: logging.LogRecord) -> str:
        if self._personal:
            return record.getMessage()
        own = record.name.partition(".")[0] in OWN
        if not record.args:
            return str(record.msg) if own else str(record.msg).partition("\n")[0]
        shown = _own_argument if own else _foreign_argument
        if isinstance(record.args, Mapping):
            return str(record.msg) % {name: shown(value) for name, value in record.args.items()}
        return str(record.msg) % tuple(map(shown, record.args))

    def _fault(self, record: logging.LogRecord) -> Mapping[str, Any]:
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return {}
        if self._personal:
            return {"error": type(error).__name__, "trace": "".join(traceback.format_exception(error))}
        frames = traceback.extract_tb(error.__traceback__)
        return {"error": type(error).__name__, "trace": [f"{one.filename}:{one.lineno} {one.name}" for one in frames]}

    def _clean(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._clean(one) for one in value]
        return scrubbed(value, self._secrets) if isinstance(value, str) else value


def scrubbed(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without secrets, without what follows a token's or code's name, and without queries of addresses."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    text = _QUERY.sub(rf"\1?{HIDDEN}", text)
    text = _CREDENTIALS.sub(rf"\1{HIDDEN}@", text)
    return _ASSIGNED.sub(rf"\1{HIDDEN}", text)


def _about(record: logging.LogRecord) -> Mapping[str, Any]:
    """The event, door and partition of a record: as they were given, or by an event's id among its arguments."""
    given = {name: getattr(record, name) for name in ("event", "door", "partition") if hasattr(record, name)}
    if "event" in given or not isinstance(record.args, tuple):
        return given
    found = next((hit for one in record.args if isinstance(one, str) and (hit := _EVENT.fullmatch(one))), None)
    return {"event": found["id"], "door": f"{found['kind']}:{found['name']}", **given} if found else given


def _own_argument(value: object) -> object:
    """What may be shown of an argument of our own: everything but the words of strange exceptions."""
    if not isinstance(value, BaseException):
        return value
    told = isinstance(value, TOLD) or type(value).__module__.partition(".")[0] in OWN
    return str(value) if told else type(value).__name__


def _foreign_argument(value: object) -> object:
    """What may be shown of an argument of a library's: numbers, and what kind of thing the rest is."""
    return value if isinstance(value, int | float) else f"<{type(value).__name__}>"


def _as_json(fields: Mapping[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, default=str)


def _as_text(fields: Mapping[str, Any]) -> str:
    head = f"{fields['time']} {fields['level']} {fields['logger']}: {fields['message']}"
    more = [f"{name}={fields[name]}" for name in ("event", "door", "partition", "error", "text") if name in fields]
    trace = fields.get("trace", ())
    lines = [trace] if isinstance(trace, str) else [f"  {line}" for line in trace]
    return "\n".join([" ".join([head, *more]), *lines])
