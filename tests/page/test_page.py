"""A newcomer's first minutes on the chat page, in a real Chromium."""

import os
from pathlib import Path

import pytest

from tests.page.chromium import Tab
from tests.page.conftest import LAPTOP, PHONE
from tests.source import ROOT

pytestmark = pytest.mark.page

LARGEST = 150_000
LAST = ".at(-1)"


async def say(tab: Tab, text: str, pane: str = "chat") -> None:
    """Type into a chat and press Enter."""
    await tab.click(f"$('#{pane} textarea')")
    await tab.type(text)
    await tab.key("Enter")


async def answered(tab: Tab, text: str, pane: str = "chat") -> None:
    """Wait until somebody but the reader has said something with these words."""
    turns = f"$$('#{pane} .turn:not(.mine)')"
    await tab.until(f"{turns}.some((turn) => turn.textContent.includes({text!r}))")


async def become(tab: Tab, name: str) -> None:
    await tab.click(f"$$('#people .row').find((row) => row.querySelector('b').textContent === {name!r})")
    await tab.until(f"$('#chat .who').textContent.includes({name!r})")


async def go(tab: Tab, title: str) -> None:
    await tab.click(f"$$('#places .row').find((row) => row.querySelector('b').textContent === {title!r})")
    await tab.until(f"$('#chat .pane-title h2').textContent === {title!r}")


async def test_a_newcomer_asks_gets_an_answer_and_sees_why(tab: Tab) -> None:
    await say(tab, "包邮吗")
    await answered(tab, "满 99 元包邮")
    assert await tab.run("$('#chat .mine .bubble').textContent") == "包邮吗"
    await tab.click("$('#chat .bots .ask')")
    await tab.until("$('#chat .why .won')")
    why = await tab.run("$('#chat .why').textContent")
    assert "关键词" in why and "“包邮”" in why and "发出" in why
    await tab.click("$('#chat .bots .ask')")
    await tab.until("!$('#chat .why')")


async def test_a_suggestion_that_is_near_several_answers_shows_what_was_tried(tab: Tab) -> None:
    await tab.click("$$('#chat .suggestions button').find((one) => one.textContent.length > 7)")
    await tab.until("$('#chat .bots .ask')")
    await tab.click("$('#chat .bots .ask')")
    await tab.until("$$('#chat .why tbody tr').length > 1")
    assert "其次" in await tab.run("$('#chat .why').textContent")
    scores = await tab.run("$$('#chat .why .bar-text').map((bar) => Number(bar.textContent))")
    assert scores and all(0 <= score <= 1.5 for score in scores)


async def test_a_person_takes_over_at_the_desk_beside(tab: Tab) -> None:
    await say(tab, "转人工")
    await tab.click("$$('#desk .card-buttons button').find((one) => one.textContent === '接单')")
    await tab.until("!$('#desk .card-buttons .style-1') || $('#desk .card-done')")
    await say(tab, "瓶身有点漏")
    await answered(tab, "瓶身有点漏", pane="desk")
    await say(tab, "您好，我来看看", pane="desk")
    await answered(tab, "您好，我来看看")
    await say(tab, "结束", pane="desk")
    await say(tab, "包邮吗")
    await answered(tab, "满 99 元包邮")


async def test_a_customer_writes_to_the_company_from_outside(tab: Tab) -> None:
    await become(tab, "周女士")
    await answered(tab, "我是沐屿的小助手")
    await say(tab, "包邮吗")
    await answered(tab, "满 99 元包邮")
    assert await tab.run("$$('#places .row').length") == 1
    await tab.click("$$('#chat .bots .ask').at(-1)")
    await tab.until("$('#chat .why')?.textContent.includes('“包邮”')")


async def test_another_role_sees_other_things(tab: Tab) -> None:
    await say(tab, "库存")
    await tab.until("$('#chat .bots .ask')")
    await become(tab, "小美")
    assert await tab.run("$$('#chat .mine').length") == 0
    assert await tab.run("$('#chat .theirs .bubble').textContent") == "库存"
    await say(tab, "库存")
    await answered(tab, "沐屿进销存")
    await go(tab, "小助手")
    await answered(tab, "我是沐屿的小助手")
    await tab.ask("Page.reload")
    await tab.until("$('#chat .who')?.textContent.includes('小美') && $('#chat h2').textContent === '小助手'")


