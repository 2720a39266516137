"""What becomes of messages that were taken: budgets, duplicates, partial failure, recall (doc/90236, doc/94867)."""

from typing import Any

import pytest

from bot.simulator import Conversation, Limits

from .conftest import Company


def kinds(company: Company) -> list[str]:
    return [record.kind for record in company.wecom.journal.records()]


async def test_each_recipient_has_a_record(company: Company) -> None:
    found = await company.send("开赛", to="LI.NA|wang.wu|nobody|HIDDEN")
    assert (found["errcode"], found["invaliduser"]) == (0, "nobody|hidden")
    places = [record.conversation for record in company.wecom.journal.sent(str(found["msgid"]))]
    assert places == [Conversation("app:助手", "direct", "li.na"), Conversation("app:助手", "direct", "wang.wu")]


async def test_a_person_named_twice_sees_it_once(company: Company) -> None:
    await company.send("开赛", to="li.na|LI.NA", toparty="1", totag="7|9")
    assert sorted(record.member for record in company.wecom.journal.seen()) == ["li.na", "wang.wu"]


async def test_unknown_parties_and_tags_are_named(company: Company) -> None:
    found = await company.send("开赛", toparty="1|99", totag="7|x")
    assert [found[name] for name in ("invaliduser", "invalidparty", "invalidtag")] == ["", "99", "x"]


async def test_all_are_those_in_sight(company: Company) -> None:
    await company.send("放假", to="@all", toparty="99")
    assert [record.member for record in company.wecom.journal.seen()] == ["li.na", "wang.wu"]


async def test_a_long_text_is_seen_cut_at_a_character(company: Company) -> None:
    await company.send("长" * 1000)
    (record,) = company.wecom.journal.seen()
    assert (record.text, record.cut) == ("长" * 682, True)


@pytest.mark.parametrize(("limits", "shown"), [(Limits(), 30), (Limits(member_per_minute=99, member_per_hour=40), 40)])
async def test_what_exceeds_a_members_budget_is_dropped_silently(frozen: Company, shown: int) -> None:
    answers = [await frozen.send(str(number)) for number in range(45)]
    assert {answer["errcode"] for answer in answers} == {0}
    assert kinds(frozen) == ["seen"] * shown + ["dropped"] * (45 - shown)
    frozen.clock.moment += 3600
    await frozen.send("一小时以后", to="wang.wu")
    await frozen.send("一小时以后")
    assert kinds(frozen)[-2:] == ["seen", "seen"]


CHECK: dict[str, Any] = {"enable_duplicate_check": 1, "duplicate_check_interval": 600}


@pytest.mark.parametrize("first", [{}, CHECK], ids=["first without the flag", "first with the flag"])
async def test_a_checked_duplicate_is_not_shown_again(frozen: Company, first: dict[str, Any]) -> None:
    one = await frozen.send("一次", **first)
    frozen.clock.moment += 599
    two = await frozen.send("一次", **CHECK)
    assert (two["errcode"], two["msgid"]) == (0, one["msgid"])
    assert kinds(frozen) == ["seen", "duplicate"]


@pytest.mark.parametrize(
    ("wait", "change"),
    [(600, {}), (0, {"to": "wang.wu"}), (0, {"text": "另一条"}), (0, {"enable_duplicate_check": 0})],
    ids=["later", "to another", "other words", "unchecked"],
)
async def test_what_is_no_duplicate_is_shown(frozen: Company, wait: int, change: dict[str, str]) -> None:
    one = await frozen.send("一次")
    frozen.clock.moment += wait
    two = await frozen.send(**{"text": "一次", **CHECK, **change})
    assert two["msgid"] != one["msgid"]
    assert kinds(frozen) == ["seen", "seen"]


async def test_the_interval_begins_anew_with_each_message_shown(frozen: Company) -> None:
    await frozen.send("一次")
    frozen.clock.moment += 700
    later = await frozen.send("一次", **CHECK)
    frozen.clock.moment += 500
    assert (await frozen.send("一次", **CHECK))["msgid"] == later["msgid"]


@pytest.mark.parametrize(("age", "errcode"), [(24 * 3600, 0), (24 * 3600 + 1, 40058)])
async def test_recall_works_for_a_day(frozen: Company, age: int, errcode: int) -> None:
    sent = await frozen.send("发错了")
    frozen.clock.moment += age
    found = await frozen.get("gettoken", corpid=frozen.wecom.corp_id, corpsecret="s3cret")
    frozen.token = str(found["access_token"])
    assert (await frozen.post("message/recall", {"msgid": sent["msgid"]}))["errcode"] == errcode


async def test_an_app_recalls_only_its_own(company: Company) -> None:
    sent = await company.send("别人的")
    company.wecom.add_app("副手", 1000003, secret="other")
    found = await company.get("gettoken", corpid=company.wecom.corp_id, corpsecret="other")
    company.token = str(found["access_token"])
    assert (await company.post("message/recall", {"msgid": sent["msgid"]}))["errcode"] == 40058


async def test_a_token_is_the_same_while_it_lives(frozen: Company) -> None:
    async def token() -> object:
        return (await frozen.get("gettoken", corpid=frozen.wecom.corp_id, corpsecret="s3cret"))["access_token"]

    assert await token() == frozen.token
    frozen.clock.moment += 7199
    assert await token() == frozen.token
    frozen.clock.moment += 1
    assert await token() != frozen.token


@pytest.mark.parametrize("limits", [Limits(tokens_per_minute=3)])
async def test_asking_for_tokens_too_often_is_blocked(frozen: Company) -> None:
    query = {"corpid": frozen.wecom.corp_id, "corpsecret": "s3cret"}
    assert [(await frozen.get("gettoken", **query))["errcode"] for _ in range(3)] == [0, 0, 45009]
    frozen.clock.moment += 60
    assert (await frozen.get("gettoken", **query))["errcode"] == 0


@pytest.mark.parametrize("limits", [Limits(api_per_minute=2)])
async def test_calling_too_often_is_blocked(frozen: Company) -> None:
    assert [(await frozen.send(str(number)))["errcode"] for number in range(3)] == [0, 0, 45009]


async def test_calls_come_from_trusted_addresses_only(company: Company) -> None:
    company.wecom.trust_only("10.0.0.1")
    assert (await company.send("你好"))["errcode"] == 60020
    company.wecom.trust_only("10.0.0.1", "127.0.0.1")
    assert (await company.send("你好"))["errcode"] == 0
