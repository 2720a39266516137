"""Callbacks, and the courier that delivers them (doc/90238: 5 s, three deliveries, any status but 200 is a failure)."""

import asyncio
import random
from collections import defaultdict
from dataclasses import dataclass
from io import BytesIO

import aiohttp

from bot.simulator import answers
from bot.simulator.answers import Answer, Asked
from bot.simulator.clock import Clock
from bot.simulator.crypto import Envelope, Request, XmlEnvelope, envelope
from bot.simulator.doors import Door
from bot.simulator.errors import BadAnswer, SimulatorError
from bot.simulator.journal import Conversation, Journal
from bot.simulator.limits import Limits
from bot.simulator.screen import Bubble, Callback, Screen
from bot.simulator.tasks import Tasks
from bot.simulator.timing import Timing

# aiohttp rounds time-outs from this one on up to whole seconds, but WeCom hangs up on time.
ROUNDED_FROM = 3600.0


@dataclass(frozen=True, slots=True)
class Disorder:
    """How untidy the deliveries are; by default they are tidy.

    `duplicate_rate`: share of callbacks sent in `duplicate_copies` more copies within `duplicate_within`
    seconds (0: at once). `shuffle`: retries come up to so many seconds later, so those of different callbacks
    change places. `lost_answers`: share of answers lost on their way, after which WeCom retries.
    `identical_retries`: retries are the same bytes; otherwise they have a fresh nonce, time and ciphertext.
    """

    duplicate_rate: float = 0.0
    duplicate_copies: int = 1
    duplicate_within: float = 0.0
    shuffle: float = 0.0
    lost_answers: float = 0.0
    identical_retries: bool = False


