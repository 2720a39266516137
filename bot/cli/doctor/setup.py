"""A set-up as it is written down: the configuration, its doors, and which of them have usable keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.app import load_config
from bot.channels.settings import CHANNELS
from bot.cli.doctor import diagnoses, keys
from bot.cli.doctor.diagnosis import Diagnosis
from bot.config import Config, ConfigError, Finding
from bot.store.settings import STORE

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Setup:
    """`config` holds the doors with usable keys alone; `doors` are all, `wrong` is what is wrong with the keys of each.

    `others`: what else the configuration's own check has against these values."""

    config: Config
    doors: Sequence[Any]
    wrong: Mapping[str, Sequence[Diagnosis]]
    others: Sequence[Diagnosis]


def named(door: Any) -> str:
    """A door's name as it is known everywhere: `"kind:name"`."""
    return f"{door.kind}:{door.name}"


def read(path: Path, environ: Mapping[str, str]) -> Setup:
    """The set-up of a configuration file; ConfigError when it cannot be used whatever the keys are."""
    bare = load_config(path, {})
    doors = bare[CHANNELS]
    refused = _refused(path, environ)
    wrong = {named(door): _wrong(number, door, environ, refused) for number, door in enumerate(doors)}
    sound = tuple(_with_keys(door, environ) for door in doors if not wrong[named(door)])
    values = {**bare.values, CHANNELS.key: sound, STORE.key: _with_keys(bare[STORE], environ)}
    return Setup(replace(bare, values=values), doors, wrong, _others(refused))


def _others(refused: Sequence[Finding]) -> Sequence[Diagnosis]:
    elsewhere = [found for found in refused if not found.key.startswith(f"{CHANNELS.key}[")]
    return unusable(ConfigError(elsewhere))


def _refused(path: Path, environ: Mapping[str, str]) -> Sequence[Finding]:
    try:
        load_config(path, environ, need_secrets=True)
    except ConfigError as error:
        return error.errors
    return ()


def _wrong(number: int, door: Any, environ: Mapping[str, str], refused: Sequence[Finding]) -> Sequence[Diagnosis]:
    """What is wrong with a door's keys by name, or else in the words of the configuration's own check."""
    place = f"{CHANNELS.key}[{number}]"
    unnamed = [diagnoses.SECRET_SHAPE.having(str(found)) for found in refused if found.key.startswith(place)]
    return keys.examine(door, environ) or unnamed


def _with_keys(section: Any, environ: Mapping[str, str]) -> Any:
    secrets = keys.named(section).items()
    return section.model_copy(update={key: type(one)(one.name, environ.get(one.name)) for key, one in secrets})


def unusable(error: ConfigError) -> Sequence[Diagnosis]:
    """What is wrong with a configuration that cannot be used."""
    company = [found for found in error.errors if found.key == "wecom.corp_id"]
    others = [found for found in error.errors if found not in company]
    more = f"，还有 {len(others) - SHOWN} 个" if len(others) > SHOWN else ""
    listed = "；".join(map(str, others[:SHOWN])) + more
    return [
        *(diagnoses.CORP_ID_SHAPE.having(str(found)) for found in company),
        *([diagnoses.CONFIG_INVALID.having(listed)] if others else []),
    ]


def narrowed(setup: Setup, names: Sequence[str]) -> Setup:
    """The same with these doors alone."""
    kept = tuple(door for door in setup.config[CHANNELS] if named(door) in names)
    config = replace(setup.config, values={**setup.config.values, CHANNELS.key: kept})
    return replace(setup, config=config, doors=[door for door in setup.doors if named(door) in names])
