"""How a member writes, beside what: found with their last messages here, which are kept for ten minutes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.types.context import Context
from bot.types.events import Message
from handlers.moderation.behaviour import excesses
from handlers.moderation.echoes import accounts
from handlers.moderation.pieces import spread
from handlers.moderation.recent import LONGEST_PIECE, Said, before, remember
from handlers.moderation.settings import ModerationRule
from nlp.moderation.hit import Hit


@dataclass(frozen=True, slots=True)
class Conduct:
    """What is too much, by the name of the rule that limits it, and what stands in several short messages."""

    excesses: Mapping[str, Sequence[Hit]] = field(default_factory=dict)
    pieces: Sequence[Hit] = ()


async def watch(
    event: Message, rules: Sequence[ModerationRule], find: Callable[[str], Sequence[Hit]], context: Context
) -> Conduct:
    """What a message adds to those before it, under these rules; it is kept for the next one.

    Costs nothing where no rule limits anything and the message is too long for a piece.
    """
    limited = [rule for rule in rules if rule.limits]
    is_piece = any(rule.pieces and rule.sought for rule in rules) and len(event.text) <= LONGEST_PIECE
    if not limited and not is_piece:
        return Conduct()
    now, earlier = Said.of(event.text, context.now), await before(context)
    await remember(now, earlier, context)
    is_counted = any(rule.limits and rule.limits.accounts for rule in limited)
    many = await accounts(event.text, now, context) if is_counted else 1
    found = {rule.name: excesses(rule.limits, event.text, now, earlier, many) for rule in limited if rule.limits}
    return Conduct(found, spread(event.text, now, earlier, find) if is_piece else ())
