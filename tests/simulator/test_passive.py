"""What an app may answer in the HTTP response (doc/90241)."""

import pytest
from aiohttp import web

from .conftest import Company
from .listener import in_turn, passive, silent, text_reply

ITEM = "<item><Title>周报</Title><Url>u</Url></item>"

WORDS: list[tuple[str, str, str]] = [
    ("text", "<MsgType>text</MsgType><Content>好</Content>", "seen"),
    ("image", "<MsgType>image</MsgType><Image><MediaId>m</MediaId></Image>", "seen"),
    ("voice", "<MsgType>voice</MsgType><Voice><MediaId>m</MediaId></Voice>", "seen"),
    ("video", "<MsgType>video</MsgType><Video><MediaId>m</MediaId></Video>", "seen"),
    ("one article", f"<MsgType>news</MsgType><ArticleCount>1</ArticleCount><Articles>{ITEM}</Articles>", "seen"),
    (
        "eight articles",
        f"<MsgType>news</MsgType><ArticleCount>8</ArticleCount><Articles>{ITEM * 8}</Articles>",
        "seen",
    ),
    ("empty text", "<MsgType>text</MsgType><Content></Content>", "refused"),
    ("no type", "<Content>好</Content>", "refused"),
    ("markdown", "<MsgType>markdown</MsgType><Markdown><Content>好</Content></Markdown>", "refused"),
    ("image without media", "<MsgType>image</MsgType><Image></Image>", "refused"),
    ("wrong count", f"<MsgType>news</MsgType><ArticleCount>2</ArticleCount><Articles>{ITEM}</Articles>", "refused"),
    (
        "nine articles",
        f"<MsgType>news</MsgType><ArticleCount>9</ArticleCount><Articles>{ITEM * 9}</Articles>",
        "refused",
    ),
    ("card update", "<MsgType>update_button</MsgType><Button><ReplaceName>好</ReplaceName></Button>", "refused"),
]


@pytest.mark.parametrize(("inner", "kind"), [pytest.param(i, k, id=f"{n}-{k}") for n, i, k in WORDS])
async def test_an_answer_to_a_message(company: Company, inner: str, kind: str) -> None:
    await company.listen(company.app, in_turn(lambda said: passive(said, inner)))
    asked = await company.wecom.say(company.app, "li.na", "在吗")
    await asked.delivered()
    assert [record.kind for record in company.wecom.journal.answers_to(asked.msgid)] == [kind]


async def test_a_long_answer_is_cut(company: Company) -> None:
    await company.listen(company.app, in_turn(lambda said: text_reply(said, "长" * 1000)))
    asked = await company.wecom.say(company.app, "li.na", "在吗")
    await asked.delivered()
    (answer,) = company.wecom.journal.answers_to(asked.msgid)
    assert (answer.cut, answer.text) == (True, "长" * 682)


@pytest.mark.parametrize("event", ["subscribe", "enter_agent", "LOCATION", "click", "view", "scancode_waitmsg"])
async def test_an_event_that_takes_words(company: Company, event: str) -> None:
    await company.listen(company.app, in_turn(lambda said: text_reply(said, "欢迎")))
    happened = await company.wecom.event(company.app, "li.na", event)
    await happened.delivered()
    assert [record.kind for record in company.wecom.journal.answers_to(happened.msgid)] == ["seen"]


@pytest.mark.parametrize("event", ["unsubscribe", "change_contact", "batch_job_result", "never_seen"])
async def test_an_event_that_takes_none(company: Company, event: str) -> None:
    await company.listen(company.app, in_turn(lambda said: text_reply(said, "欢迎")))
    happened = await company.wecom.event(company.app, "li.na", event)
    await happened.delivered()
    assert [record.kind for record in company.wecom.journal.answers_to(happened.msgid)] == ["refused"]


@pytest.mark.parametrize(
    ("swap", "reason"),
    [
        (("<ToUserName>li.na", "<ToUserName>wang.wu"), "ToUserName"),
        (("<FromUserName>ww", "<FromUserName>wx"), "FromUserName"),
        (("<CreateTime>1", "<CreateTime>x"), "CreateTime"),
        (("</xml>", ""), "XML"),
    ],
)
async def test_an_answer_with_a_wrong_head(company: Company, swap: tuple[str, str], reason: str) -> None:
    await company.listen(company.app, in_turn(lambda said: text_reply(said, "好").replace(*swap)))
    asked = await company.wecom.say(company.app, "li.na", "在吗")
    await asked.delivered()
    (answer,) = company.wecom.journal.answers_to(asked.msgid)
    assert answer.kind == "refused"
    assert reason in answer.reason


async def test_other_kinds_of_messages_arrive(company: Company) -> None:
    listener = await company.listen(company.app, silent)
    wecom, app = company.wecom, company.app
    for act in (
        wecom.show_picture(app, "li.na", b"png"),
        wecom.speak(app, "li.na"),
        wecom.show_video(app, "li.na"),
        wecom.share_location(app, "li.na", "31.2", "121.5", "上海"),
        wecom.share_link(app, "li.na", "链接", "https://example.com"),
        wecom.send_raw(app, "li.na", {"MsgType": "hologram"}),
        wecom.enter_agent(app, "li.na"),
        wecom.press_menu(app, "li.na", "help"),
    ):
        await (await act).delivered()
    types = [said.get("Event") or said["MsgType"] for said in listener.heard]
    assert types == ["image", "voice", "video", "location", "link", "hologram", "enter_agent", "click"]
    async with company.http.get(listener.heard[0]["PicUrl"]) as response:
        assert await response.read() == b"png"


async def test_two_people_may_share_a_msgid(company: Company) -> None:
    await company.listen(company.app, in_turn(lambda said: text_reply(said, said["FromUserName"])))
    for member in ("li.na", "wang.wu"):
        await (await company.wecom.say(company.app, member, "在吗", msgid="7")).delivered()
    assert company.wecom.journal.texts() == ["li.na", "wang.wu"]


async def test_a_plain_success_is_no_answer(company: Company) -> None:
    await company.listen(company.app, in_turn(lambda said: web.Response(text="success")))
    asked = await company.wecom.say(company.app, "li.na", "在吗")
    await asked.delivered()
    assert company.wecom.journal.answers_to(asked.msgid) == []
