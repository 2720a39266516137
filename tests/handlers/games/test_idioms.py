"""The chain of idioms: what may follow what, whatever people say."""

import threading
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.types.ports import Shelf
from handlers.games.game import Turn
from handlers.games.idioms import words
from handlers.games.idioms.game import IdiomChain, Said
from handlers.games.idioms.settings import Chain
from nlp.idioms import Idioms, Link
from tests.handlers.games.conftest import MakeRoom

READINGS = {
    "足": ("zú",), "祖": ("zǔ",), "谋": ("móu",), "某": ("mǒu",), "画": ("huà",), "乐": ("lè", "yuè"), "月": ("yuè",),
    "出": ("chū",), "户": ("hù",),
}  # fmt: skip
KNOWN = {"画蛇添足": 90, "足智多谋": 80, "祖宗成法": 5, "足不出户": 70, "知足常乐": 60, "月下老人": 50}
SMALL = Idioms(KNOWN, READINGS)


@pytest.mark.parametrize(
    ("before", "after", "links"),
    [
        ("画蛇添足", "足智多谋", ("同字", "同音", "谐音")),
        ("画蛇添足", "祖宗成法", ("谐音",)),
        ("知足常乐", "月下老人", ("同音", "谐音")),
        ("足智多谋", "画蛇添足", ()),
    ],
)
def test_what_may_follow_goes_by_the_character_or_its_sound(before: str, after: str, links: tuple[Link, ...]) -> None:
    every: tuple[Link, ...] = ("同字", "同音", "谐音")
    assert tuple(link for link in every if SMALL.links(before, after, link)) == links
    assert tuple(link for link in every if after in SMALL.following(before, link)) == links


@pytest.fixture(scope="module")
def idioms(shelf: Shelf) -> Idioms:
    return shelf.get("games.idioms", Idioms.load)


def test_the_dictionary_has_what_people_know(idioms: Idioms) -> None:
    assert 20_000 < len(idioms) < 30_000
    assert all(one in idioms for one in ("画蛇添足", "足智多谋", "一心一意", "守株待兔"))
    assert "我要退货" not in idioms
    assert idioms.following("画蛇添足", "同字")[0] == "足智多谋"
    assert len(idioms.beginning(60)) > 300


def chain(idioms: Idioms, **rules: object) -> IdiomChain:
    return IdiomChain(title="成语接龙", state=Said, rules=Chain.model_validate(rules), dictionary=lambda: idioms)


def turn(state: Any, text: str = "", seed: int = 1, **more: Any) -> Turn[Any]:
    return Turn(state=state, chance=Random(seed), by="lin", names={"lin": "小林"}, text=text, **more)


def test_an_idiom_has_to_follow_and_to_be_new() -> None:
    game, state = chain(SMALL), Said(("知足常乐", "画蛇添足"))
    for text, said in (
        ("月下老人", "「月下老人」接不上，要用「足」开头。"),
        ("画蛇添足", "「画蛇添足」已经说过了，换一个。"),
        ("足智多谋", "「足智多谋」后面没有能接的了，小林收尾！"),
    ):
        step = game.move(turn(state, text))
        assert step is not None and step.say == said


def test_what_is_no_idiom_is_a_move_only_when_nobody_else_knows_it() -> None:
    game, state = chain(SMALL), Said(("画蛇添足",))
    assert game.move(turn(state, "我要退货")) is None
    unknown = game.move(turn(state, "足足有余", last=True))
    assert unknown is not None and unknown.say == "「足足有余」不在我的成语词典里，换一个。"
    assert game.move(turn(state, "今天天气怎么样", last=True)) is None


class Watched(dict[str, tuple[str, ...]]):
    """Readings that remember which were looked up on the thread of the test."""

    looked_up: list[str]

    def get(self, key: str, default: Any = None) -> Any:
        if threading.current_thread() is threading.main_thread():
            self.looked_up.append(key)
        return super().get(key, default)


@pytest.mark.parametrize("link", ["同字", "同音", "谐音"])
@pytest.mark.parametrize("text", ["提示", "认输", "足智多谋", ""])
async def test_what_takes_long_is_ready_before_a_move(link: Link, text: str) -> None:
    readings = Watched(READINGS)
    readings.looked_up = []
    idioms, loaded = Idioms({**KNOWN, "谋财害命": 1}, readings), list[bool]()

    def dictionary() -> Idioms:
        loaded.append(threading.current_thread() is threading.main_thread())
        return idioms

    game = replace(chain(idioms, link=link), dictionary=dictionary)
    await game.learn(text)
    assert loaded and not any(loaded)
    state = Said(("画蛇添足",))
    assert (game.move(turn(state, text, alone=True)) if text else game.ring(turn(state))) is not None
    # Only a table of all idioms has to do with this one.
    assert "月" not in readings.looked_up


async def test_after_a_restart_the_dictionary_is_not_loaded_inside_a_transaction(make_room: MakeRoom) -> None:
    room = make_room("[idioms]\nhint = 0")
    await room.alone("lin", "成语接龙")
    room.furnish("[idioms]\nhint = 0", shelf=(shelf := Noting()))
    assert (await room.alone("lin", "提示")).startswith("提示：「")
    assert shelf.made["games.idioms"] is not threading.main_thread()


class Noting(Shelf):
    """A shelf that notes on which thread each thing was made."""

    def __init__(self) -> None:
        super().__init__()
        self.made: dict[str, threading.Thread] = {}

    def get(self, name: str, make: Callable[[], Any]) -> Any:
        self.made.setdefault(name, threading.current_thread())
        return super().get(name, make)


