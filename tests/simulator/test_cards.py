"""Cards on people's screens: who sees them, what a press does, how they change (doc/90240, doc/94888, doc/101032)."""

from collections.abc import Iterator, Mapping
from copy import copy
from typing import Any

import pytest

from bot.simulator import Record, SimulatorError, cards
from bot.simulator.errors import Refused

from .conftest import Company
from .listener import Said, in_turn, passive, silent, text_reply

TITLE = {"title": "今晚玩什么？"}
OPTIONS = [{"id": "a", "text": "谁是卧底"}, {"id": "b", "text": "成语接龙"}]
VOTE: Mapping[str, Any] = {
    "card_type": "vote_interaction",
    "main_title": TITLE,
    "checkbox": {"question_key": "game", "mode": 0, "option_list": OPTIONS},
    "submit_button": {"text": "投票", "key": "vote"},
    "action_menu": {"desc": "更多", "action_list": [{"text": "不再提醒", "key": "mute"}]},
    "task_id": "poll-1",
}
BUTTONS: Mapping[str, Any] = {
    "card_type": "button_interaction",
    "main_title": TITLE,
    "button_list": [{"text": "好", "key": "yes"}],
    "task_id": "ask-1",
}
DONE = {"card_type": "text_notice", "main_title": {"title": "结束"}, "card_action": {"type": 1, "url": "u"}}
GREY = "<MsgType>update_button</MsgType><Button><ReplaceName>已投票</ReplaceName></Button>"
ANOTHER = """<MsgType>update_template_card</MsgType><TemplateCard><CardType>button_interaction</CardType>
<MainTitle><Title>谢谢</Title></MainTitle><ButtonList><Text>再来</Text><Style>1</Style><Key>again</Key></ButtonList>
<HorizontalContentList><KeyName>票数</KeyName><Value>3</Value></HorizontalContentList><TaskId>x</TaskId>
</TemplateCard>"""


async def sent(company: Company, card: Mapping[str, Any] = VOTE, to: str = "li.na|wang.wu") -> tuple[Record, str]:
    body = {"touser": to, "agentid": 1000002, "msgtype": "template_card", "template_card": card}
    found = await company.post("message/send", body)
    assert found["errcode"] == 0, found
    return company.wecom.journal.seen()[0], str(found["response_code"])


async def test_a_press_tells_the_app_what_was_chosen(company: Company) -> None:
    listener = await company.listen(company.app, in_turn(lambda said: passive(said, GREY)))
    card, _ = await sent(company)
    press = await company.wecom.click(card, "vote", chosen={"game": ["b"]})
    await press.delivered()
    said = listener.heard[0]
    assert [said[name] for name in ("Event", "EventKey", "TaskId", "CardType")] == [
        "template_card_event",
        "vote",
        "poll-1",
        "vote_interaction",
    ]
    mine, hers = company.wecom.journal.sent(card.msgid)
    assert (mine.card or {}).get("replace_text") == "已投票"
    assert "replace_text" not in (hers.card or {})
    with pytest.raises(SimulatorError, match="cannot be pressed"):
        await company.wecom.click(card, "vote")


async def test_a_passive_answer_may_put_another_card_in_its_place(company: Company) -> None:
    await company.listen(company.app, in_turn(lambda said: passive(said, ANOTHER)))
    card, _ = await sent(company)
    await (await company.wecom.click(card, "vote")).delivered()
    shown = company.wecom.journal.at(card.number)
    assert shown.text == "谢谢"
    assert shown.card is not None
    assert shown.card["task_id"] == "poll-1"
    assert shown.card["button_list"] == [{"text": "再来", "style": 1, "key": "again"}]
    assert await company.wecom.click(card, "again")


