"""The way to an answer as a table, and why the runner-up lost."""

import pytest

from bot.cli.labels import LABELS
from bot.cli.steps import Won, lines, runner_up, why_lost
from bot.cli.terminal import Paint, width
from bot.types.context import Tried
from handlers.order import ORDER

KEYWORD = Won("keyword", "发货", None, "整句")
FAQ = Won("understand", "甲？", 0.9, "有把握", step=0.7)


@pytest.mark.parametrize(
    ("tried", "won", "why"),
    [
        (Tried("keyword", "退货", note="含“货”；含有“换”"), KEYWORD, "含有“换”"),
        (Tried("keyword", "退货", note="整句；不在 09:00-22:00"), KEYWORD, "不在 09:00-22:00"),
        (Tried("understand", "乙？", 0.45, "最像「乙」"), FAQ, "把握低 0.25"),
        (Tried("understand", "乙？", 0.70, "最像「乙」"), FAQ, "把握差不多，排在后面"),
        (Tried("understand", "乙？", 0.31, "最像「乙」"), Won("fallback", "不知道"), "把握不够"),
    ],
)
def test_a_loser_says_what_held_it_back(tried: Tried, won: Won, why: str) -> None:
    assert why_lost(tried, won) == why


def test_the_runner_up_is_a_rule_that_fitted_or_else_the_best_score() -> None:
    faq = [Tried("understand", "甲？", 0.7), Tried("understand", "乙？", 0.3), Tried("understand", "丙？", 0.5)]
    assert runner_up(faq, FAQ) == faq[2]
    turned_down = Tried("keyword", "退货", note="整句；不在这个群")
    assert runner_up([turned_down, *faq], FAQ) == turned_down
    assert runner_up([Tried("keyword", "发货", note="整句")], KEYWORD) is None


def test_a_cooldown_is_said_beside_the_rule_that_won() -> None:
    steps = [Tried("keyword", "发货", note="整句")]
    won = Won.of(steps, "keyword", "发货", None, "刚答过，还在冷却")
    *_, last = lines(steps, won, Paint(False), 80)
    assert last.split() == ["1", "关键词", "发货", "✓", "刚答过，还在冷却，整句"]


def test_who_left_no_step_stands_last() -> None:
    steps = [Tried("understand", "甲？", 0.2, "最像「甲」")]
    *_, last = lines(steps, Won("fallback", "不知道", None, "没听懂"), Paint(False), 80)
    assert last.split() == ["2", "兜底", "不知道", "✓", "没听懂"]


def test_every_handler_has_a_name_for_people() -> None:
    assert set(LABELS) == {*ORDER, "stale", "timers", "fault"}
    assert not [name for name in LABELS.values() if name.isascii()]


def test_no_line_is_wider_than_the_terminal() -> None:
    steps = [Tried("understand", "很长的问题" * 9, 0.2, "最像「很长的问题」" * 9)] * 9
    shown = list(lines(steps, FAQ, Paint(False), 60))
    assert max(map(width, shown)) <= 60
    assert len(shown) == 1 + 4 + 1