def test_a_hint_costs_what_the_rules_say() -> None:
    step = chain(SMALL, hint=3).move(turn(Said(("画蛇添足",)), "提示"))
    assert step is not None and (step.say, step.cost) == ("提示：「足智□□」。", 3)


def test_a_hint_is_paid_once_until_the_next_idiom() -> None:
    game = chain(SMALL, hint=3)
    first = game.move(turn(Said(("画蛇添足",)), "提示"))
    assert first is not None
    again = game.move(turn(first.state, "提示"))
    assert again is not None and (again.say, again.cost) == (first.say, 0)
    game = chain(Idioms({**KNOWN, "谋财害命": 1}, READINGS), hint=3)
    taken = game.move(turn(again.state, "足智多谋"))
    assert taken is not None
    later = game.move(turn(taken.state, "提示"))
    assert later is not None and (later.say, later.cost) == ("提示：「谋财□□」。", 3)


@pytest.mark.parametrize("alone", [True, False])
def test_where_nothing_follows_any_more_a_hint_says_so_and_it_ends(alone: bool) -> None:
    """The rules were narrowed meanwhile: nothing begins with the same character."""
    step = chain(SMALL, hint=3).move(turn(Said(("足智多谋",)), "提示", alone=alone))
    assert step is not None and (step.say, step.cost, step.over) == ("「足智多谋」后面没有能接的了。", 0, True)


@pytest.mark.parametrize(
    ("rules", "unit", "told"),
    [
        ({"hint": 3}, "贝壳", "「提示」花 3 贝壳"),
        ({"hint": 3}, "", "想不出来说「提示」"),
        ({"hint": 0}, "贝壳", "想不出来说「提示」"),
    ],
)
def test_the_opening_tells_what_a_hint_costs(rules: dict[str, object], unit: str, told: str) -> None:
    assert f"，{told}，" in words.opening(Chain.model_validate(rules), "画蛇添足", True, unit)


async def test_the_price_of_a_hint_is_in_points_and_none_where_there_are_no_points(make_room: MakeRoom) -> None:
    room = make_room('name = "贝壳"\n[idioms]\n')
    assert "，「提示」花 2 贝壳，" in await room.alone("lin", "成语接龙")


async def test_a_hint_is_paid_by_one_of_all(make_room: MakeRoom) -> None:
    room = make_room("[idioms]")
    await room.alone("boss", "发积分 小林 10 试试")
    await room.say("man", "成语接龙")
    assert "还差 2" in await room.say("man", "提示")
    hint = await room.say("lin", "提示")
    assert hint.startswith("提示：「")
    assert await room.say("lin", "提示") == await room.say("man", "提示") == hint
    assert [amount for amount, source in await room.points() if source == "游戏"] == [-2]


LINKS = st.sampled_from(["同字", "同音", "谐音"])


@settings(max_examples=10, deadline=None)
@given(link=LINKS, seed=st.integers(0, 10_000), alone=st.booleans(), data=st.data())
def test_a_chain_is_always_sound(idioms: Idioms, link: Link, seed: int, alone: bool, data: st.DataObject) -> None:
    """Whoever plays however: every idiom is one, is new and follows the one before; and it ends."""
    game = chain(idioms, link=link, rounds=8)
    step = game.begin(turn(None, seed=seed, alone=alone))
    moves = 0
    while not step.over:
        moves += 1
        possible = idioms.following(step.state.last, link)
        text = data.draw(st.sampled_from([*possible[:6], "一心一意", step.state.last]))
        before = step.state
        made = game.move(turn(before, text, seed=seed + moves, alone=alone))
        assert made is not None
        is_right = text not in before.idioms and idioms.links(before.last, text, link)
        assert bool(made.score) is is_right
        assert (made.state != before) is is_right
        step = made
        if moves > 40:
            step = game.ring(turn(step.state))
            break
    said = step.state.idioms
    assert step.over
    assert len(set(said)) == len(said) <= 8 + 2
    assert all(one in idioms for one in said)
    assert all(idioms.links(one, other, link) for one, other in pairwise(said))


async def test_the_bot_plays_with_one_and_judges_for_many(make_room: MakeRoom, idioms: Idioms) -> None:
    room = make_room("[idioms]\nhint = 0")
    opening = await room.alone("lin", "成语接龙")
    assert "我先来：「" in opening
    first = opening.rpartition("「")[0].rpartition("「")[2].partition("」")[0]
    answered = await room.alone("lin", idioms.following(first, "同字")[0])
    assert answered.startswith("「") and "开头。" in answered
    assert "怎么" not in await room.alone("lin", "提示")
    assert (await room.alone("lin", "认输")).endswith("你得了 1 分，+1 积分。")
    opening = await room.say("lin", "成语接龙")
    first = opening.rpartition("「")[0].rpartition("「")[2].partition("」")[0]
    following = [one for one in idioms.following(first, "同字") if idioms.following(one, "同字")]
    answered = await room.say("man", following[0])
    assert "接上了，下一个用「" in answered
    assert "1. 小满 1 分，+1 积分" in await room.wait(minutes=2)


async def test_who_has_no_points_gets_no_hint(make_room: MakeRoom) -> None:
    room = make_room("[idioms]\nhint = 4")
    await room.alone("lin", "成语接龙")
    assert await room.alone("lin", "提示") == "要 4 积分，还差 4。"
    await room.alone("boss", "发积分 小林 10 试试")
    assert (await room.alone("lin", "提示")).startswith("提示：「")
    assert (-4, "游戏") in await room.points()