async def test_a_menu_press_may_be_answered_with_words(company: Company) -> None:
    listener = await company.listen(company.app, in_turn(lambda said: text_reply(said, "不再提醒了")))
    card, _ = await sent(company)
    await (await company.wecom.click(card, "mute")).delivered()
    assert listener.heard[0]["Event"] == "template_card_menu_event"
    assert "SelectedItems" not in listener.heard[0]
    assert company.wecom.journal.texts(card.conversation)[-1] == "不再提醒了"


async def test_a_press_may_not_be_answered_with_words(company: Company) -> None:
    await company.listen(company.app, in_turn(lambda said: text_reply(said, "好")))
    card, _ = await sent(company)
    press = await company.wecom.click(card, "vote")
    await press.delivered()
    assert [record.kind for record in company.wecom.journal.answers_to(press.msgid)] == ["refused"]


@pytest.mark.parametrize(
    ("key", "member", "chosen"),
    [
        ("nothing", "li.na", {}),
        ("vote", "hidden", {}),
        ("vote", "li.na", {"game": ["z"]}),
        ("vote", "li.na", {"q": ["a"]}),
    ],
)
async def test_what_is_not_on_the_card_cannot_be_pressed(
    company: Company, key: str, member: str, chosen: dict[str, list[str]]
) -> None:
    card, _ = await sent(company)
    with pytest.raises(SimulatorError):
        await company.wecom.click(card, key, member, chosen)


def update(code: str, **more: Any) -> dict[str, Any]:
    return {"agentid": 1000002, "response_code": code, "userids": ["li.na"], "button": {"replace_name": "完"}, **more}


async def test_a_response_code_works_once(company: Company) -> None:
    _, code = await sent(company)
    path = "message/update_template_card"
    assert (await company.post(path, update(code, template_card={})))["errcode"] == 44004
    assert (await company.post(path, update(code, atall=1)))["errcode"] == 0
    assert (await company.post(path, update(code)))["errcode"] == 40058
    assert [(record.card or {})["replace_text"] for record in company.wecom.journal.seen()] == ["完", "完"]


@pytest.mark.parametrize(("age", "errcode"), [(72 * 3600, 0), (72 * 3600 + 1, 40058)])
async def test_a_response_code_lives_72_hours(frozen: Company, age: int, errcode: int) -> None:
    _, code = await sent(frozen)
    frozen.clock.moment += age
    frozen.token = str((await frozen.get("gettoken", corpid=frozen.wecom.corp_id, corpsecret="s3cret"))["access_token"])
    assert (await frozen.post("message/update_template_card", update(code)))["errcode"] == errcode


async def test_the_code_of_a_press_changes_the_card_later(company: Company) -> None:
    listener = await company.listen(company.app, silent)
    card, _ = await sent(company)
    await (await company.wecom.click(card, "vote")).delivered()
    code = listener.heard[0]["ResponseCode"]
    found = await company.post("message/update_template_card", update(code, userids=["LI.NA", "hidden"]))
    assert (found["errcode"], found["invaliduser"]) == (0, ["hidden"])
    assert company.wecom.journal.at(card.number).history[-1].via == "card_update"


async def test_a_recalled_card_is_gone(company: Company) -> None:
    card, _ = await sent(company)
    await company.post("message/recall", {"msgid": card.msgid})
    with pytest.raises(SimulatorError, match="no card"):
        await company.wecom.click(card, "vote")


async def test_a_task_id_is_used_once(company: Company) -> None:
    await sent(company)
    body = {"touser": "li.na", "agentid": 1000002, "msgtype": "template_card", "template_card": {**VOTE, "vote": 1}}
    assert (await company.post("message/send", body))["errcode"] == 40058


async def test_an_app_that_hears_nothing_sends_no_interactive_cards(company: Company) -> None:
    company.wecom.connect(company.app, None)
    body = {"touser": "li.na", "agentid": 1000002, "msgtype": "template_card"}
    assert (await company.post("message/send", {**body, "template_card": VOTE}))["errcode"] == 48002
    assert (await company.post("message/send", {**body, "template_card": DONE}))["errcode"] == 0


