"""Cards within WeCom's limits."""

from dataclasses import replace
from typing import Any

import pytest

from bot.types.actions import Button, Card, Option, Question, dump_content, load_content
from bot.wecom.cards import AIBOT, APP, HOME, Room, to_json, to_text, to_xml

ASK = Card(
    task="desk-1",
    title="转人工",
    desc="李娜在等",
    quote="怎么退款？",
    fields=(("群", "新品内测群"),),
    buttons=(Button("take", "接单", 1), Button("later", "稍后", 2)),
)


SUBMIT = Button("vote", "投票")
GAMES = Question("game", (Option("a", "谁是卧底"), Option("b", "成语接龙")), several=True)
CITY = Question("city", (Option("sh", "上海"), Option("hz", "杭州")), "城市", chosen=("hz",))
SLOT = Question("slot", (Option("am", "上午"), Option("pm", "下午")), "场次")
VOTE = Card(task="poll-1", title="今晚玩什么？", questions=(GAMES,), submit=SUBMIT)
LISTS = Card(task="join-1", title="报名", questions=(CITY, SLOT), submit=SUBMIT)


def test_a_card_with_buttons_is_an_interaction() -> None:
    assert to_json(ASK, APP) == {
        "card_type": "button_interaction",
        "task_id": "desk-1",
        "main_title": {"title": "转人工", "desc": "李娜在等"},
        "quote_area": {"type": 0, "quote_text": "怎么退款？"},
        "horizontal_content_list": [{"keyname": "群", "value": "新品内测群"}],
        "button_list": [{"text": "接单", "style": 1, "key": "take"}, {"text": "稍后", "style": 2, "key": "later"}],
    }


def test_a_card_without_buttons_is_a_notice_that_leads_somewhere() -> None:
    assert to_json(Card(task="x-1", title="完成"), APP) == {
        "card_type": "text_notice",
        "card_action": {"type": 1, "url": HOME},
        "main_title": {"title": "完成"},
    }
    assert to_json(Card(task="x-1", title="完成", url="https://e.cn"), APP)["card_action"]["url"] == "https://e.cn"


def test_buttons_are_grey_only_where_a_card_replaces_another() -> None:
    done = Card(task="desk-1", title="转人工", buttons=(Button("take", "接单"),), done="已接单")
    assert "replace_text" not in to_json(done, APP)
    assert to_json(done, APP, update=True)["replace_text"] == "已接单"


def test_a_replacing_notice_keeps_its_task() -> None:
    assert to_json(Card(task="x-1", title="完成"), AIBOT, update=True)["task_id"] == "x-1"


@pytest.mark.parametrize("room", [APP, AIBOT], ids=["app", "aibot"])
def test_everything_is_shortened_to_its_room(room: Room) -> None:
    long = "长" * 600
    card = Card(
        task="x-1",
        title=long,
        desc=long,
        quote=long,
        fields=tuple((long, long) for _ in range(8)),
        buttons=tuple(Button(str(number), long) for number in range(8)),
        done=long,
    )
    made = to_json(card, room, update=True)
    assert len(made["main_title"]["title"]) == room.title and made["main_title"]["title"].endswith("…")
    assert len(made["sub_title_text"]) == room.subtitle and "desc" not in made["main_title"]
    assert len(made["quote_area"]["quote_text"]) == room.quote
    assert [(len(f["keyname"]), len(f["value"])) for f in made["horizontal_content_list"]] == [(5, room.value)] * 6
    assert [len(button["text"]) for button in made["button_list"]] == [10] * 6
    assert len(made["replace_text"]) == 10


def test_a_description_of_several_lines_gets_the_larger_place() -> None:
    made = to_json(Card(task="x-1", title="t", desc="一\n二"), APP)
    assert made["sub_title_text"] == "一\n二" and made["main_title"] == {"title": "t"}


def test_the_xml_twin_has_pascal_case_names() -> None:
    assert to_xml(to_json(ASK, APP)) == {
        "CardType": "button_interaction",
        "TaskId": "desk-1",
        "MainTitle": {"Title": "转人工", "Desc": "李娜在等"},
        "QuoteArea": {"Type": 0, "QuoteText": "怎么退款？"},
        "HorizontalContentList": [{"KeyName": "群", "Value": "新品内测群"}],
        "ButtonList": [{"Text": "接单", "Style": 1, "Key": "take"}, {"Text": "稍后", "Style": 2, "Key": "later"}],
    }


