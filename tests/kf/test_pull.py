"""Pages and cursors under death: each message is handled once and in order, whatever is killed when."""

import signal
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.simulator import Disorder, Kf, KfAccount, KfDisorder, Limits, Timing, WeCom
from tests.faults.points import INSIDE, PULLED, TURNED, UNSTORED, WRITTEN
from tests.faults.victim import Victim
from tests.kf.shop import CONFIG, OPEN_KFID, open_shop, secrets
from tests.ports import free_port

soak = pytest.mark.soak
SAID = ("一", "二", "三", "四", "五")
RULES = "\n".join(f'[[replies]]\nname = "{word}"\nexact = "{word}"\nreply = "答{word}"' for word in SAID)


@dataclass
class Home:
    """Where a bot lives that can be killed, as `Victim` wants to know it."""

    wecom: WeCom
    account: KfAccount
    home: Path
    port: int
    environ: Mapping[str, str]

    @property
    def config(self) -> Path:
        return self.home / "config.toml"

    @property
    def server(self) -> Path:
        return self.home / "data" / "redis"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def speak(self, customers: Sequence[str]) -> None:
        """Everybody says five things at once; one hint stands for all, and comes twice."""
        for customer in customers:
            self.wecom.add_customer(customer)
        await self.wecom.kf.say_all(self.account, [(customer, word) for word in SAID for customer in customers])

    async def answered(self, count: int, within: float) -> None:
        await self.wecom.journal.wait_for(lambda journal: len(journal.texts()) >= count, within)

    def decided(self) -> Sequence[tuple[str, str]]:
        """(conversation, text) of the messages, as they were decided."""
        query = "SELECT conversation, text FROM events WHERE topic = 'message' AND outcome <> '' ORDER BY rowid"
        with closing(sqlite3.connect(f"file:{self.home / 'data' / 'qunban.db'}?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()


@asynccontextmanager
async def home(folder: Path, page: int) -> AsyncIterator[tuple[Home, Victim]]:
    limits = Limits(kf_pulls_without_token=1000, api_per_minute=100_000)
    async with WeCom(seed=2, timing=Timing(retry_after=1.0, answer_within=10), limits=limits) as wecom:
        wecom.disorder = Disorder(duplicate_rate=1.0, duplicate_within=0.2)
        wecom.kf.disorder = KfDisorder(page=page)
        app, door, account = open_shop(wecom)
        account.managed = False
        made = Home(wecom, account, folder, free_port(), secrets(app, door))
        written = CONFIG.format(port=made.port, corp=wecom.corp_id, api=wecom.url, handover="relay", more=RULES)
        made.config.write_text(written, "utf-8")
        _connect(wecom, door, made.port)
        victim = Victim(made)  # type: ignore[arg-type]
        try:
            yield made, victim
        finally:
            await victim.clear_away()


def _connect(wecom: WeCom, door: Kf, port: int) -> None:
    wecom.connect(door, f"http://127.0.0.1:{port}/cb/kf/客服")


def judge(place: Home, customers: Sequence[str]) -> None:
    """Each customer's five messages were decided once and in order, and each has its answer."""
    for customer in customers:
        texts = place.wecom.journal.texts(place.account.place(customer))
        assert texts == [f"答{word}" for word in SAID], (customer, texts)
    heard: dict[str, list[str]] = {}
    for conversation, text in place.decided():
        heard.setdefault(conversation, []).append(text)
    assert heard == {f"kf:客服|direct|{OPEN_KFID}/{customer}": list(SAID) for customer in customers}


@pytest.mark.parametrize(("people", "page"), [(30, 60), pytest.param(500, 1000, marks=soak)])
async def test_messages_over_three_pages_survive_a_kill_in_the_middle_of_the_second(
    tmp_path: Path, people: int, page: int
) -> None:
    customers = [f"wm{number:04}" for number in range(people)]
    async with home(tmp_path, page) as (place, victim):
        await victim.start(PULLED, 2)
        await place.speak(customers)
        death = await victim.dies(60)
        assert (death.status, death.point) == (-signal.SIGKILL, PULLED)
        await victim.start()
        await place.wecom.kf.hint(place.account)
        await place.answered(people * len(SAID), 300)
        await place.wecom.settle(30)
        await victim.rest()
        judge(place, customers)
        pages = [call for call in place.wecom.journal.calls("/cgi-bin/kf/sync_msg") if call.errcode == 0]
        assert len(pages) >= 4, "the page that died was pulled again"


POINTS = (INSIDE, 75), (WRITTEN, 80), pytest.param(TURNED, 2, marks=soak), pytest.param(UNSTORED, 60, marks=soak)


@pytest.mark.parametrize(("point", "nth"), POINTS)
async def test_each_message_is_handled_once_and_in_order_whatever_point_it_dies_at(
    tmp_path: Path, point: str, nth: int
) -> None:
    customers = [f"wm{number:04}" for number in range(30)]
    async with home(tmp_path, 50) as (place, victim):
        await victim.start(point, nth)
        await place.speak(customers)
        assert (await victim.dies(60)).point == point
        await victim.start()
        await place.answered(150, 60)
        await place.wecom.settle(30)
        await victim.rest()
        judge(place, customers)
