"""The way from outside: URL verification through the address that WeCom uses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from types import MappingProxyType
from urllib.parse import unquote

from aiohttp import ClientSession
from yarl import URL

from bot.cli.doctor import diagnoses, echo
from bot.cli.doctor.diagnosis import Diagnosis, Result, judged
from bot.cli.doctor.listener import Arrival, Listener
from bot.cli.doctor.verifier import Answer, Question, Trouble, ask, knock, question
from bot.wecom.crypto import Codec

TROUBLES: Mapping[Trouble, Diagnosis] = MappingProxyType(
    {
        Trouble.UNRESOLVED: diagnoses.PUBLIC_UNRESOLVED,
        Trouble.UNREACHABLE: diagnoses.PUBLIC_UNREACHABLE,
        Trouble.CERTIFICATE: diagnoses.PUBLIC_CERTIFICATE,
        Trouble.SILENT: diagnoses.PUBLIC_SILENT,
    }
)
STATUSES: Mapping[int, Diagnosis] = MappingProxyType(
    {
        **dict.fromkeys((301, 302, 303, 307, 308), diagnoses.PUBLIC_REDIRECT),
        **dict.fromkeys((502, 503, 504), diagnoses.PUBLIC_UPSTREAM),
        400: diagnoses.QUERY_LOST,
        404: diagnoses.PUBLIC_PATH,
        405: diagnoses.PUBLIC_METHOD_GET,
    }
)
# How a bot answers a POST that is not WeCom's.
REFUSALS = (400, 403)


def is_private(url: str) -> bool:
    """Whether an address is one that nobody outside can reach."""
    host = URL(url).host or ""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".local", ".lan", ".internal")) or "." not in host


@dataclass(frozen=True, slots=True)
class PublicWay:
    """One door's address from outside. `listener` is ours while no bot runs; then what arrives is known, too."""

    session: ClientSession
    url: str
    path: str
    codec: Codec
    listener: Listener | None

    async def examine(self) -> Result:
        """The URL verification first; when that works, whether messages would come through."""
        asked = question(self.codec)
        answer, arrived = await self._ask(asked)
        found = await self._judge(answer, asked, arrived) or await self._post()
        return judged(found, f"{self.url}，{answer.seconds * 1000:.0f} 毫秒")

    async def _ask(self, asked: Question) -> tuple[Answer, Sequence[Arrival] | None]:
        self._forget()
        answer = await ask(self.session, self.url, asked)
        return answer, self._arrived()

    async def _post(self) -> Sequence[Diagnosis]:
        self._forget()
        answer = await knock(self.session, self.url)
        arrived = self._arrived()
        if arrived or (arrived is None and answer.status in REFUSALS):
            return ()
        return (diagnoses.PUBLIC_METHOD_POST.having(_met(answer)),)

    def _forget(self) -> None:
        if self.listener is not None:
            self.listener.arrivals.clear()

    def _arrived(self) -> Sequence[Arrival] | None:
        return None if self.listener is None else list(self.listener.arrivals)

    async def _judge(self, answer: Answer, asked: Question, arrived: Sequence[Arrival] | None) -> Sequence[Diagnosis]:
        if answer.trouble:
            return (TROUBLES[answer.trouble],)
        if arrived and (spoiled := self._spoiled(arrived[-1])):
            return (spoiled,)
        if answer.status == 200:
            return echo.examine(answer, asked.echo)
        if answer.status == 403 and arrived is None:
            return (await self._forbidden(answer),)
        return (STATUSES.get(answer.status, diagnoses.PUBLIC_BLOCKED).having(_met(answer)),)

    def _spoiled(self, arrival: Arrival) -> Diagnosis | None:
        """What the gateway did to the address of a request."""
        path, _, query = arrival.target.partition("?")
        if unquote(path) != unquote(self.path):
            return diagnoses.PUBLIC_PATH.having(f"到达时成了 {unquote(path)}，应是 {self.path}")
        if "echostr=" not in query:
            return diagnoses.QUERY_LOST.having(f"到达时是 {unquote(path)}" + ("?…" if query else ""))
        # The ciphertext of the question has a "+", which travels as "%2B".
        return None if "%2B" in query.upper() else diagnoses.QUERY_PLUS

    async def _forbidden(self, answer: Answer) -> Diagnosis:
        """A bot refuses a spoiled signature, a gateway refuses whom it likes: without a "+" nothing is spoiled."""
        asked = question(self.codec, plus=False)
        again = await ask(self.session, self.url, asked)
        whole = again.status == 200 and again.body == asked.echo
        return diagnoses.QUERY_PLUS if whole else diagnoses.PUBLIC_BLOCKED.having(_met(answer))


def _met(answer: Answer) -> str:
    if answer.trouble:
        return "没有回答"
    return f"HTTP {answer.status}" + (f" → {answer.location}" if answer.location else "")
