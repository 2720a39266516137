"""What all doors share: the way to WeCom's API, and the time."""

from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.cli.doctor import diagnoses
from bot.cli.doctor.diagnosis import Result, judged
from bot.types.ports import Clock

PATIENCE = ClientTimeout(total=10.0, connect=5.0, sock_connect=5.0)
# Timers and business hours go by the minute; callbacks older than ten minutes are refused.
TOLERATED = timedelta(seconds=60)


@dataclass(slots=True)
class Company:
    """The API at `api`, and this machine's clock beside WeCom's. `answers` once it was examined and answered."""

    session: ClientSession
    clock: Clock
    api: str
    answers: bool = False

    async def examine(self) -> Result:
        """WeCom answers, and its `Date` is ours."""
        try:
            async with self.session.get(f"{self.api}/cgi-bin/gettoken", timeout=PATIENCE) as response:
                stated = response.headers.get("Date", "")
                self.answers = True
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            return judged([diagnoses.API_UNREACHABLE.having(f"{self.api}（{type(error).__name__}）")])
        return self._compare(stated)

    def _compare(self, stated: str) -> Result:
        try:
            ahead = self.clock.now() - parsedate_to_datetime(stated)
        except (ValueError, TypeError):
            return judged([diagnoses.API_STRANGE.having("回答里没有时间")])
        seconds = round(ahead.total_seconds())
        if abs(ahead) > TOLERATED:
            return judged(
                [diagnoses.CLOCK_WRONG.having(f"比企业微信{'快' if seconds > 0 else '慢'} {abs(seconds)} 秒")]
            )
        return judged((), f"时间相差 {abs(seconds)} 秒")
