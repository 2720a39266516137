"""Cards within WeCom's limits."""

import pytest

from bot.types.actions import Button, Card
from bot.wecom.cards import AIBOT, APP, HOME, Room, to_json, to_text, to_xml

ASK = Card(
    task="desk-1",
    title="转人工",
    desc="李娜在等",
    quote="怎么退款？",
    fields=(("群", "新品内测群"),),
    buttons=(Button("take", "接单", 1), Button("later", "稍后", 2)),
)


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


def test_a_card_in_words_says_all_but_its_buttons() -> None:
    assert to_text(ASK) == "转人工\n李娜在等\n怎么退款？\n群：新品内测群"
