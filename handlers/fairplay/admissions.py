"""允许参加 小林: a manager lets somebody take part again, whatever they were kept out for; 禁止名单 tells who is."""

from dataclasses import dataclass
from unicodedata import normalize

import regex

from bot.types.actions import Reply, Text
from bot.types.context import Context
from bot.types.events import Event, Message
from bot.types.outcome import Outcome, answered
from handlers.fairplay.barring import admit, left, standing
from handlers.points.members import Person, people
from handlers.points.orders import Managers, record
from nlp.normalise import simplified

ADMITTED = "{who} 又能参加活动了{told}。"
FREE = "{who} 没有被禁止参加活动。"
NOBODY = "现在没有人被禁止参加活动。"
NOT_HERE = "名单不在群里说，请单独发给我。"
LISTED = "现在不能参加活动的：\n{lines}\n要让谁现在就参加，发「允许参加 名字或账号」。"
MORE = "还有别人，先到时间的排在前面"
# So many are told at once.
MOST = 20
WELCOME = "管理员允许你参加活动了，现在就可以。"

# Without a blank a question is no order, nor a sentence: 允许参加吗, 允许参加几次, 允许参加了.
_ORDER = regex.compile(
    r"(?:允许|恢复)参加(?:活动)?+(?:[\s@:,]+|(?![怎的么吗呢几了过两]|多少))(?P<who>\S(?:.{0,62}?\S)??)(?<![吗呢?])[。!]?"
)

_LIST = regex.compile(r"(?:活动)?禁止(?:参加)?(?:活动)?(?:的)?名单|谁(?:不能|被禁止)参加(?:活动)?\??")


@dataclass(frozen=True, slots=True)
class Admissions:
    """Obeys managers; nobody else's words are taken."""

    managers: Managers
    name: str = "admissions"
    hears: tuple[str, ...] = ("message",)

    async def prepare(self, event: Event) -> str | None:
        """Who is to be let in; "" where it is asked who is kept out."""
        return _who(event.text) if isinstance(event, Message) else None

    def claims(self, message: Message) -> bool:
        """Whether it is such an order."""
        return _who(message.text) is not None

    async def decide(self, event: Event, prepared: str | None, context: Context) -> Outcome | None:
        """None for what is said of something else, and from those who may not."""
        if prepared is None or not isinstance(event, Message) or not self.managers.may(context):
            return None
        if not prepared:
            return answered(_say(await self._listed(context)), reason="看谁被禁止参加", rule="禁止名单")
        found = await self.managers.find(prepared, context)
        if len(found) != 1:
            return answered(_say(self.managers.unclear(prepared, found)), reason="不知道是谁", rule="拒绝")
        await record(context.transaction, context.now, context.member.id, event.text)
        if not await admit(context, found[0]):
            return answered(_say(FREE.format(who=prepared)), reason=f"{found[0]} 没有被禁止", rule="允许参加")
        told = self.managers.tell(found[0], WELCOME, context)
        said = ADMITTED.format(who=prepared, told="，本人会知道" if told else "")
        return answered(_say(said), *told, reason=f"{context.member.id} 让 {found[0]} 又能参加", rule="允许参加")

    async def _listed(self, context: Context) -> str:
        if context.conversation.place == "group":
            return NOT_HERE
        kept_out = await standing(context.transaction, context.now, MOST + 1)
        who = await people(
            context.transaction, [key for key, _ in kept_out], self.managers.directory, context.conversation.door
        )
        lines = [f"{_shown(who[key])}，还有 {left(until, context.now)}" for key, until in kept_out[:MOST]]
        if not lines:
            return NOBODY
        return LISTED.format(lines="\n".join([*lines, MORE] if len(kept_out) > MOST else lines))


def _who(text: str) -> str | None:
    written = normalize("NFKC", text.strip())
    said = simplified(written)
    if _LIST.fullmatch(said):
        return ""
    found = _ORDER.fullmatch(said)
    # The name as it was written; simplified characters stand at the same places.
    return written[slice(*found.span("who"))] if found else None


def _shown(person: Person) -> str:
    """By what a manager can let them in: two may have one name, and some have none."""
    return f"{person.called}（{person.id}）" if person.called else person.id or "已删除"


def _say(body: str) -> Reply:
    return Reply(content=Text(body=body, fixed=False))
