"""How long, how often, how content: figures of few and of many."""

from datetime import timedelta

import pytest

from handlers.reporting.figures import Scores, Share, Spread, wilson
from handlers.reporting.wording import percent, scored, spoken, spread


def seconds(*values: float) -> list[timedelta]:
    return [timedelta(seconds=one) for one in values]


def test_nothing_has_no_figures() -> None:
    assert (Spread.of(()), Share.of(()), Scores.of(())) == (Spread(), Share(), Scores())
    assert Share.of([None, None]).rate is None
    assert (spread(Spread()), percent(Share()), percent(None), scored(Scores()), spoken(None)) == ("–",) * 5


def test_of_one_the_middle_is_what_nine_in_ten_do_not_exceed() -> None:
    assert Spread.of(seconds(30)) == Spread(1, *seconds(30, 30))


def test_p90_is_the_nearest_rank() -> None:
    assert Spread.of(seconds(*range(10, 0, -1))) == Spread(10, *seconds(5.5, 9))
    assert Spread.of(seconds(*range(1, 12))).p90 == timedelta(seconds=10)


def test_what_nobody_can_tell_yet_is_not_counted() -> None:
    assert Share.of([True, False, None, True]) == Share(2, 3)


def test_wilson_s_interval_is_the_published_one() -> None:
    # Newcombe (1998), table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    cases = ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718))
    for some, count, low, high in cases:
        assert wilson(some / count, count) == pytest.approx((low, high), abs=5e-5)


def test_few_scores_that_are_all_the_same_say_little() -> None:
    one, many = Scores.of([5]), Scores.of([5] * 100)
    assert (one.mean, many.mean) == (5, 5)
    assert (one.high, many.high) == (5, 5)
    assert one.low is not None and many.low is not None
    assert one.low < 2 < 4.8 < many.low


def test_the_interval_lies_on_the_scale_around_the_mean() -> None:
    found = Scores.of([1, 5, 4, 4, 2])
    assert found.mean == pytest.approx(3.2)
    assert found.low is not None and found.high is not None
    assert 1 < found.low < 3.2 < found.high < 5
    assert scored(found) == "3.2（1.8–4.4，5 人）"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0秒"), (0.4, "0秒"), (59.4, "59秒"), (60, "1分"), (61, "1分01秒"), (599, "9分59秒"), (630, "10分"),
        (3570, "1小时"), (3600, "1小时"), (3900, "1时05分"), (7200, "2小时"),
        (86370, "1天"), (86400 * 2 + 3600 * 3, "2天3时"),
    ],
)  # fmt: skip
def test_durations_are_said_short(value: float, said: str) -> None:
    assert spoken(timedelta(seconds=value)) == said
