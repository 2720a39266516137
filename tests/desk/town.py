"""A simulated company with a desk: customers, staff, and time that can be moved."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.simulator import Conversation, Disorder, Journal, Posted, Record, Timing, WeCom
from bot.simulator import cards as faces
from tests.desk import wording
from tests.faults.company import Answers, Company, Stores
from tests.ports import free_port
from tests.tide import Tide, UnixTide

# Each in a partition of their own, and more than one of two processes holds.
STAFF: Mapping[str, str] = {"mei01": "小美", "ning01": "阿宁", "qing01": "阿青", "lan01": "小蓝", "min01": "阿敏"}
LEAD: Mapping[str, str] = {"zhou01": "老周"}
# A colleague who has nothing to do with the desk.
STRANGER: Mapping[str, str] = {"wang01": "小王"}
PEOPLE: Mapping[str, str] = {**STAFF, **LEAD, **STRANGER}
QUESTIONS = 60
# WeCom waits as long as a busy machine needs, and comes back soon after a death.
TIMING = Timing(answer_within=20.0, retry_after=2.0, gap=0.05)
DISORDER = Disorder(duplicate_rate=0.25, duplicate_within=0.5)
MINUTE, HOUR = 60.0, 3600.0
# Seconds; longer than a busy machine needs, and than a lane waits for a callback.
PATIENCE = 45.0


@dataclass(frozen=True)
class Rules:
    """What the desk promises, in seconds, and how it finds people."""

    assign: str = "抢单"
    first: float = 5 * MINUTE
    next: float = 10 * MINUTE
    accept: float = 2 * MINUTE
    give_up: float = HOUR
    idle: float = 30 * MINUTE
    capacity: int = 50
    has_lead: bool = True
    send_delay: float = 0.0

    @property
    def levels(self) -> int:
        return 2 if self.has_lead else 1


@dataclass(frozen=True)
class Town:
    """The company, its time, and who lives there."""

    company: Company
    tide: Tide
    rules: Rules
    customers: Sequence[str]

    @property
    def wecom(self) -> WeCom:
        return self.company.wecom

    def place(self, userid: str) -> Conversation:
        """Where somebody talks with the bot."""
        return Conversation(self.company.app.id, "direct", userid)

    async def say(self, who: str, text: str) -> Posted:
        """Somebody writes to the bot."""
        return await self.wecom.say(self.company.app, who, text)

    async def card(self, who: str, customer: str, words: str = "") -> Record:
        """The newest card about a customer that somebody has, once it is there and says so."""

        def found(journal: Journal) -> Record | None:
            for record in reversed(journal.seen(self.place(who))):
                face = record.card_for(who)
                if face and re.search(rf"#\d+ {customer}(?!\w)", faces.title(face)):
                    return record if words in str(face) else None
            return None

        card = await self.wecom.journal.wait_for(found, PATIENCE)
        assert card is not None
        return card

    async def reads(self, who: str, words: str) -> str:
        """What somebody is told that has these words, once it is there."""

        def found(journal: Journal) -> str:
            return next((text for text in reversed(journal.texts(self.place(who))) if words in text), "")

        return await self.wecom.journal.wait_for(found, PATIENCE)


@asynccontextmanager
async def town(
    home: Path, *, seed: int, customers: int, rules: Rules, stores: Stores, disorder: Disorder = DISORDER
) -> AsyncIterator[Town]:
    """Everybody is there; the bot is yet to be started."""
    tide, port = Tide(home / "tide"), free_port()
    async with WeCom(seed=seed, timing=TIMING, clock=UnixTide(tide)) as wecom:
        wecom.disorder = disorder
        app = wecom.add_app("助手", 1000002, secret="app-secret", callback=f"http://127.0.0.1:{port}/cb/app")
        bot = wecom.add_bot("小助手", callback=f"http://127.0.0.1:{port}/cb/aibot")
        names = [f"kunde{number}" for number in range(customers)]
        for userid, name in {**PEOPLE, **{name: name for name in names}}.items():
            wecom.add_member(userid, name)
        environ = {
            "WECOM_APP_SECRET": app.secret, "WECOM_APP_TOKEN": app.token, "WECOM_APP_AES_KEY": app.aes_key,
            "QUNBAN_REDIS": stores.redis, "QUNBAN_SQL": stores.sql,
        }  # fmt: skip
        made = Company(wecom, app, bot, home, port, Answers({}, {}, {}), stores, environ)
        made.config.write_text(config(made, rules))
        yield Town(made, tide, rules, names)


def config(made: Company, rules: Rules) -> str:
    """The bot's configuration."""
    lead = f'lead = ["{next(iter(LEAD.values()))}"]' if rules.has_lead else ""
    team = f"""[[teams]]
name = "售后组"
assign = "{rules.assign}"
capacity = {rules.capacity}
first_response = "{rules.first:.0f}s"
next_response = "{rules.next:.0f}s"
accept = "{rules.accept:.0f}s"
{lead}

[escalation]
team = "售后组"
give_up = "{rules.give_up:.0f}s"
idle = "{rules.idle:.0f}s"
after_misses = 0

[desk]
send_delay = "{rules.send_delay:.0f}s"
"""
    roles = {**dict.fromkeys(STAFF, "售后组"), **dict.fromkeys(LEAD, "组长"), **dict.fromkeys(STRANGER, "仓库")}
    people = [
        f'[[people]]\nname = "{PEOPLE[userid]}"\nuserid = "{userid}"\nroles = ["{role}"]'
        for userid, role in roles.items()
    ]
    replies = [_reply(wording.question(number), wording.answer(number)) for number in range(QUESTIONS)]
    return "\n\n".join([_HEAD.format(made=made), team, *people, *replies])


def _reply(exact: str, reply: str) -> str:
    return f'[[replies]]\nname = "{exact}"\nexact = "{exact}"\nreply = "{reply}"'


_HEAD = """[server]
listen = "127.0.0.1:{made.port}"

[store]
data = "data"
redis = "env:QUNBAN_REDIS"
sql = "env:QUNBAN_SQL"

[wecom]
corp_id = "{made.wecom.corp_id}"
api = "{made.wecom.url}"

[[channels]]
kind = "app"
name = "助手"
agent_id = 1000002
secret = "env:WECOM_APP_SECRET"
token = "env:WECOM_APP_TOKEN"
aes_key = "env:WECOM_APP_AES_KEY"

[fallback]
unknown = "这个我还不会。"
"""
