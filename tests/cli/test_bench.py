"""`qunban bench`: the shape of its report; what it measured here is not a test's business."""

import io
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.cli.bench import encoder, growth, moderation, points, question
from bot.cli.bench.callback import Report
from bot.cli.bench.keyword import Report as KeywordReport
from bot.cli.bench.keyword import Size, measure
from bot.cli.terminal import Progress
from nlp.encode.precision import Precision

QUNBAN = Path(sys.executable).with_name("qunban")
# Each size is a process of its own.
soak = pytest.mark.soak


def test_the_report_has_every_subject_and_says_whether_the_promise_was_kept() -> None:
    command = [QUNBAN, "bench", "callback", "--json", "--rounds", "1", "--requests", "8"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    report = json.loads(run.stdout)["callback"]
    assert set(report["cpu_us"]) == {"bare", "wechatpy", "ours"}
    assert all(us > 0 for us in report["cpu_us"].values())
    assert run.returncode == int(not report["kept"])
    assert report["machine"]["packages"]["aiohttp"]


def test_the_promise_is_about_ratios_within_a_round() -> None:
    kept = Report({"bare": [100.0, 200.0], "wechatpy": [230.0, 460.0], "ours": [220.0, 440.0]}, 1000)
    assert kept.times("bare") == 2.2
    assert kept.kept
    assert not Report({"bare": [100.0], "wechatpy": [400.0], "ours": [260.0]}, 1000).kept
    assert not Report({"bare": [100.0], "wechatpy": [200.0], "ours": [210.0]}, 1000).kept


def test_people_get_a_table() -> None:
    text = Report({"bare": [100.0], "wechatpy": [230.0], "ours": [220.0]}, 1000).as_text()
    assert "群伴，存盘后才应答       220 µs" in text
    assert "做到了" in text


@soak
async def test_the_precisions_of_the_model_are_measured_side_by_side() -> None:
    report = (await encoder.measure(2, 20, Progress(io.StringIO()))).as_object()
    assert set(report["precisions"]) == {"4bit", "8bit"}
    assert all(one["p95_ms"] >= one["p50_ms"] > 0 for one in report["precisions"].values())
    assert all(0.999 < one["nearness"] <= 1 for one in report["precisions"].values())


def test_the_promise_of_precisions_is_that_bytes_are_faster_where_they_are_chosen() -> None:
    blocks, bytes_ = encoder.Cost(190, 0.9999, [10.0, 20.0], [14.0, 24.0]), encoder.Cost(210, 0.9997, [5, 11], [7, 15])
    costs = {Precision.BLOCKS: blocks, Precision.BYTES: bytes_}
    assert encoder.Report(costs, 20, Precision.BYTES).times == 0.525
    assert encoder.Report(costs, 20, Precision.BYTES).kept
    assert "8bit 的用时是 4bit 的 0.53 倍 —— 做到了" in encoder.Report(costs, 20, Precision.BYTES).as_text()
    slower = {Precision.BLOCKS: bytes_, Precision.BYTES: blocks}
    assert not encoder.Report(slower, 20, Precision.BYTES).kept
    assert encoder.Report(slower, 20, Precision.BLOCKS).kept
    assert "另一种这里没有" in encoder.Report({Precision.BLOCKS: blocks}, 20, Precision.BLOCKS).as_text()


async def test_keyword_rules_are_measured_side_by_side() -> None:
    report = (await measure(2, 30, Progress(io.StringIO()), sizes=(10, 60))).as_object()
    assert report["rounds"] == 2
    few, many = report["rules"]["10"], report["rules"]["60"]
    assert all(size["p99_us"] >= size["p50_us"] > 0 and size["rss_mib"] > 0 for size in (few, many))
    assert few["share_hit"] > 0.2 and many["share_hit"] > 0.2


def test_the_promise_of_keyword_rules_is_about_ratios_within_a_round() -> None:
    few = Size([100.0, 200.0], [300.0, 600.0], 100.0, 0.1, 30, 20)
    near = Size([110.0, 220.0], [450.0, 900.0], 140.0, 9.0, 30, 20)
    far = Size([110.0, 220.0], [900.0, 1800.0], 140.0, 9.0, 30, 20)
    assert KeywordReport({10: few, 10_000: near}, 1000).kept
    assert not KeywordReport({10: few, 10_000: far}, 1000).kept
    assert "10,000 条         165 µs" in KeywordReport({10: few, 10_000: near}, 1000).as_text()


@soak
async def test_questions_are_measured_by_words_and_the_loop_beside_them() -> None:
    report = await question.measure(1, 20, Progress(io.StringIO()), kinds=("none",), entries=60)
    figures = report.as_object()["kinds"]["none"]
    assert figures["p95_ms"] >= figures["p50_ms"] > 0
    assert figures["lines_per_s"] > 0 and figures["rss_mib"] > 0
    assert min(figures["held_ms"], figures["held_building_ms"], figures["held_idle_ms"]) >= 0
    assert set(figures["kept"]) == {"p50_ms", "loop_held_ms", "update_s", "lines_per_s", "rss_mib"}
    assert "只按词" in report.as_text()


def test_a_loop_that_was_held_up_breaks_the_promise() -> None:
    kind = question.Kind(150.0, 2.0, {name: [0.5] for name in question.FIGURES} | {"lines": [900.0]})
    assert question.Report({"none": kind}, 100).kept
    kind.rounds["held_building"] = [25.0]
    assert not question.Report({"none": kind}, 100).kept


@pytest.mark.parametrize("sizes", [(40,), pytest.param((30, 300), marks=soak)])
async def test_sizes_of_a_base_are_measured_side_by_side(sizes: Sequence[int]) -> None:
    report = await growth.measure(2, 10, Progress(io.StringIO()), sizes=sizes)
    found = report.as_object()
    assert found["rounds"] == 2
    assert found["entries"].keys() == set(map(str, sizes))
    # Three wordings an entry, a byte a number.
    room = {size: size * 3 * 384 / 2**20 for size in sizes}
    assert all(room[size] * 0.9 < found["entries"][str(size)]["disk_mib"] < room[size] * 1.4 for size in sizes)
    figures = ("words_ms", "both_ms", "change_s")
    assert all(size[name] > 0 for size in found["entries"].values() for name in figures)
    assert f"{max(sizes)} 条" in report.as_text()


def test_growth_is_about_ratios_within_a_round() -> None:
    def size(*spent: float) -> growth.Size:
        return growth.Size({}, {"words_ms": list(spent), "both_ms": list(spent)})

    assert growth.Report({10: size(1, 2), 100: size(10, 22)}, 5).kept
    assert not growth.Report({10: size(1, 2), 100: size(13, 30)}, 5).kept


def listed(**changed: float) -> moderation.Report:
    """A report in which every promise was kept, but for what was changed."""
    size = {
        "p50_us": 60.0, "p99_us": 300.0, "hit_p50_us": 300.0, "hit_p99_us": 900.0, "whole_rate": 12_000.0,
        "streams_rate": 45_000.0, "build_s": 4.0, "build_cpu_s": 6.0, "held_ms": 40.0, "mib": 400.0, "added_ms": 8.0,
    } | changed  # fmt: skip
    engines = {"ours": 500_000.0, "pyahocorasick": changed.get("pyahocorasick", 40_000.0)}
    return moderation.Report([engines, engines], {"ours": 1.0, "pyahocorasick": 1.0}, {100_000: [size, size]}, 1000)


def test_people_are_told_of_each_promise_about_lists() -> None:
    text = listed().as_text()
    assert "这里 12.5 倍 —— 做到了" in text and "没做到" not in text
    assert "100,000 个" in text and "4.0 秒（CPU 6.0）" in text


@pytest.mark.parametrize(
    ("figure", "value", "promise"),
    [
        ("pyahocorasick", 60_000.0, "times"), ("streams_rate", 39_000.0, "streams_rate"), ("p99_us", 1100.0, "p99_us"),
        ("hit_p99_us", 1100.0, "p99_us"), ("build_s", 5.1, "build_s"), ("held_ms", 151.0, "held_ms"),
        ("added_ms", 51.0, "added_ms"),
    ],
)  # fmt: skip
def test_each_promise_about_lists_can_be_broken(figure: str, value: float, promise: str) -> None:
    report = listed(**{figure: value})
    assert not report.kept
    assert [name for name, (_, kept) in report.promises.items() if not kept] == [promise]


def test_engines_that_are_not_installed_are_left_out() -> None:
    report = moderation.Report([{"ours": 1.0}], {"ours": 1.0}, listed().sizes, 1000)
    assert "times" not in report.promises and report.kept


@soak
async def test_engines_and_lengths_of_lists_are_measured_side_by_side() -> None:
    report = await moderation.measure(1, 100, Progress(io.StringIO()), sizes=(200, 1000), compared=1000)
    told = report.as_object()
    assert set(told["engines"]) == {"ours", "pyahocorasick", "trie", "flashtext"}
    assert told["words"]["1000"]["streams_rate"] > 0 and told["words"]["200"]["hit_p99_us"] > 0
    assert report.as_text()


def test_points_that_take_longer_the_more_there_are_break_the_promise() -> None:
    few = points.Size(1.0, {name: [1.0, 2.0] for name in points.FIGURES})
    many = points.Size(9.0, {name: [1.5, 3.2] for name in points.FIGURES})
    report = points.Report({("sqlite", 100): few, ("sqlite", 10_000): many}, 20)
    assert report.kept
    assert report.times("sqlite", "rank_p50") == pytest.approx(1.55)
    assert "只测了 SQLite" in report.as_text()
    many.rounds["rank_p95"] = [2.1, 4.4]
    assert not report.kept
    assert report.as_object()["stores"]["sqlite"]["times"]["rank_p95"] == pytest.approx(2.15)


@soak
async def test_books_of_points_are_measured_side_by_side() -> None:
    report = (await points.measure(1, 5, Progress(io.StringIO()), sizes=(100, 400))).as_object()
    for store in ("sqlite", "postgresql"):
        few, many = report["stores"][store]["entries"]["100"], report["stores"][store]["entries"]["400"]
        assert all(size[f"{name}_ms"] > 0 for size in (few, many) for name in points.FIGURES)