async def test_a_message_that_comes_three_times_is_answered_once(tab: Tab) -> None:
    await tab.click("$('#tab-trouble')")
    await tab.click("$('#switch-duplicates')")
    await tab.until("$('#switch-duplicates').checked")
    await say(tab, "包邮吗")
    await answered(tab, "满 99 元包邮")
    await tab.until("$('#chat .mine .under').textContent.includes('送了 3 次')")
    assert await tab.run("$$('#chat .bots').length") == 1
    await tab.click("$('#tab-traffic')")
    await tab.until("$$('#traffic .lines li').filter((line) => line.textContent.includes('重复')).length === 2")


async def test_time_is_moved_and_seen(tab: Tab) -> None:
    await tab.click("$('#tab-trouble')")
    await tab.click("$$('.leaps button').find((one) => one.textContent === '+2 小时')")
    await tab.until("$('.clock-ahead').textContent === '比真的时间快了 2 小时'")


async def test_what_people_write_stays_text(tab: Tab) -> None:
    await say(tab, "<img src=x onerror=alert(1)> **粗** https://example.com/?a=1&b=2 javascript:alert(1)")
    await tab.until("$('#chat .mine')")
    assert await tab.run("$$('#chat .turn img').length") == 0
    assert "<img src=x" in await tab.run("$('#chat .mine .bubble').textContent")
    assert await tab.run("$$('#chat .mine a').map((one) => one.href)") == ["https://example.com/?a=1&b=2"]


async def test_the_keyboard_is_enough(tab: Tab) -> None:
    await tab.run("$('#tab-desk').focus()")
    await tab.key("ArrowRight")
    await tab.until("document.activeElement.id === 'tab-trouble' && $('#tab-trouble').ariaSelected === 'true'")
    await tab.run("$('#switch-slow').focus()")
    tree = await tab.ask("Accessibility.getFullAXTree")
    pressed = {"button", "link", "tab", "switch", "textbox", "combobox"}
    named = [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in tree["nodes"]
        if not node.get("ignored") and node["role"]["value"] in pressed
    ]
    assert len(named) > 20
    assert [role for role, name in named if not name.strip()] == []


NARROW = (
    "document.documentElement.scrollWidth <= innerWidth"
    " && $$('.scroll, .sheet').every((e) => e.scrollWidth <= e.clientWidth)"
)

PALE = (Path(__file__).parent / "pale.js").read_text(encoding="utf-8")


async def test_it_looks_right_on_laptop_and_phone_in_light_and_dark(tab: Tab, tmp_path: Path) -> None:
    folder = ROOT / os.environ["QUNBAN_IMAGES"] if os.environ.get("QUNBAN_IMAGES") else tmp_path
    await say(tab, "包邮吗")
    await answered(tab, "满 99 元包邮")
    await tab.click("$('#chat .bots .ask')")
    await tab.until("$('#chat .why table')")
    await say(tab, "转人工")
    await tab.until("$('#desk .card')")
    for look, size in (("laptop", LAPTOP), ("phone", PHONE)):
        for scheme in ("light", "dark"):
            await tab.look(*size, scheme, mobile=look == "phone")
            for view in ("people", "desk", "trouble", "traffic", "chat") if look == "phone" else ("desk", "trouble"):
                await tab.run(f"$('.tabbar [data-view={view}]').click()")
                assert await tab.run(NARROW), (look, view)
                assert await tab.run(PALE) == [], (look, scheme, view)
            await tab.run("$('.tabbar [data-view=desk]').click(), $('.tabbar [data-view=chat]').click()")
            picture = await tab.shoot()
            assert len(picture) < LARGEST
            (folder / f"page-{look}-{scheme}.webp").write_bytes(picture)
            (tmp_path / f"page-{look}-{scheme}.png").write_bytes(await tab.shoot("png"))
