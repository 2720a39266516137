"""The journal as the page shows it: bubbles with what became of them, and the traffic on the wire."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.simulator.journal import Attempt, Call, Entry, Journal, Record
from bot.simulator.page.counter import Counter
from bot.simulator.page.place import place_id
from bot.simulator.server import WeCom

Shown = Mapping[str, Any]

VISIBLE = ("said", "seen")
NEWEST_RECORDS, NEWEST_TRAFFIC = 500, 80


class View:
    """Turns entries into what browsers are told: pairs of an event's name and its data."""

    def __init__(self, wecom: WeCom, counter: Counter) -> None:
        self._wecom = wecom
        self._counter = counter
        self._journal: Journal = wecom.journal

    def all(self) -> tuple[list[Shown], list[Shown]]:
        """The newest records and the newest traffic, oldest first."""
        entries = list(self._journal)
        records = [entry for entry in entries if isinstance(entry, Record) and entry.kind in VISIBLE]
        traffic = [entry for entry in entries if _is_traffic(entry)]
        shown = [self.record(record) for record in records[-NEWEST_RECORDS:]]
        return shown, [self.traffic(one) for one in traffic[-NEWEST_TRAFFIC:]]

    def changed(self, number: int) -> Iterator[tuple[str, Shown]]:
        """What an entry that changed means for the page."""
        entry = self._journal.entry(number)
        if isinstance(entry, Record) and entry.kind in VISIBLE:
            yield "record", self.record(entry)
        if _is_traffic(entry):
            yield "traffic", self.traffic(entry)
        if self._is_turn(entry):
            yield "people", {}
        if isinstance(entry, Attempt) and (said := self.said(entry.msgid)):
            yield "record", self.record(said)

    def _is_turn(self, entry: Entry) -> bool:
        """Whether somebody else may serve a customer from now on."""
        if isinstance(entry, Call):
            return entry.path.endswith("/service_state/trans") and entry.ended is not None
        return isinstance(entry, Record) and self._counter.is_here(entry)

    def said(self, msgid: str | None) -> Record | None:
        """What a person did, by its message id."""
        found = self._journal.sent(msgid) if msgid else []
        return next((record for record in found if record.kind == "said"), None)

    def record(self, record: Record) -> Shown:
        """A bubble."""
        return {
            "n": record.number,
            "at": record.at,
            "kind": record.kind,
            "place": place_id(record.conversation),
            "from": self._speaker(record),
            "person": self._person(record),
            "human": record.kind == "said" or record.via == "servicer",
            "deed": record.kind == "said" and self._is_deed(record),
            "type": record.msgtype,
            "text": record.text,
            "card": record.card,
            "faces": _faces(record),
            "menu": record.menu,
            "finished": record.finished,
            "cut": record.cut,
            "recalled": record.recalled,
            "pictures": [media for media in record.media if record.msgtype == "image"],
            "rateable": bool(record.feedback),
            "late": record.via == "response_url",
            "answers": self._number(record.answers),
            "delivery": self._delivery(record) if record.kind == "said" else None,
        }

    def _person(self, record: Record) -> str:
        """Who did it or whom it answers; at the counters a servicer's name stands for them."""
        if record.via == "servicer":
            return self._speaker(record)
        return record.member if self._counter.is_here(record) else record.member.lower()

    def _is_deed(self, record: Record) -> bool:
        """Whether somebody did something rather than said something."""
        return record.msgtype == "event" if self._counter.is_here(record) else record.msgtype != "message"

    def _speaker(self, record: Record) -> str:
        if self._counter.is_here(record):
            return self._counter.speaker(record)
        if record.kind == "seen":
            return record.door.partition(":")[2]
        found = self._wecom.directory.find(record.member)
        return found.name if found else record.member

    def _number(self, msgid: str | None) -> int | None:
        said = self.said(msgid)
        return said.number if said else None

    def _delivery(self, record: Record) -> Shown:
        """How a person's act travels to the bot."""
        attempts = self._journal.attempts(record.msgid)
        ended = [one for one in attempts if one.ended is not None]
        arrived = next((one for one in ended if one.outcome == "ok"), None)
        return {
            "times": len(attempts),
            "flying": len(ended) < len(attempts),
            "arrived": arrived is not None,
            "ms": round(arrived.seconds * 1000) if arrived else None,
            "outcome": ended[-1].outcome if ended else "",
        }

    def traffic(self, entry: Entry) -> Shown:
        """A delivery to the bot, or a call of the bot's."""
        if isinstance(entry, Attempt):
            what = f"{entry.door} 第 {entry.delivery} 次" + (f"，重复 {entry.copy}" if entry.copy else "")
            return _line(entry, "in", what, entry.outcome or "…", entry.outcome in ("", "ok"))
        assert isinstance(entry, Call)
        done = entry.ended is not None
        result = f"errcode {entry.errcode}" if entry.errcode is not None else f"HTTP {entry.status}" if done else "…"
        what = entry.path.removeprefix("/cgi-bin/")
        return _line(entry, "out", what, result, not done or entry.errcode == 0) | {"fault": entry.fault}


def _faces(record: Record) -> Shown:
    """The card of those who see another one than the rest."""
    viewers = sorted({viewer for version in record.history for viewer in version.viewers})
    return {viewer: record.card_for(viewer) for viewer in viewers}


def _line(entry: Attempt | Call, way: str, what: str, result: str, fine: bool) -> dict[str, Any]:
    ms = round(entry.seconds * 1000) if entry.ended is not None else None
    return {"n": entry.number, "at": entry.at, "way": way, "what": what, "result": result, "fine": fine, "ms": ms}


def _is_traffic(entry: Entry) -> bool:
    """A poll for a stream is no news, and neither are the bot's questions for a picture."""
    return isinstance(entry, Call) or (isinstance(entry, Attempt) and entry.situation != "stream")
