"""The bot's own side: URL verification at the address where it listens."""

from dataclasses import dataclass

from aiohttp import ClientSession

from bot.cli.doctor import diagnoses, echo
from bot.cli.doctor.diagnosis import Result, judged
from bot.cli.doctor.verifier import ask, question
from bot.wecom.crypto import Codec


@dataclass(slots=True)
class LocalWay:
    """One door's address on this machine. `works` once it was examined and gave the echo back."""

    session: ClientSession
    url: str
    codec: Codec
    works: bool = False

    async def examine(self) -> Result:
        """WeCom's question, and the echo that comes back."""
        asked = question(self.codec)
        answer = await ask(self.session, self.url, asked)
        if answer.trouble or answer.status != 200:
            met = "没有回答" if answer.trouble else f"HTTP {answer.status}"
            return judged([diagnoses.BOT_OUTDATED.having(met)])
        self.works = True
        return judged(echo.examine(answer, asked.echo), f"{answer.seconds * 1000:.0f} 毫秒")
