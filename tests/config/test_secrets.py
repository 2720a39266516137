"""Secrets: read from the environment, shown nowhere."""

import copy
import pickle
import traceback
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from bot.channels.settings import CHANNELS
from bot.config import ConfigError, load
from bot.types.declarations import Section, Settled
from bot.types.fields import Address, HttpUrl, Secret
from bot.types.secret import Secret as Kept
from tests.config.conftest import Write
from tests.config.product import load_config

VALUE = "Zk3aS9yUqWhidden"
DOOR = (
    '[[channels]]\nkind = "app"\nname = "助手"\nagent_id = 1\n'
    'secret = "env:SECRET"\ntoken = "env:TOKEN"\naes_key = "env:KEY"\n'
    '[wecom]\ncorp_id = "ww6d75797500000001"\n'
)
ENVIRON = {"SECRET": VALUE, "TOKEN": "abcDEF123", "KEY": "k" * 43}


class Store(Settled):
    sql: Address
    home: HttpUrl = "https://example.com"


STORE: Section[Store | None] = Section("store", Store, lambda: None)


def test_a_secret_is_read_and_shows_itself_nowhere(write: Write) -> None:
    config = load_config(write(DOOR), ENVIRON)
    (door,) = config[CHANNELS]
    assert door.kind == "app" and door.secret.reveal() == VALUE
    shown = (
        f"{door.secret} {door.secret!s} {door.secret!r} {door!r} {door} {config!r} {door.secret:>9} {door.model_dump()}"
    )
    assert VALUE not in shown
    assert VALUE not in repr(vars(door))


def test_a_secret_goes_into_no_pickle_and_no_json(write: Write) -> None:
    secret = Kept("SECRET", VALUE)
    assert copy.deepcopy(secret) is secret
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    (door,) = load_config(write(DOOR), ENVIRON)[CHANNELS]
    with pytest.raises(ValueError) as caught:
        door.model_dump_json()
    assert VALUE not in str(caught.value)


def test_secrets_are_equal_by_name_and_value() -> None:
    assert Kept("A", "x") == Kept("A", "x") != Kept("A", "y")
    assert Kept("A", "x") != Kept("B", "x")
    assert hash(Kept("A", "x")) == hash(Kept("A", "y"))


def test_a_missing_variable_is_a_warning_for_check_and_an_error_for_run(write: Write) -> None:
    path = write(DOOR)
    config = load_config(path, {"TOKEN": "abcDEF123", "KEY": "k" * 43})
    assert [(warning.line, warning.key, warning.value) for warning in config.warnings] == [
        (5, "channels[0].secret", "***")
    ]
    with pytest.raises(ConfigError) as caught:
        load_config(path, {**ENVIRON, "SECRET": ""}, need_secrets=True)
    assert [(error.line, error.key) for error in caught.value.errors] == [(5, "channels[0].secret")]
    assert "SECRET 没有设置" in str(caught.value)
    (door,) = config[CHANNELS]
    with pytest.raises(LookupError, match="SECRET"):
        door.kind == "app" and door.secret.reveal()


def test_a_traceback_of_a_broken_configuration_holds_no_secret(write: Write) -> None:
    path = write(DOOR.replace("env:SECRET", VALUE).replace("agent_id = 1", "agent_id = 0"))
    try:
        load_config(path, ENVIRON)
    except ConfigError as error:
        shown = "".join(traceback.format_exception(error)) + repr(error) + repr(error.errors)
        assert VALUE not in shown
        assert [(one.key, one.value) for one in error.errors] == [
            ("channels[0].agent_id", 0),
            ("channels[0].secret", "***"),
        ]
    else:
        pytest.fail("a secret in the file was taken")


def test_a_wrong_value_in_the_environment_is_not_shown(write: Write) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(write(DOOR), {**ENVIRON, "KEY": VALUE})
    assert "KEY 的值不对" in str(caught.value)
    assert VALUE not in str(caught.value)


def test_pydantic_itself_does_not_show_the_input() -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Store).validate_python({"sql": f"postgresql://me:{VALUE}@host/db"})
    assert VALUE not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        f'sql = "postgresql://me:{VALUE}@host/db"',
        f'sql = "sqlite"\nhome = "https://me:{VALUE}@example.com"',
        f'sql = "sqlite"\nhome = "ftp://me:{VALUE}@example.com"',
        f'sql = "sqlite"\npassword = "{VALUE}"',
        f'sql = ["{VALUE}"]',
        f'sql = "postgresql://me:a/{VALUE}@host/db"',
        f'sql = "postgresql://host/db?password={VALUE}"',
    ],
)
def test_passwords_in_addresses_are_refused_unseen(text: str, write: Write) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write(f"[store]\n{text}\n"), [STORE], environ={})
    assert len(caught.value.errors) == 1
    assert VALUE not in str(caught.value) + repr(caught.value.errors)


def test_a_section_that_nobody_knows_hides_a_value_that_sounds_secret(write: Write) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(write(f'app_secret = "{VALUE}"\n'), {})
    assert VALUE not in str(caught.value)


def test_an_address_stands_plain_or_in_the_environment(write: Write) -> None:
    plain = load(write('[store]\nsql = "sqlite"\n'), [STORE], environ={})[STORE]
    assert plain is not None and plain.sql.reveal() == "sqlite"
    kept = load(write('[store]\nsql = "env:SQL"\n'), [STORE], environ={"SQL": f"postgresql://me:{VALUE}@host/db"})[
        STORE
    ]
    assert kept is not None and VALUE in kept.sql.reveal()
    assert VALUE not in repr(kept)


class Bearer(Settled):
    key: Secret


def test_an_inspection_of_a_secret_shows_no_value(write: Write, tmp_path: Path) -> None:
    from bot.types.declarations import Problem

    section: Section[Bearer | None] = Section("bearer", Bearer, lambda: None)
    problems = [Problem(("bearer", "key"), "换一个")]
    with pytest.raises(ConfigError) as caught:
        load(write('[bearer]\nkey = "env:K"\n'), [section], [lambda settings: problems], environ={"K": VALUE})
    assert str(caught.value) == f'{tmp_path / "config.toml"}:2: bearer.key = "***" → 换一个'
