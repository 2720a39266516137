"""Messages that sound wrong without any listed word: recorded or shown to people where a rule asks, never held back."""

import pytest

from tests.handlers.moderation.conftest import ROOM, Community, to

AD = "【好日子超市】周年店庆，全场五折起，进店就送礼品，限前一百名，抢购热线请拨打"
ABUSE = "你就是个没脑子的蠢货，滚出去，贱人，恶心的废物"


def rule(score: str, more: str = "") -> str:
    """A rule about the tone alone."""
    return f'[[moderation]]\nname = "语气"\nmode = "执行"\nscore = {score}\n{more}'


@pytest.mark.parametrize(("text", "label"), [(AD, "广告"), (ABUSE, "辱骂")])
async def test_people_are_shown_what_sounds_wrong_and_its_writer_is_answered_all_the_same(
    community_with: Community, text: str, label: str
) -> None:
    community = await community_with(rule('"通知"', 'do = ["提醒", "不回答", "通知"]'))
    seen = await community.say("lin01", text, ROOM)
    (card,) = to(seen, "admin01")
    assert label in card
    assert text[:10] in card
    assert community.decided[0].handler != "moderation"
    assert not [words for words in to(seen, "lin01") if "不适合发" in words]


async def test_while_it_only_records_nobody_is_told(community_with: Community) -> None:
    community = await community_with(rule('"只记录"'))
    assert to(await community.say("lin01", ABUSE, ROOM), "admin01") == []
    assert any("语气像骂人" in tried.note for tried in community.traces[0].tried)


async def test_nothing_is_scored_where_no_rule_asks(community_with: Community) -> None:
    community = await community_with('[[moderation]]\nname = "广告"\nwords = ["刷单"]\nmode = "执行"\n')
    assert to(await community.say("lin01", AD, ROOM), "admin01") == []


async def test_a_rule_hears_of_its_own_categories_and_of_its_own_limit(community_with: Community) -> None:
    community = await community_with(rule("0.999") + rule('"通知"', 'categories = "广告"').replace("语气", "广告"))
    assert to(await community.say("lin01", "你就是个没脑子的废物", ROOM), "admin01") == []


async def test_a_listed_word_says_more_than_the_tone(community_with: Community) -> None:
    community = await community_with(rule('"通知"', 'words = ["抢购热线"]'))
    await community.say("lin01", AD, ROOM)
    decided = community.decided[0]
    assert decided.handler == "moderation"
    assert "抢购热线" in decided.outcome.reason
    assert "像广告" not in decided.outcome.reason
