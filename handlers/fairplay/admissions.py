"""允许参加 小林: a manager lets somebody take part again who was kept out, whatever they were kept out for."""

from dataclasses import dataclass
from unicodedata import normalize

import regex

from bot.types.actions import Reply, Text
from bot.types.context import Context
from bot.types.events import Event, Message
from bot.types.outcome import Outcome, answered
from handlers.fairplay.barring import admit
from handlers.points.orders import Managers, record

ADMITTED = "{who} 又能参加活动了{told}。"
FREE = "{who} 没有被禁止参加活动。"
WELCOME = "管理员允许你参加活动了，现在就可以。"

_ORDER = regex.compile(r"(?:允许|恢复)参加(?:活动)?(?:\s+@?|@)\s*(?P<who>\S(?:.{0,62}\S)??)[。!]?")


@dataclass(frozen=True, slots=True)
class Admissions:
    """Obeys managers; nobody else's words are taken."""

    managers: Managers
    name: str = "admissions"
    hears: tuple[str, ...] = ("message",)

    async def prepare(self, event: Event) -> str | None:
        """Who is to be let in."""
        return _who(event.text) if isinstance(event, Message) else None

    def claims(self, message: Message) -> bool:
        """Whether it is such an order."""
        return _who(message.text) is not None

    async def decide(self, event: Event, prepared: str | None, context: Context) -> Outcome | None:
        """None for what is said of something else, and from those who may not."""
        if prepared is None or not isinstance(event, Message) or not self.managers.may(context):
            return None
        found = await self.managers.find(prepared, context)
        if len(found) != 1:
            return answered(_say(self.managers.unclear(prepared, found)), reason="不知道是谁", rule="拒绝")
        await record(context.transaction, context.now, context.member.id, event.text)
        if not await admit(context, found[0]):
            return answered(_say(FREE.format(who=prepared)), reason=f"{found[0]} 没有被禁止", rule="允许参加")
        told = self.managers.tell(found[0], WELCOME, context)
        said = ADMITTED.format(who=prepared, told="，本人会知道" if told else "")
        return answered(_say(said), *told, reason=f"{context.member.id} 让 {found[0]} 又能参加", rule="允许参加")


def _who(text: str) -> str | None:
    found = _ORDER.fullmatch(normalize("NFKC", text.strip()))
    return found["who"] if found else None


def _say(body: str) -> Reply:
    return Reply(content=Text(body=body, fixed=False))
