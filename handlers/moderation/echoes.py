"""Who wrote the same words lately, in whatever groups: several accounts that do are one campaign."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bot.types.columns import Instant
from bot.types.context import Context
from bot.types.declarations import Declared, Personal
from handlers.moderation.recent import KEEP, Said
from nlp.normalise import core

# Shorter ones are said alike by people who have nothing to do with each other: 什么时候发货.
SHORTEST = 12

echoes = sa.Table(
    "moderation_echoes",
    sa.MetaData(),
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("member", sa.Text, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Index("moderation_echoes_at", "at"),
)
TABLE = Declared(echoes, Personal.PSEUDONYM, timedelta(hours=1), "at")


async def accounts(text: str, now: Said, context: Context) -> int:
    """How many members wrote these words within ten minutes, with this one."""
    if len(core(text)) < SHORTEST:
        return 1
    row = insert(echoes).values(digest=now.digest, member=context.member.id, at=now.at)
    await context.transaction.execute(
        row.on_conflict_do_update(index_elements=["digest", "member"], set_={"at": row.excluded.at})
    )
    same = echoes.c.digest == now.digest, echoes.c.at > now.at - KEEP
    query = sa.select(sa.func.count()).select_from(echoes).where(*same)
    return int((await context.transaction.execute(query)).scalar_one())
