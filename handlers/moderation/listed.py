"""The action column of word lists: what other systems' lists ask for, as far as WeCom allows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import regex

from handlers.directory import ADMIN
from handlers.moderation.effects import ALSO, IMPOSSIBLE, MEASURED, Act, Effect
from nlp.moderation.hit import Judgement

_PARTS = regex.compile(r"[+,，、;；/|&]| and ")
_LENGTH = regex.compile(r"[:：=_\-\s（(]*\d+\s*(?:s|m|h|d|秒|分钟?|小时|天)?[)）]?$", regex.I)

RECORDED = frozenset(("log", "audit", "record", "none", "pass", "记录", "只记录"))
REVIEWED = frozenset(("review", "manual", "check", "flag", "审核", "人工", "人工审核", "复核"))

ALERT = Act(Effect.ALERT, ADMIN)
# The nearest thing to what no door allows.
NEAREST: Mapping[str, Sequence[Act]] = {
    "删除": (Act(Effect.REFUSE), Act(Effect.ASK_OWNER)),
    "禁言": (Act(Effect.REFUSE), ALERT),
    "移出群": (Act(Effect.REFUSE), Act(Effect.ASK_OWNER)),
    "拉黑": (Act(Effect.REFUSE), Act(Effect.ASK_OWNER)),
    # A list does not say how much, or how long.
    "扣积分": (ALERT,),
    "禁止参加活动": (ALERT,),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """What an action column means here: what follows, how grave it may be at most, and what cannot be done."""

    acts: tuple[Act, ...] = ()
    most: Judgement = Judgement.BLOCK
    impossible: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def read_action(action: str) -> Listed:
    """The meaning of `"delete+mute"`, `"warn"`, `"记录"`; empty for nothing."""
    parts = [_LENGTH.sub("", part.strip().lower()) for part in _PARTS.split(action) if part.strip()]
    plain = [ALSO.get(part, part) for part in parts]
    known = {*NEAREST, *Effect, *RECORDED, *REVIEWED}
    acts = [act for part in plain for act in _acts(part)]
    return Listed(
        acts=tuple(dict.fromkeys(acts)),
        most=_most(plain),
        impossible=tuple(part for part in dict.fromkeys(plain) if part in IMPOSSIBLE or part in MEASURED),
        unknown=tuple(part for part in dict.fromkeys(plain) if part not in known),
    )


def _acts(part: str) -> Sequence[Act]:
    if part in NEAREST:
        return NEAREST[part]
    if part == Effect.ALERT:
        return (ALERT,)
    return (Act(Effect(part)),) if part in set(Effect) else ()


def _most(parts: Sequence[str]) -> Judgement:
    """A list may ask for less than its severity says: only a record, or people first."""
    if parts and all(part in RECORDED for part in parts):
        return Judgement.AUDIT
    if parts and all(part in RECORDED | REVIEWED for part in parts):
        return Judgement.REVIEW
    return Judgement.BLOCK
