"""Moderation through the whole bot: an ad in a group, what staff say of it, and a campaign over several groups."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.simulator import Journal, Record
from handlers.moderation.review import REST
from handlers.moderation.tables import allowed, cases, finds
from tests.scenarios.town import GROUP, Town, town
from tests.waiting import until

RULE = """
[[moderation]]
name = "广告"
words = ["代开发票", "跑分"]
mode = "执行"
do = ["提醒", "通知"]
remind = "{nickname}，群里不发广告。"
cooldown = "0s"
"""
AD = "专业代开发票，点位低，当天到账，要的私我"
REMINDED = "群里不发广告。"


async def rows(place: Town, table: sa.Table) -> list[Any]:
    return list(await place.bot.database.read(sa.select(table).order_by(table.c.id)))


async def card_of(place: Town, member: str) -> Record:
    """The card that a member of staff got."""
    found: Callable[[Journal], Any] = lambda journal: [one for one in journal.seen(place.chat(member)) if one.card]  # noqa: E731
    await place.wecom.journal.wait_for(found, 60)
    (card,) = found(place.wecom.journal)
    return place.wecom.journal.at(card.number)


async def test_an_ad_is_reminded_of_shown_to_staff_and_cleared_when_it_was_a_mistake(tmp_path: Path) -> None:
    async with town(tmp_path, more=RULE) as place:
        await place.wecom.mention(place.robot, GROUP, "li.na", "你们手机跑分多少")
        card = await card_of(place, "admin01")
        assert REMINDED in place.wecom.journal.texts(place.room)
        shown = str(card.card)
        assert all(words in shown for words in ("疑似广告", "【跑分】", "li.na", "内测群"))
        await place.wecom.click(card, "mistake", "admin01")
        proposed = 'allow = ["跑分多少"]'
        await until(lambda: any(proposed in text for text in place.wecom.journal.texts(place.chat("admin01"))))
        (found,) = await rows(place, finds)
        assert (found.member, found.text, found.counts) == ("", "", False)
        await until(lambda: "已记为误判" in str(place.wecom.journal.at(card.number).card))
        await place.wecom.click(place.wecom.journal.at(card.number), "allow", "admin01")
        await until(lambda: "已加入白名单" in str(place.wecom.journal.at(card.number).card))
        assert [row.phrase for row in await rows(place, allowed)] == ["跑分多少"]
        await place.wecom.mention(place.robot, GROUP, "wang.wu", "那平板跑分多少呢")
        await place.wecom.settle()
        assert len(await rows(place, finds)) == 1
        assert not place.wecom.journal.records("conflict")


@dataclass
class Ahead:
    """The time, or a while later."""

    by: timedelta = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


async def test_the_same_ad_in_five_groups_by_three_accounts_is_one_case(tmp_path: Path) -> None:
    clock = Ahead()
    async with town(tmp_path, more=RULE, wiring={"clock": clock}) as place:
        people = ("li.na", "wang.wu", "zhao.liu")
        place.wecom.add_member("zhao.liu", "赵六")
        groups = [GROUP, *(f"wrNeice{number}" for number in range(2, 6))]
        for group in groups[1:]:
            place.wecom.add_group(group, group, members=list(people), bots=[place.robot])
        for number, group in enumerate(groups):
            member = people[number % 3] if group != GROUP else "li.na"
            await place.wecom.mention(place.robot, group, member, f"{AD}{number}号群友")
        await place.wecom.settle()

        async def all_filed() -> bool:
            return [row.case_id for row in await rows(place, finds)] == [1] * 5

        await until(all_filed)
        card = await card_of(place, "admin01")
        clock.by += REST
        await until(lambda: "5 处" in str(place.wecom.journal.at(card.number).card))
        assert "3 个账号" in str((await card_of(place, "admin01")).card)
        told = "现在共 5 条，5 处，3 个账号"
        await until(lambda: any(told in text for text in place.wecom.journal.texts(place.chat("admin01"))))
        await place.wecom.click(place.wecom.journal.at(card.number), "handled", "admin01")
        await until(lambda: "已处理" in str(place.wecom.journal.at(card.number).card))
        (case,) = await rows(place, cases)
        assert (case.state, case.ruled_by) == ("right", "admin01")