def replacement(**more: Any) -> dict[str, Any]:
    return {"response_type": "update_template_card", "template_card": {**DONE, "task_id": "ask-1"}, **more}


async def asked_group(company: Company, answer: Any) -> tuple[Record, list[Said]]:
    """A bot's card in the group, pressed by 李娜."""
    card_first = {"msgtype": "template_card", "template_card": BUTTONS}
    listener = await company.listen(company.bot, in_turn(card_first, answer))
    await (await company.wecom.mention(company.bot, "wrG1", "wang.wu", "问")).delivered()
    (card,) = company.wecom.journal.seen()
    await (await company.wecom.click(card, "yes", "li.na")).delivered()
    return company.wecom.journal.at(card.number), listener.heard


async def test_a_bots_card_changes_for_all(company: Company) -> None:
    card, heard = await asked_group(company, replacement())
    event = heard[1]["event"]["template_card_event"]
    assert event == {"card_type": "button_interaction", "event_key": "yes", "task_id": "ask-1"}
    assert (heard[1]["from"], heard[1]["chatid"]) == ({"userid": "li.na"}, "wrG1")
    assert "response_url" in heard[1]
    assert card.text == "结束"


async def test_a_bots_card_changes_for_some(company: Company) -> None:
    card, _ = await asked_group(company, replacement(userids=["Li.Na"]))
    assert (card.card_for("li.na") or {})["card_type"] == "text_notice"
    assert (card.card_for("wang.wu") or {})["card_type"] == "button_interaction"
    assert card.text == TITLE["title"]


@pytest.mark.parametrize(
    "answer",
    [
        {"msgtype": "template_card", "template_card": DONE},
        replacement(template_card={**DONE, "task_id": "another"}),
        replacement(template_card=DONE),
        replacement(userids="li.na"),
        replacement(response_type="update"),
        {"msgtype": "stream", "stream": {"id": "s", "finish": True, "content": "好"}},
    ],
    ids=["new card", "another task", "no task", "userids as a word", "another type", "stream"],
)
async def test_a_press_on_a_bots_card_is_answered_with_its_replacement_only(company: Company, answer: Any) -> None:
    card, _ = await asked_group(company, answer)
    assert len(card.history) == 1
    assert len(company.wecom.journal.records("refused")) == 1


RICH: Mapping[str, Any] = {
    "source": {"desc": "d", "desc_color": 1},
    "horizontal_content_list": [{"keyname": "k", "value": "v", "type": 1, "url": "u"}],
    "jump_list": [{"type": 1, "title": "t", "url": "u"}],
    "quote_area": {"type": 1, "url": "u"},
    "button_selection": {"question_key": "q", "option_list": OPTIONS},
}
JUNK: tuple[Any, ...] = (None, 0, -1, 1.5, True, "", [], {}, [1], [[]], {"type": []}, "x" * 3000)


def spoiled(value: Any, junk: Any) -> Iterator[Any]:
    """The value with each of its parts, in turn, replaced by junk."""
    yield junk
    parts = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        for other in spoiled(part, junk):
            whole = copy(value)
            whole[key] = other
            yield whole


@pytest.mark.parametrize("card", [VOTE, BUTTONS, DONE], ids=lambda card: str(card["card_type"]))
@pytest.mark.parametrize("app", [True, False], ids=["app", "bot"])
def test_junk_anywhere_in_a_card_is_refused_or_harmless(card: Mapping[str, Any], app: bool) -> None:
    refused = 0
    for junk in JUNK:
        for other in spoiled({**RICH, **card}, junk):
            try:
                taken = cards.validate(other, app=app)
                assert all(isinstance(found, Mapping) for found in (cards.keys(taken), cards.options(taken)))
            except Refused as error:
                refused += 1
                assert error.errcode in (40058, 44004)
    assert refused > 100
