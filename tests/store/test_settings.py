"""The section `[store]` takes what people write and shows no password."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.store.database import driver_url
from bot.store.settings import STORE, Store

ENVIRON = {"REDIS": "rediss://:secret@redis.example:6380/1", "SQL": "postgresql://bot:secret@db.example/bot"}


def store(**keys: Any) -> Store:
    return Store.model_validate(keys, context={"environ": ENVIRON})


def test_everything_is_in_the_data_folder_by_default(tmp_path: Path) -> None:
    settings = STORE.default()
    assert (settings.data, settings.is_embedded, settings.is_sqlite) == ("data", True, True)
    assert settings == store(data="data", redis="embedded", sql="sqlite")


def test_any_folder_name_makes_a_url(tmp_path: Path) -> None:
    folder = tmp_path / "数据 50%?"
    assert driver_url(STORE.default().sql_url(folder)).database == str(folder / "qunban.db")


def test_addresses_come_from_the_environment_and_show_nothing(tmp_path: Path) -> None:
    settings = store(redis="env:REDIS", sql="env:SQL")
    assert not settings.is_embedded and not settings.is_sqlite
    assert (settings.redis_url(), settings.sql_url(tmp_path)) == (ENVIRON["REDIS"], ENVIRON["SQL"])
    assert "secret" not in repr(settings) + str(settings) + f"{settings.redis} {settings.sql}"


def test_addresses_without_a_password_may_stand_in_the_file(tmp_path: Path) -> None:
    settings = store(redis="redis://localhost:6379/0", sql="postgresql://localhost/bot")
    assert settings.redis_url() == "redis://localhost:6379/0"
    assert settings.sql_url(tmp_path) == "postgresql://localhost/bot"


@pytest.mark.parametrize(
    ("keys", "cure"),
    [
        ({"redis": "http://localhost"}, "embedded"),
        ({"redis": "redis://localhost:99999"}, "embedded"),
        ({"redis": "unix://"}, "embedded"),
        ({"redis": "redis://:secret@localhost"}, "env:"),
        ({"sql": "mysql://localhost/x"}, "postgresql://"),
        ({"sql": "postgres"}, "postgresql://"),
        ({"sql": "postgresql://bot:secret@localhost/x"}, "env:"),
        ({"data": " "}, "文件夹"),
        ({"redi": "embedded"}, ""),
    ],
)
def test_what_cannot_be_right_is_refused_with_the_cure(keys: dict[str, Any], cure: str) -> None:
    with pytest.raises(ValidationError) as refused:
        store(**keys)
    assert cure in str(refused.value)
    assert "secret@" not in str(refused.value)
