"""How members write: floods, repetitions, campaigns, words in pieces, pictures with codes."""

from datetime import timedelta

import sqlalchemy as sa

from handlers.moderation.tables import finds
from tests.handlers.moderation.conftest import OTHER_ROOM, ROOM, RULE, Community, to
from tests.handlers.stage import Stage

LIMITS = """
[[moderation]]
name = "刷屏"
limits = { flood = 3, repeats = 2, accounts = 2 }
mode = "执行"
remind = "慢一点～"
cooldown = "0s"
"""


async def words(stage: Stage) -> list[str]:
    """The rule of each find."""
    return [row.rule for row in await stage.database.read(sa.select(finds.c.rule).order_by(finds.c.id))]


async def test_a_flood_is_answered_with_a_reminder_and_one_card(community_with: Community) -> None:
    stage = await community_with(LIMITS)
    for number in range(3):
        assert "慢一点～" not in to(await stage.say("lin", f"第{number}句", ROOM), "lin")
    seen = [await stage.say("lin", text, ROOM) for text in ("第四句", "第五句")]
    assert [to(one, "lin") for one in seen] == [["慢一点～"], ["慢一点～"]]
    assert [len(to(one, "admin01")) for one in seen] == [1, 0]
    assert "lin 在「内测群」刷屏" in to(seen[0], "admin01")[0]


async def test_a_flood_ends_with_its_minute_and_is_of_one_group(community_with: Community) -> None:
    stage = await community_with(LIMITS)
    for text in ("一来", "二来", "三来"):
        await stage.say("lin", text, ROOM)
    await stage.say("lin", "四来", OTHER_ROOM)
    await stage.forward(timedelta(minutes=1))
    await stage.say("lin", "五来", ROOM)
    assert await words(stage) == []


async def test_the_same_words_again_and_again_are_found(community_with: Community) -> None:
    stage = await community_with(LIMITS)
    for _ in range(3):
        await stage.say("lin", "有没有人要拼单", ROOM)
        await stage.forward(timedelta(seconds=40))
    assert await words(stage) == ["刷屏"]


async def test_the_same_words_of_several_accounts_in_several_groups_are_one_case(community_with: Community) -> None:
    stage = await community_with(LIMITS)
    text = "我在这家店买的东西特别便宜大家快去看"
    cards = []
    for member, room in (("a1", ROOM), ("a2", OTHER_ROOM), ("a3", ROOM), ("a4", OTHER_ROOM)):
        cards += to(await stage.say(member, text, room), "admin01")
    assert await words(stage) == ["刷屏", "刷屏"]
    assert all(card.startswith("#1 ") for card in cards)


async def test_a_word_in_pieces_is_found_when_it_is_complete(community_with: Community) -> None:
    stage = await community_with(RULE)
    assert to(await stage.say("lin", "来刷", ROOM), "admin01") == []
    await stage.forward(timedelta(seconds=3))
    (card,) = to(await stage.say("lin", "单吗", ROOM), "admin01")
    assert "刷单（分几条发）" in card


async def test_pieces_can_be_switched_off(community_with: Community) -> None:
    stage = await community_with(RULE + "pieces = false\n")
    await stage.say("lin", "来刷", ROOM)
    await stage.say("lin", "单吗", ROOM)
    assert await words(stage) == []
