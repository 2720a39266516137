"""Pictures at the desk go to whom they were meant for when they were sent."""

from collections.abc import Sequence

from bot.types.events import Conversation, Media, Message
from tests.handlers.stage import Seen, Stage


def desk(member: str) -> Conversation:
    return Conversation("app:助手", "direct", member)


def picture(stage: Stage, member: str) -> Message:
    return Message(**stage._event(member, desk(member)), form="image", media=(Media("image", media_id="M"),))


def whom(seen: Sequence[Seen], words: str = "图片.png") -> list[str]:
    return [one.member for one in seen if words in one.words]


async def served(stage: Stage, *customers: str) -> None:
    """小美 serves these customers, the last one now."""
    for customer in customers:
        await stage.say(customer, "转人工", desk(customer))
        await stage.press("mei01", "接单", desk("mei01"))


async def test_a_picture_goes_to_the_customer_in_hand_when_it_was_sent(community: Stage) -> None:
    await served(community, "lin01", "man01")
    sent = picture(community, "mei01")
    await community.happen(sent)
    await community.say("mei01", "#1", desk("mei01"))
    seen = await community.arrive(sent)
    assert whom(seen) == ["man01"]
    assert whom(seen, "已发给 #2") == ["mei01"]


async def test_a_picture_goes_nowhere_once_the_service_has_ended(community: Stage) -> None:
    await served(community, "lin01")
    sent = picture(community, "mei01")
    await community.happen(sent)
    await community.say("mei01", "结束", desk("mei01"))
    seen = await community.arrive(sent)
    assert whom(seen) == [] and whom(seen, "没有转出去") == ["mei01"]


async def test_a_customers_picture_goes_to_the_owner_and_to_nobody_else(community: Stage) -> None:
    await served(community, "lin01")
    assert whom(await community.say("lin01", "", desk("lin01"), form="image")) == ["mei01"]
    assert whom(await community.say("man01", "", desk("man01"), form="image")) == []


async def test_what_could_not_be_fetched_is_told_to_the_owner(community: Stage) -> None:
    await served(community, "lin01")
    sent = picture(community, "lin01")
    await community.happen(sent)
    seen = await community.arrive(sent, "words", "超过 20 MB，没有收")
    assert whom(seen, "没能转给您：超过 20 MB") == ["mei01"]
    mine = picture(community, "mei01")
    await community.happen(mine)
    assert whom(await community.arrive(mine, "words", "是空的"), "没有转给 #1") == ["mei01"]


async def test_the_next_owner_gets_the_pictures_too(community: Stage) -> None:
    await community.say("lin01", "", desk("lin01"), form="image")
    await served(community, "lin01")
    await community.say("lin01", "", desk("lin01"), form="image")
    assert len(whom(community.seen)) == 2
    await community.forward(community.brain.stale_after * 4)
    seen = await community.press("ning01", "接单", desk("ning01"))
    assert whom(seen) == ["ning01", "ning01"]
