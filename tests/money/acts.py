"""What a community does with its points: random acts of members and managers, the same for the same seed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from bot.types.events import Conversation, Event, Message, Tick
from handlers.points.boards import BOOK
from handlers.points.keeping import NIGHT

MANAGERS = ("chef0", "chef1")
# Two ways to the same member: what is said at both at once is decided side by side.
DOORS = ("app:助手", "app:门店")
STREAKS = {2: 7, 3: 10, 7: 30}
POINTS, COST, PRICE, CAP, CHANCE_COST = 5, 2, 8, 4, 3
LUCK = 3
ITEMS = {"贴纸": (PRICE, 150), "保温杯": (30, 10)}
MOST_CUPS = 2
DRAW, PRIZE, PRIZES, PRIZE_POINTS = "转盘", "抱枕", 12, 20
CARDS = 20

CONFIG = f"""
{
    "".join(
        f'''
[[people]]
name = "掌柜{n}"
userid = "{id}"
roles = ["管理员"]
'''
        for n, id in enumerate(MANAGERS)
    )
}
[points]
expire = "5d"
caps = {{ "签到" = {CAP} }}

[signin]
points = {POINTS}
streak = {{ {", ".join(f"{days} = {more}" for days, more in STREAKS.items())} }}
lucky = {{ {LUCK} = "30%" }}
cards = {CARDS}
card_cost = {COST}
makeup_within = "7d"

[[shop]]
name = "贴纸"
cost = {ITEMS["贴纸"][0]}
stock = {ITEMS["贴纸"][1]}

[[shop]]
name = "保温杯"
cost = {ITEMS["保温杯"][0]}
stock = {ITEMS["保温杯"][1]}
limit = {MOST_CUPS}

[[draws]]
name = "{DRAW}"
cost = {CHANCE_COST}
prizes = [
    {{ name = "{PRIZE}", weight = 10, stock = {PRIZES} }},
    {{ name = "积分", weight = 30, points = {PRIZE_POINTS}, stock = "不限" }},
    {{ name = "没中", weight = 60, nothing = true }},
]
"""

SAID = {
    "signin": ("签到",),
    "makeup": ("补签", "补签昨天", "补签前天"),
    "buy": ("兑换 贴纸", "兑换 贴纸", "兑换 保温杯"),
    "draw": (f"抽奖 {DRAW}",),
    "look": ("我的积分", "积分榜"),
}
WEIGHTS = {"signin": 6, "makeup": 4, "buy": 3, "draw": 3, "look": 1, "give": 4, "take": 2, "undo": 2}


def write_config(folder: Path) -> Path:
    """The configuration of all this in a folder."""
    path = folder / "config.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


@dataclass(frozen=True)
class Acts:
    """What so many members do; `entries` of the book may be undone by their numbers."""

    seed: int
    members: int

    def of_day(self, day: int, many: int, now: datetime, codes: Sequence[str] = ()) -> list[Event]:
        """So many acts from a moment on, and what managers say to `codes` that wait to be handed out."""
        chance = Random(f"{self.seed}:{day}")
        said = [self._act(chance, day) for _ in range(many)]
        said += [(chance.choice(MANAGERS), f"{chance.choice(('核销', '拒绝'))} {code}") for code in codes]
        chance.shuffle(said)
        return list(self._events(said, day, now, chance))

    def _act(self, chance: Random, day: int) -> tuple[str, str]:
        kind = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        member = f"m{chance.randrange(self.members)}"
        match kind:
            case "give":
                return chance.choice(MANAGERS), f"发积分 {member} {chance.randint(1, 20)}"
            case "take":
                return chance.choice(MANAGERS), f"扣积分 {member} {chance.randint(1, 20)}"
            case "undo":
                number = chance.randint(1, 40 * (day + 1))
                return chance.choice(MANAGERS), chance.choice(("撤销积分", f"撤销积分 {number}"))
        return member, chance.choice(SAID[kind])

    def _events(self, said: Sequence[tuple[str, str]], day: int, now: datetime, chance: Random) -> Iterator[Event]:
        for number, (who, text) in enumerate(said):
            where, at = Conversation(chance.choice(DOORS), "direct", who), now + timedelta(milliseconds=number)
            yield Message(id=f"d{day}-{number}", conversation=where, member=who, at=at, received_at=at, text=text)


def night(day: int, now: datetime) -> Tick:
    """The night before a day: it is sealed, and what is too old expires."""
    return Tick(id=f"night-{day}", conversation=BOOK, at=now, received_at=now, name=NIGHT, due=now, data={})
