"""What staff say about the roster."""

from datetime import UTC, datetime

import pytest

from handlers.duty.sayings import read
from scheduler.calendar import WorkCalendar

# A Monday, 10:00 in Shanghai.
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
NAMES = ("小美", "阿宁", "阿宁宁")


@pytest.mark.parametrize(
    ("text", "kind", "names", "times", "clear", "leads"),
    [
        ("值班", "show", [], [], True, True),
        ("值班表", "show", [], [], True, True),
        ("今天谁值班？", "show", [], ["2026-11-23"], True, False),
        ("值班 下周", "show", [], ["2026-11-30/2026-12-06"], True, True),
        ("请假 明天", "leave", [], ["2026-11-24"], True, True),
        ("请假 11月25日 下午", "leave", [], ["2026-11-25T13:00/2026-11-25T18:00"], True, True),
        ("我想请假周五", "leave", [], ["2026-11-27"], True, True),
        ("请假 周五到下周二 回老家", "leave", [], ["2026-11-27/2026-12-01"], True, True),
        ("请假 明天 后天", "leave", [], ["2026-11-24", "2026-11-25"], True, True),
        ("阿宁 请假 明天", "leave", ["阿宁"], ["2026-11-24"], True, True),
        ("请假 阿宁宁 明天", "leave", ["阿宁宁"], ["2026-11-24"], True, True),
        ("明天请假", "leave", [], ["2026-11-24"], True, False),
        ("请假", "leave", [], [], True, True),
        ("请假三天", "leave", [], [], False, True),
        ("请假的话提前跟我说，明天也行", "leave", [], ["2026-11-24"], False, True),
        ("请假 明天到明年3月", "leave", [], ["2026-11-24"], False, True),
        ("销假", "back", [], [], True, True),
        ("取消请假 明天", "back", [], ["2026-11-24"], True, True),
        ("换班 阿宁 周五", "swap", ["阿宁"], ["2026-11-27"], True, True),
        ("和阿宁换班 周五", "swap", ["阿宁"], ["2026-11-27"], True, True),
        ("换班 小美 阿宁 周五 周六", "swap", ["小美", "阿宁"], ["2026-11-27", "2026-11-28"], True, True),
        ("取消换班", "withdraw", [], [], True, True),
        ("值班电话是多少", "show", [], [], False, True),
        ("这个客服值班时间太短", "show", [], [], False, False),
    ],
)
def test_words_about_the_roster(
    text: str, kind: str, names: list[str], times: list[str], clear: bool, leads: bool
) -> None:
    saying = read(text, NOW, NAMES, WorkCalendar())
    assert saying is not None
    told = [one.iso for one in saying.times]
    assert (saying.kind, list(saying.names), told, saying.clear, saying.leads) == (kind, names, times, clear, leads)


@pytest.mark.parametrize("text", ["明天发货吗", "好的", "", "换" * 61 + "值班"])
def test_other_words_are_none_of_it(text: str) -> None:
    assert read(text, NOW, NAMES, WorkCalendar()) is None
