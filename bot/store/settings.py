"""The sections `[store]`, where everything is kept and in which two stores, and `[media]`, what people send."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import sqlalchemy as sa
from pydantic import AfterValidator, Field

from bot.store.database import driver_url
from bot.types.declarations import Section, Settled
from bot.types.fields import Address, Duration, Size, wrong
from bot.types.secret import Address as Where

EMBEDDED = "embedded"
SQLITE = "sqlite"
REDIS_CURE = '写 "embedded"（自带的），或 redis://、rediss://、unix:// 开头的地址'
SQL_CURE = '写 "sqlite"（自带的），或 postgresql:// 开头的地址'
DATA_CURE = '写一个文件夹的名字，如 "data"'


def _redis(address: Where) -> Where:
    if address.is_set and address.reveal() != EMBEDDED and not _is_redis(address.reveal()):
        raise wrong(REDIS_CURE)
    return address


def _is_redis(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.path if parts.scheme == "unix" else parts.scheme in ("redis", "rediss") and parts.port != 0)
    except ValueError:
        return False


def _sql(address: Where) -> Where:
    if address.is_set and address.reveal() != SQLITE and not _is_postgresql(address.reveal()):
        raise wrong(SQL_CURE)
    return address


def _is_postgresql(url: str) -> bool:
    try:
        return driver_url(url).get_backend_name() == "postgresql"
    except ValueError:
        return False


def _folder(text: str) -> str:
    if not text.strip() or "\0" in text:
        raise wrong(DATA_CURE)
    return text


class Store(Settled):
    """Where everything is kept. Addresses with a password are written as `"env:NAME"`."""

    data: Annotated[str, AfterValidator(_folder)] = "data"
    redis: Annotated[Address, AfterValidator(_redis)] = Where("", EMBEDDED)
    sql: Annotated[Address, AfterValidator(_sql)] = Where("", SQLITE)

    @property
    def is_embedded(self) -> bool:
        """Whether Redis is the private server of the data folder."""
        return self.redis.reveal() == EMBEDDED

    @property
    def is_sqlite(self) -> bool:
        """Whether the records are in a file in the data folder."""
        return self.sql.reveal() == SQLITE

    def redis_url(self) -> str:
        """The address of a Redis that is not embedded."""
        return self.redis.reveal()

    def sql_url(self, data: Path) -> str:
        """The address of the database, which for SQLite is a file in the folder `data`."""
        if not self.is_sqlite:
            return self.sql.reveal()
        return sa.URL.create("sqlite", database=str(data / "qunban.db")).render_as_string()


STORE = Section("store", Store, Store)


def _between(least: int, most: int) -> AfterValidator:
    """For a size between so many megabytes."""

    def check(size: int) -> int:
        if not least << 20 <= size <= most << 20:
            raise wrong(f'写 "{least}MB" 到 "{most}MB" 之间的大小')
        return size

    return AfterValidator(check)


class MediaSection(Settled):
    """`[media]`: what becomes of pictures and files that people send. Sizes in bytes.

    `keep`: how long they are kept; `space`: how much of them at most, the oldest go first; `largest`: of one file.
    """

    keep: Annotated[Duration, Field(ge=timedelta(days=1))] = timedelta(days=30)
    space: Annotated[Size, _between(100, 1 << 20)] = 1 << 30
    largest: Annotated[Size, _between(1, 100)] = 20 << 20


MEDIA: Section[MediaSection] = Section("media", MediaSection, MediaSection)
