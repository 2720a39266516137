"""What is kept of a game that is on: one row a conversation, gone when it ends."""

from datetime import timedelta

import sqlalchemy as sa

from bot.types.columns import Instant
from bot.types.declarations import Declared, Personal

# `state`, `scores`, `names` are JSON. `rings` counts what was asked, `timed`: the game itself wants the clock.
matches = sa.Table(
    "game_matches",
    sa.MetaData(),
    sa.Column("conversation", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("game", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("scores", sa.Text, nullable=False),
    sa.Column("names", sa.Text, nullable=False),
    sa.Column("begun_by", sa.Text, nullable=False),
    sa.Column("begun_at", Instant, nullable=False),
    sa.Column("moved_at", Instant, nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("rings", sa.Integer, nullable=False),
    sa.Column("timed", sa.Boolean, nullable=False),
    sa.Index("game_matches_moved_at", "moved_at"),
)

TABLES = (Declared(matches, Personal.CONTENT, timedelta(days=7), "moved_at"),)