class Courier:
    """Delivers callbacks to the doors' URLs and puts the answers on people's screens."""

    def __init__(
        self,
        corp_id: str,
        clock: Clock,
        chance: random.Random,
        journal: Journal,
        screen: Screen,
        tasks: Tasks,
        timing: Timing,
        limits: Limits,
    ) -> None:
        self.disorder = Disorder()
        self.urls: dict[str, str] = {}
        self._corp_id = corp_id
        self._clock = clock
        self._chance = chance
        self._journal = journal
        self._screen = screen
        self._tasks = tasks
        self._timing = timing
        self._deliveries = limits.deliveries
        self._slots = asyncio.Semaphore(limits.connections)
        self._turns: dict[Conversation, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._envelopes: dict[str, Envelope] = {}
        self._first_bytes: dict[str, Request] = {}
        self._http: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

    async def close(self) -> None:
        if self._http:
            await self._http.close()

    def envelope(self, door: Door) -> Envelope:
        if door.id not in self._envelopes:
            self._envelopes[door.id] = envelope(door, self._corp_id, self._chance)
        return self._envelopes[door.id]

    def send(self, callback: Callback, copies: int = 0) -> asyncio.Task[None]:
        """Start delivering, with so many copies at the same moment; the task ends with the last delivery."""
        if self._chance.random() < self.disorder.duplicate_rate:
            copies += self.disorder.duplicate_copies
        return self._tasks.own(self._deliver(callback, copies))

    async def _deliver(self, callback: Callback, copies: int) -> None:
        outcome = await self._first(callback, copies)
        for delivery in range(2, self._deliveries + 1):
            if outcome == "ok":
                break
            await asyncio.sleep(self._timing.retry_after + self._chance.random() * self.disorder.shuffle)
            outcome = await self.attempt(callback, delivery)
        self._first_bytes.pop(callback.msgid, None)

    async def _first(self, callback: Callback, copies: int) -> str:
        """First deliveries of one conversation leave in order, but do not wait for slow answers."""
        async with self._turns[callback.conversation]:
            attempt = self._tasks.own(self.attempt(callback, 1))
            for copy in range(1, copies + 1):
                self._tasks.own(self._copy(callback, copy, self._chance.random() * self.disorder.duplicate_within))
            await asyncio.wait({attempt}, timeout=self._timing.gap)
        return await attempt

    async def _copy(self, callback: Callback, copy: int, delay: float) -> None:
        await asyncio.sleep(delay)
        await self.attempt(callback, 1, copy)

    async def attempt(self, callback: Callback, delivery: int, copy: int = 0) -> str:
        """One delivery: its outcome, journaled; an accepted answer is shown."""
        async with self._slots:
            request = self._request(callback)
            entry = self._journal.attempt(
                callback.conversation,
                msgid=callback.msgid,
                situation=str(callback.situation),
                delivery=delivery,
                copy=copy,
            )
            started = asyncio.get_running_loop().time()
            status, body, outcome = await self._exchange(callback, request)
            seconds = asyncio.get_running_loop().time() - started
            self._journal.end(entry.number, seconds=seconds, status=status, outcome=outcome)
        if outcome == "ok":
            self._show(callback, request, body)
        return outcome

    def _request(self, callback: Callback) -> Request:
        if callback.origin or not self.disorder.identical_retries:
            return self.seal(callback.door, callback.plain)
        return self._first_bytes.setdefault(callback.msgid, self.seal(callback.door, callback.plain))

    def seal(self, door: Door, plain: str) -> Request:
        """A request with the present time and a nonce of its own."""
        return self.envelope(door).wrap(plain, str(int(self._clock.now())), str(self._chance.getrandbits(40)))

    async def _exchange(self, callback: Callback, request: Request) -> tuple[int, bytes, str]:
        if callback.door.id not in self.urls:
            return 0, b"", "unreachable"
        try:
            status, body = await self.post(callback.door, request)
        except TimeoutError:
            return 0, b"", "cut"
        except aiohttp.ClientError:
            return 0, b"", "unreachable"
        if status == 200 and self._chance.random() < self.disorder.lost_answers:
            return status, b"", "lost"
        return status, body, "ok" if status == 200 else "status"

    async def post(self, door: Door, request: Request) -> tuple[int, bytes]:
        """Send a request to a door's URL; status and body of the answer."""
        return await self._http_call("POST", door, request, self._timing.answer_within)

    async def get(self, door: Door, params: dict[str, str]) -> tuple[int, bytes]:
        return await self._http_call("GET", door, Request(params, b"", "text/plain"), self._timing.verify_within)

    async def _http_call(self, method: str, door: Door, request: Request, within: float) -> tuple[int, bytes]:
        url = self.urls.get(door.id)
        if self._http is None or url is None:
            raise SimulatorError(f"{door.id} has no callback URL, or the simulator is not running")
        async with self._http.request(
            method,
            url,
            params=request.params,
            data=BytesIO(request.body) if request.body else None,
            headers={"Content-Type": request.content_type},
            timeout=aiohttp.ClientTimeout(total=within, ceil_threshold=ROUNDED_FROM),
            allow_redirects=False,
        ) as response:
            return response.status, await response.read()

    def _show(self, callback: Callback, request: Request, body: bytes) -> None:
        """Put a valid answer on the screen; an invalid one is journaled as refused."""
        try:
            answer = self._read(callback, request, body)
            opened = self._screen.show(callback, answer) if answer else None
        except BadAnswer as error:
            self._screen.refuse(callback, str(error))
        else:
            if opened:
                self._tasks.own(self._poll(callback, opened))

    def _read(self, callback: Callback, request: Request, body: bytes) -> Answer | None:
        around = self.envelope(callback.door)
        plain = around.unwrap(body, request.nonce)
        asked = Asked(callback.situation, self._corp_id, callback.member, callback.task_id, callback.stream)
        if not plain:
            return None
        return answers.from_xml(plain, asked) if isinstance(around, XmlEnvelope) else answers.from_json(plain, asked)

    async def _poll(self, callback: Callback, bubble: Bubble) -> None:
        """Ask for the stream's text until it is finished or its time is over (doc/100719)."""
        number = 0
        while not bubble.closed.is_set():
            await asyncio.sleep(self._timing.poll_every)
            if self._clock.now() >= callback.said_at + self._timing.stream_lives:
                break
            number += 1
            await self.attempt(callback.poll(bubble.stream, number), 1)
        bubble.closed.set()

    async def knock(self, door: Door, request: Request) -> int:
        """The status that a door answers to a request of any kind; 0 when it cuts the connection."""
        try:
            return (await self.post(door, request))[0]
        except (aiohttp.ClientError, TimeoutError):
            return 0
