"""「白名单」: what staff allowed by a press, and how an administrator takes it back."""

from dataclasses import dataclass
from typing import Any

import regex
import sqlalchemy as sa

from bot.types.actions import Reply, Text
from bot.types.context import Context
from bot.types.events import Event, Message
from bot.types.outcome import Outcome, answered
from bot.types.ports import Services
from handlers.directory import ADMIN
from handlers.moderation.tables import allowed
from handlers.times import spoken_moment
from nlp.normalise import bare

LIST = "白名单"
MOST_LISTED = 20
NONE = "白名单里还没有：在卡片上按「加入白名单」的说法会列在这里。"

_END = regex.compile(r"\s*(?:取消|删除|去掉)\s*白名单\s*[#＃]?\s*(\d{1,9})\s*")
_STANDING = sa.select(allowed).where(allowed.c.ended_at.is_(None)).order_by(allowed.c.id.desc())


@dataclass(frozen=True, slots=True)
class Allowances:
    """Shows administrators what was allowed; 「取消白名单 3」 ends the third. Who did that and when is kept."""

    services: Services
    name: str = "allowances"
    hears: tuple[str, ...] = ("message",)

    async def prepare(self, event: Event) -> int | None:
        """The number of what is to end, 0 for the list; None for anything else."""
        if not isinstance(event, Message):
            return None
        found = _END.fullmatch(event.text)
        return int(found[1]) if found else 0 if bare(event.text) == LIST else None

    def claims(self, message: Message) -> bool:
        """Whether it asks for the list or for an end."""
        return bare(message.text) == LIST or _END.fullmatch(message.text) is not None

    async def decide(self, event: Event, prepared: int | None, context: Context) -> Outcome | None:
        """Nobody else's words are taken."""
        if prepared is None or ADMIN not in context.member.roles:
            return None
        said = await (self._end(prepared, context) if prepared else self._list(context))
        return answered(Reply(content=Text(body=said)), reason="管理员看白名单", rule=LIST)

    async def _list(self, context: Context) -> str:
        rows = (await context.transaction.execute(_STANDING.limit(MOST_LISTED))).all()
        lines = [self._line(row, context) for row in rows]
        return "\n".join([*lines, "取消一条：发「取消白名单 编号」。"]) if lines else NONE

    def _line(self, row: sa.Row[Any], context: Context) -> str:
        who = self.services.directory.member(self.services.desk, row.allowed_by).name or row.allowed_by
        when = spoken_moment(row.allowed_at, context.now, self.services.calendar.timezone)
        return f"{row.id}. {row.phrase}（{who}，{when}）"

    async def _end(self, number: int, context: Context) -> str:
        mine = allowed.c.id == number, allowed.c.ended_at.is_(None)
        ended = {"ended_by": context.member.id, "ended_at": context.now}
        ending = sa.update(allowed).where(*mine).values(ended).returning(allowed.c.phrase)
        phrase = (await context.transaction.execute(ending)).scalar()
        return f"“{phrase}”不再放行。" if phrase else f"白名单里没有 {number}，发「{LIST}」看看有哪些。"
