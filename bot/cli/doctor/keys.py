"""The keys of a door: what their values look like in the environment, never what they are."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.cli.doctor import diagnoses
from bot.cli.doctor.diagnosis import Diagnosis
from bot.config.values import of_kind
from bot.types.secret import Secret

QUOTES = "\"'“”‘’`"
AES_KEY_LETTERS = 43
SHORTEST_TOKEN, LONGEST_TOKEN = 3, 32


def named(door: Any) -> Mapping[str, Secret]:
    """The secrets that are written for a door, by their keys."""
    return {str(path[-1]): secret for path, secret in of_kind(Secret, door) if secret.name}


def examine(door: Any, environ: Mapping[str, str]) -> Sequence[Diagnosis]:
    """What is wrong with the keys of one door."""
    values = {key: environ.get(secret.name, "") for key, secret in named(door).items()}
    if _looks_like_aes_key(values.get("token", "")) and _has_tokens_length(values.get("aes_key", "")):
        return (diagnoses.KEYS_SWAPPED.having(_names(door, "token", "aes_key")),)
    unset = [key for key, value in values.items() if not value]
    found = [_of(door, key, wrong) for key, value in values.items() if value for wrong in _wrong(key, value)]
    return [*([diagnoses.SECRET_UNSET.having(_names(door, *unset))] if unset else []), *found]


def _names(door: Any, *keys: str) -> str:
    return "、".join(f"{named(door)[key].name}（{key}）" for key in keys)


def _of(door: Any, key: str, found: Diagnosis) -> Diagnosis:
    return found.having(_names(door, key) + (f"，{found.seen}" if found.seen else ""))


def _wrong(key: str, value: str) -> Iterator[Diagnosis]:
    if value != value.strip() or value[0] in QUOTES or value[-1] in QUOTES:
        yield diagnoses.SECRET_PADDED
    elif key == "aes_key":
        yield from _wrong_aes_key(value)
    elif key == "token" and not (_has_tokens_length(value) and _is_plain(value)):
        yield diagnoses.TOKEN_SHAPE.having(f"现在是 {len(value)} 位")


def _wrong_aes_key(value: str) -> Iterator[Diagnosis]:
    if len(value) != AES_KEY_LETTERS:
        tail = "，末尾多了等号" if value.endswith("=") else ""
        yield diagnoses.AES_KEY_LENGTH.having(f"现在是 {len(value)} 位{tail}")
    elif not _is_plain(value):
        yield diagnoses.AES_KEY_LETTERS


def _looks_like_aes_key(value: str) -> bool:
    return len(value) == AES_KEY_LETTERS and _is_plain(value)


def _has_tokens_length(value: str) -> bool:
    return SHORTEST_TOKEN <= len(value) <= LONGEST_TOKEN


def _is_plain(value: str) -> bool:
    return value.isascii() and value.isalnum()
