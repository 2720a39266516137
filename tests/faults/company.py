"""A simulated company with many people, and the configuration of a bot that has one right answer for each message."""

import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.simulator import AiBot, App, Disorder, Timing, WeCom
from knowledge.decision import Verdict, calibrate
from knowledge.entries import load
from knowledge.index import Index
from nlp.tokenise import Tokeniser
from tests.ports import free_port

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
# Keyword rules that people use under load; there is one more that they do not use.
NUMBERS = 64
TOPICS = ("退货", "快递", "面霜", "防晒", "会员", "发货", "过敏", "内测", "门店", "换货", "卸妆", "精华")
STAFF = {"mei01": "小美", "ning01": "阿宁"}
WELCOME = "你好，这里是沐屿的小助手。"
UNKNOWN = "这个我还不会。"
TEXT_BYTES = 2048
SPORTS = ("潜水", "登山", "骑行", "滑雪", "露营")


@dataclass(frozen=True)
class Stores:
    """Where the bot keeps things, as its configuration says it.

    `server` is the folder of the private server where that is not the bot's own; `takeover` is how many seconds
    pass until another process may go on with what a dead one had: the life of a lease, where there are leases.
    """

    redis: str = "embedded"
    sql: str = "sqlite"
    server: Path | None = None
    takeover: float = 0.0


@dataclass(frozen=True)
class Answers:
    """What the bot says to what: questions it is sure of, and topics between which it lets people choose.

    The answers to `long` ones do not fit into one message of the app.
    """

    sure: Mapping[str, str]
    long: Mapping[str, str]
    choices: Mapping[str, tuple[str, tuple[str, ...]]]


@dataclass
class Company:
    """A running WeCom, its doors, and the home of the bot that serves it."""

    wecom: WeCom
    app: App
    bot: AiBot
    home: Path
    port: int
    answers: Answers
    stores: Stores
    environ: Mapping[str, str] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        return self.home / "config.toml"

    @property
    def server(self) -> Path:
        """The folder of the private server."""
        return self.stores.server or self.home / "data" / "redis"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def company(
    home: Path, *, seed: int, timing: Timing, disorder: Disorder, stores: Stores
) -> AsyncIterator[Company]:
    """A company in `home`, whose bot has yet to be started."""
    port = free_port()
    async with WeCom(seed=seed, timing=timing) as wecom:
        wecom.disorder = disorder
        app = wecom.add_app("助手", 1000002, secret="app-secret", callback=f"http://127.0.0.1:{port}/cb/app")
        bot = wecom.add_bot("小助手", callback=f"http://127.0.0.1:{port}/cb/aibot")
        for userid, name in STAFF.items():
            wecom.add_member(userid, name)
        furnish(home)
        environ = {
            "WECOM_APP_SECRET": app.secret, "WECOM_APP_TOKEN": app.token, "WECOM_APP_AES_KEY": app.aes_key,
            "WECOM_BOT_TOKEN": bot.token, "WECOM_BOT_AES_KEY": bot.aes_key,
            "QUNBAN_REDIS": stores.redis, "QUNBAN_SQL": stores.sql,
        }  # fmt: skip
        made = Company(wecom, app, bot, home, port, answers(), stores, environ)
        made.config.write_text(config(made))
        yield made


def furnish(home: Path) -> Path:
    """The questions and answers of a bot in its home: those that are shipped, and some long ones; their folder."""
    folder = home / "knowledge"
    shutil.copytree(KNOWLEDGE, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (folder / "long.toml").write_text("\n".join(map(_long, SPORTS)))
    return folder


@cache
def answers() -> Answers:
    """What every bot of these tests answers; it takes seconds to find out."""
    with TemporaryDirectory() as home:
        return answers_of(furnish(Path(home)))


def answers_of(folder: Path) -> Answers:
    """What questions and answers come to, asked of the index itself."""
    loaded = load(sorted(folder.glob("*.toml")))
    plain = {
        entry.id: entry.answers[0]
        for entry in loaded.entries
        if len(entry.answers) == 1 and "{" not in entry.answers[0] and not (entry.groups or entry.start or entry.end)
    }
    index = Index(loaded.entries, Tokeniser.load().with_words(loaded.words))
    decider = calibrate(index)
    sure: dict[str, str] = {}
    long: dict[str, str] = {}
    choices = {}
    for text in (*(entry.question for entry in loaded.entries), *TOPICS):
        found = decider.decide([hit for hit in index.search(text, 10) if not hit.entry.groups])
        options = [hit.entry for hit in found.options]
        if not all(entry.id in plain for entry in options):
            continue
        if found.verdict is Verdict.ANSWER:
            answer = plain[options[0].id]
            (long if len(answer.encode()) > TEXT_BYTES else sure)[text] = answer
        elif found.verdict is Verdict.CHOICES:
            lines = [f"{number}. {entry.question}" for number, entry in enumerate(options, 1)]
            choices[text] = ("\n".join(["您是想问：", *lines, "回复序号即可"]), tuple(plain[one.id] for one in options))
    assert len(long) == len(SPORTS) and len(sure) > 50 and len(choices) > 5
    return Answers(sure, long, choices)


def _long(sport: str) -> str:
    """A question with an answer that the app's door has to cut in two."""
    sentence = f"{sport}以后的第一件事是洗脸，一步一步慢慢来。"
    answer = sentence * (TEXT_BYTES // len(sentence.encode()) + 8)
    return f'[[faq]]\nquestion = "{sport}以后怎么护肤？"\nanswer = "{answer}"\n'


def config(made: Company) -> str:
    """The bot's configuration."""
    replies = [_reply(f"编号{n}", f"答案{n}") for n in range(NUMBERS + 1)]
    people = [f'[[people]]\nname = "{name}"\nuserid = "{userid}"\nroles = ["售后组"]' for userid, name in STAFF.items()]
    return "\n\n".join([_HEAD.format(made=made), *people, *replies])


def _reply(exact: str, reply: str) -> str:
    return f'[[replies]]\nname = "{exact}"\nexact = "{exact}"\nreply = "{reply}"'


_HEAD = f"""[server]
listen = "127.0.0.1:{{made.port}}"

[store]
data = "data"
redis = "env:QUNBAN_REDIS"
sql = "env:QUNBAN_SQL"

[wecom]
corp_id = "{{made.wecom.corp_id}}"
api = "{{made.wecom.url}}"

[[channels]]
kind = "app"
name = "助手"
agent_id = 1000002
secret = "env:WECOM_APP_SECRET"
token = "env:WECOM_APP_TOKEN"
aes_key = "env:WECOM_APP_AES_KEY"

[[channels]]
kind = "aibot"
name = "小助手"
mode = "url"
token = "env:WECOM_BOT_TOKEN"
aes_key = "env:WECOM_BOT_AES_KEY"

[[teams]]
name = "售后组"

[escalation]
team = "售后组"

[desk]
send_delay = "0s"

[[groups]]
name = "新品内测群"
id = "wrNobodyHere1"

[[groups]]
name = "门店伙伴群"
id = "wrNobodyHere2"

[[welcome]]
name = "私聊欢迎"
first = "{WELCOME}"

[fallback]
unknown = "{UNKNOWN}"

[faq]
files = ["knowledge/*.toml"]"""