def test_a_card_in_words_numbers_what_can_be_chosen() -> None:
    assert to_text(ASK) == "转人工\n李娜在等\n怎么退款？\n群：新品内测群\n1. 接单\n2. 稍后"
    assert to_text(VOTE) == "今晚玩什么？\n1. 谁是卧底\n2. 成语接龙"
    assert to_text(LISTS) == "报名\n城市\n1. 上海\n2. 杭州\n场次\n1. 上午\n2. 下午"


def test_a_greyed_card_in_words_says_what_became_of_it() -> None:
    assert to_text(VOTE.answered((("game", ("a",)),), "已投票")) == "今晚玩什么？\n（已投票）"


def test_one_question_to_submit_is_a_vote() -> None:
    assert to_json(VOTE, APP) == {
        "card_type": "vote_interaction",
        "task_id": "poll-1",
        "main_title": {"title": "今晚玩什么？"},
        "checkbox": {
            "question_key": "game",
            "mode": 1,
            "option_list": [
                {"id": "a", "text": "谁是卧底", "is_checked": False},
                {"id": "b", "text": "成语接龙", "is_checked": False},
            ],
        },
        "submit_button": {"text": "投票", "key": "vote"},
    }


def test_several_questions_are_lists_to_choose_from() -> None:
    made = to_json(LISTS, AIBOT)
    assert made["card_type"] == "multiple_interaction"
    assert made["select_list"][0] == {
        "question_key": "city",
        "title": "城市",
        "selected_id": "hz",
        "option_list": [{"id": "sh", "text": "上海"}, {"id": "hz", "text": "杭州"}],
    }
    assert "disable" not in made["select_list"][0]


def test_a_question_may_stand_above_buttons() -> None:
    made = to_json(replace(ASK, questions=(CITY,)), APP)
    assert made["card_type"] == "button_interaction" and made["button_selection"]["selected_id"] == "hz"


def test_a_submitted_card_is_grey_and_shows_what_was_chosen() -> None:
    vote = to_json(VOTE.answered((("game", ("b",)),), "已投票"), APP, update=True)
    assert vote["replace_text"] == "已投票" and vote["checkbox"]["disable"] is True
    assert [option["is_checked"] for option in vote["checkbox"]["option_list"]] == [False, True]
    lists = to_json(LISTS.answered((("city", ("sh",)), ("slot", ("pm",))), "已报名"), APP, update=True)
    assert [(one["selected_id"], one["disable"]) for one in lists["select_list"]] == [("sh", True), ("pm", True)]


def test_truths_in_the_xml_twin_are_words() -> None:
    twin = to_xml(to_json(VOTE.answered((("game", ("b",)),), "已投票"), APP, update=True))
    assert twin["Checkbox"]["Disable"] == "true"
    assert [option["IsChecked"] for option in twin["Checkbox"]["OptionList"]] == ["false", "true"]


TWO = (Option("a", "1"), Option("b", "2"))


@pytest.mark.parametrize(
    "parts",
    [
        {"questions": (Question("q", TWO),)},
        {"submit": SUBMIT},
        {"submit": SUBMIT, "questions": (Question("q", TWO),), "buttons": (Button("a", "1"),)},
        {"submit": SUBMIT, "questions": tuple(Question(str(n), TWO) for n in range(4))},
        {"submit": SUBMIT, "questions": (Question("q", ()),)},
        {"submit": SUBMIT, "questions": (Question("q", tuple(Option(str(n), "x") for n in range(21))),)},
        {
            "submit": SUBMIT,
            "questions": (Question("q", TWO), Question("r", tuple(Option(str(n), "x") for n in range(11)))),
        },
        {"submit": SUBMIT, "questions": (Question("q", TWO, several=True), Question("r", TWO))},
        {"buttons": (Button("a", "1"),), "questions": (Question("q", TWO), Question("r", TWO))},
    ],
    ids=range(9),
)
def test_a_card_that_wecom_does_not_have_cannot_be_made(parts: Any) -> None:
    with pytest.raises(ValueError, match="card poll-1"):
        Card(task="poll-1", title="x", **parts)


def test_cards_with_questions_survive_the_outbox() -> None:
    for card in (VOTE, LISTS):
        assert load_content(dump_content(card)) == card
