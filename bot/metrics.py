"""What the bot counts, in Prometheus' form."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.types.events import Event, Message, Noticed
from bot.unfamiliar import Unfamiliar


class Metrics:
    """Counters of one running bot; nothing global."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._callbacks = Counter(
            "qunban_callbacks", "Callbacks by door and answer", ["door", "answer"], registry=self.registry
        )
        self._outcomes = Counter("qunban_outcomes", "Decided events by outcome", ["outcome"], registry=self.registry)
        self._refused = Counter("qunban_refused", "Events not decided here, by reason", ["why"], registry=self.registry)
        self._deliveries = Counter(
            "qunban_deliveries", "Tries of lanes by door and result", ["door", "state"], registry=self.registry
        )
        self._fetches = Counter(
            "qunban_fetches", "Tries to fetch what was sent, by door and result", ["door", "result"],
            registry=self.registry,
        )  # fmt: skip
        self._ratings = Counter(
            "qunban_ratings", "Thumbs by door and verdict", ["door", "verdict"], registry=self.registry
        )
        self._connected = Gauge(
            "qunban_connected", "1 while the door's long connection is up here", ["door"], registry=self.registry
        )
        self._gaps = Counter(
            "qunban_gaps", "Times without a connection, in which nothing could be heard", ["door"],
            registry=self.registry,
        )  # fmt: skip
        self._gap_seconds = Counter(
            "qunban_gap_seconds", "How long those times were in all", ["door"], registry=self.registry
        )
        self._missed = Counter(
            "qunban_missed", "Events that were heard and could not be stored", ["door"], registry=self.registry
        )
        self._unfamiliar = Unfamiliar()
        self._heard = Counter("qunban_heard", "Events by door and kind", ["door", "kind"], registry=self.registry)
        self._seconds = Histogram("qunban_decision_seconds", "From taken in hand to committed", registry=self.registry)
        self.inbox = Gauge("qunban_inbox_waiting", "Events that wait to be decided", registry=self.registry)
        self.inbox_age = Gauge("qunban_inbox_oldest_seconds", "Age of the oldest of them", registry=self.registry)
        self.outbox = Gauge("qunban_outbox", "Rows of the outbox by state", ["state"], registry=self.registry)
        self.outbox_age = Gauge(
            "qunban_outbox_oldest_seconds", "Age of the oldest row to be sent", registry=self.registry
        )
        self.partitions = Gauge("qunban_partitions_held", "Partitions this process works on", registry=self.registry)

    def heard(self, event: Event) -> None:
        """Something came in: a message of some form, an event of some kind, something that has a name alone."""
        match event:
            case Message():
                kind = event.form
            case Noticed():
                kind = event.name
                self._unfamiliar.look(event)
            case _:
                kind = event.topic.partition(":")[0]
        self._heard.labels(event.conversation.door, kind).inc()

    def rated(self, door: str, verdict: str) -> None:
        """A person rated an answer."""
        self._ratings.labels(door, verdict or "unknown").inc()

    def callback(self, door: str, answer: str) -> None:
        """A callback was answered."""
        self._callbacks.labels(door, answer).inc()

    def connected(self, door: str, is_up: bool) -> None:
        """A long connection came or went."""
        self._connected.labels(door).set(is_up)

    def gap(self, door: str, seconds: float) -> None:
        """For so long there was no connection."""
        self._gaps.labels(door).inc()
        self._gap_seconds.labels(door).inc(seconds)

    def missed(self, door: str, events: int) -> None:
        """So many events were heard in vain."""
        self._missed.labels(door).inc(events)

    def decided(self, kind: str, seconds: float) -> None:
        """An event was decided."""
        self._outcomes.labels(kind).inc()
        self._seconds.observe(seconds)

    def refused(self, why: str) -> None:
        """An event was not decided here."""
        self._refused.labels(why).inc()

    def sent(self, door: str, state: str) -> None:
        """A lane tried a row."""
        self._deliveries.labels(door, state).inc()

    def fetched(self, door: str, result: str) -> None:
        """A fetch was tried."""
        self._fetches.labels(door, result).inc()

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)
