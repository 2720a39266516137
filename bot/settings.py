"""What a manager or operator writes about the bot itself: `[bot]` and `[server]`."""

from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from bot.types.declarations import Section, Settled
from bot.types.fields import Duration, HttpUrl, Listen, Listening, Timezone


class BotSection(Settled):
    """`[bot]`: an age from which a message only gets an apology, how long a callback waits for its answer, and how
    long the bot waits for a person's next line before it answers the first.
    """

    timezone: Timezone = ZoneInfo("Asia/Shanghai")
    stale_after: Duration = timedelta(minutes=10)
    patience: Annotated[Duration, Field(le=timedelta(seconds=3))] = timedelta(seconds=3)
    together: Annotated[Duration, Field(le=timedelta(seconds=1.5))] = timedelta(seconds=1)


def _base(url: str) -> str:
    return url.rstrip("/")


class ServerSection(Settled):
    """`[server]`: where callbacks are listened for; `public_url` is what WeCom reaches that address by, for checks."""

    listen: Listen = Listening("127.0.0.1", 8080)
    public_url: Annotated[HttpUrl, AfterValidator(_base)] | None = None


BOT: Section[BotSection] = Section("bot", BotSection, BotSection)
SERVER: Section[ServerSection] = Section("server", ServerSection, ServerSection)
