"""The echo that came back, and what became of it on its way."""

import json
from collections.abc import Sequence

from bot.cli.doctor import diagnoses
from bot.cli.doctor.diagnosis import Diagnosis
from bot.cli.doctor.verifier import Answer

BOM = b"\xef\xbb\xbf"
SHOWN = 40


def examine(answer: Answer, echo: bytes) -> Sequence[Diagnosis]:
    """What is wrong with the answer to a URL verification that got a 200."""
    found = [] if answer.body == echo else [_changed(answer.body, echo).having(f"收到 {_shown(answer.body)}")]
    return found if answer.in_time else [*found, diagnoses.ECHO_SLOW.having(f"用了 {answer.seconds:.1f} 秒")]


def _changed(body: bytes, echo: bytes) -> Diagnosis:
    if body == BOM + echo:
        return diagnoses.ECHO_BOM
    if body.strip() == echo:
        return diagnoses.ECHO_PADDED
    if is_page(body):
        return diagnoses.ECHO_PAGE
    if echo not in body:
        return diagnoses.PUBLIC_ELSEWHERE
    return diagnoses.ECHO_QUOTED if _is_json(body) or body.strip()[:1] in (b"'", b'"') else diagnoses.ECHO_CHANGED


def is_page(body: bytes) -> bool:
    """Whether it is a page for people."""
    beginning = body.lstrip(BOM + b" \r\n\t")[:512].lower()
    return beginning.startswith(b"<") and (b"<html" in beginning or b"<!doctype" in beginning)


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    return True


def _shown(body: bytes) -> str:
    text = body.decode(errors="replace")
    return repr(text if len(text) <= SHOWN else text[:SHOWN] + "…")
