"""What all parts of the tour do: people speak, the bot answers, what came is shown and checked."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.cli.tour.stage import Stage
from bot.cli.tour.telling import Teller, options_of
from bot.simulator import Posted, Record

DESK = "自建应用"


@dataclass(slots=True)
class Scene:
    """`missing` says what did not come as it should."""

    stage: Stage
    teller: Teller
    missing: list[str] = field(default_factory=list, kw_only=True)
    checked: int = field(default=0, kw_only=True)

    async def exchange(self, text: str) -> tuple[list[Record], str]:
        """The guest asks; what came, and the rule that answered."""
        posted = await self.guest_says(text)
        shown = await self.stage.heard(self.stage.room, posted.record.number)
        await self.tell(shown)
        return shown, rule_of(await self.stage.trace(text))

    async def guest_says(self, text: str, copies: int = 0) -> Posted:
        """The guest speaks to the bot in the group."""
        posted = await self.stage.ask(text, copies)
        await self.teller.says(self.stage.guest.name, f"@{self.stage.robot.name} {text}")
        return posted

    async def press(self, card: Record, who: str, key: str, chosen: str = "") -> None:
        """Somebody presses a button of a card, with what they chose on it."""
        face = self.stage.wecom.journal.at(card.number).card_for(who) or {}
        label = next(one["text"] for one in face["button_list"] if one["key"] == key)
        named = f"选了“{dict(options_of(face))[chosen]}”，" if chosen else ""
        await self.teller.says(self.stage.name(who), f"（{named}点了［{label}］）", DESK)
        answered = {face["button_selection"]["question_key"]: [chosen]} if chosen else {}
        await (await self.stage.wecom.click(card, key, who, answered)).delivered()

    async def tell(self, records: Iterable[Record]) -> None:
        """What the bot said, where it said it."""
        stage = self.stage
        for one in records:
            aside = "" if one.conversation == stage.room else f"→ {stage.name(one.conversation.native)}"
            await self.teller.shows(one, stage.speaker(one), aside)

    def check(self, fine: bool, why: str, wanted: str) -> None:
        """Note whether it came as it should."""
        self.checked += 1
        self.teller.verdict(fine, why if fine else f"没有等到：{wanted}")
        if not fine:
            self.missing.append(wanted)


def rule_of(row: Any) -> str:
    """The rule that won, by the stored trace; empty when there is no record."""
    return str(json.loads(row.trace).get("rule", "")) if row is not None else ""
