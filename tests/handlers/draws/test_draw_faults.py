"""What `check` says of draws and things in the shop that cannot be: where, and the cure; what is shipped holds."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.app import load_config
from bot.cli.check import examine
from bot.config.finding import Finding
from handlers.draws.settings import DRAWS
from handlers.shop.settings import SHOP
from tests.handlers.draws.test_draws import PLACE
from tests.handlers.stage import SECTIONS, read
from tests.source import ROOT

PRIZE = '{ name = "小样", weight = 1, stock = 2 }'
LATER = '{ name = "小样", stock = 2 }'


def draw(prizes: str = PRIZE, more: str = "limit = 1", name: str = "甲") -> str:
    return f'[[draws]]\nname = "{name}"\nprizes = [{prizes}]\n{more}\n'


def item(more: str = "cost = 5\nstock = 1", name: str = "甲") -> str:
    return f'[[shop]]\nname = "{name}"\n{more}\n'


def found(folder: Path, text: str, place: str = PLACE) -> tuple[Sequence[Finding], Sequence[Finding]]:
    path = folder / "config.toml"
    path.write_text(place + text, encoding="utf-8")
    errors, warnings = examine(path, load_config)
    return errors, [one for one in warnings if "环境变量" not in one.message]


FAULTS: Sequence[tuple[str, str, str]] = [
    (draw(PRIZE.replace("weight = 1", "weight = 0")), "draws[0].prizes[0].weight", "1 到 1000000 的整数"),
    (draw(PRIZE.replace("weight = 1", "weight = -3")), "draws[0].prizes[0].weight", "1 到 1000000 的整数"),
    (draw(PRIZE.replace("weight = 1", "weight = 0.5")), "draws[0].prizes[0].weight", "1 到 1000000 的整数"),
    (draw('{ name = "小样", weight = 1 }'), "draws[0].prizes[0]", "“小样”有几份？写 stock = 10"),
    (draw(PRIZE.replace("stock = 2", "stock = -1")), "draws[0].prizes[0].stock", "有几份，写 0 到"),
    (draw(PRIZE.replace("stock = 2", 'stock = "不限"')), "draws[0].prizes[0]", "是实物，不能不限"),
    (draw('{ name = "小样", stock = 2 }'), "draws[0]", "“小样”的机会有多大？"),
    (draw('{ name = "没中", weight = 2, nothing = true }'), "draws[0]", "至少写一个真的奖品"),
    (draw('{ name = "没中", weight = 2, nothing = true, points = 5 }'), "draws[0].prizes[0]", "只写一个"),
    (draw(f"{PRIZE}, {PRIZE}"), "draws[0]", "两个奖品同名了"),
    (draw(""), "draws[0].prizes", "至少"),
    (draw(more="cost = -1"), "draws[0].cost", "0"),
    (draw(more=""), "draws[0]", "per_day = 1（每天）"),
    (draw(more="limit = 0"), "draws[0].limit", "1"),
    (draw(name="一二三四五六七八九十一二三四五六七八九十一"), "draws[0].name", "最多 20 个字"),
    (draw(LATER, 'at = "除夕"'), "draws[0].at", '写成 "2026-12-31 20:00"'),
    (draw(LATER, 'at = "2026-02-30 20:00"'), "draws[0].at", "没有这个时间"),
    (draw(LATER, "at = 2026-12-31T12:00:00Z"), "draws[0].at", "不写时区，就是大家这里的钟点"),
    (draw(PRIZE, 'at = "手动"'), "draws[0]", "不写 weight"),
    (draw('{ name = "五", points = 5, stock = "不限" }', 'at = "手动"'), "draws[0]", "每个奖品都要写有几份"),
    (draw(LATER.replace("2", "2000"), 'at = "手动"'), "draws[0]", "一次最多开出 1000 份"),
    (draw(LATER, 'at = "2026-12-01"\nfrom = "2026-12-02"'), "draws[0]", "没有时间报名"),
    (draw(more='limit = 1\nfrom = "2026-12-02"\nuntil = "2026-12-02"'), "draws[0]", "until 不晚于 from"),
    (draw(more='limit = 1\nreveal = "每年"'), "draws[0].reveal", "每天"),
    (item("cost = 0\nstock = 1"), "shop[0].cost", "1"),
    (item("cost = -5\nstock = 1"), "shop[0].cost", "1"),
    (item("cost = 5"), "shop[0]", "有几份？写 stock = 10"),
    (item("cost = 5\nstock = -1"), "shop[0].stock", "0"),
    (item('cost = 5\nstock = 1\nfrom = "明天"'), "shop[0].from", '写成 "2026-12-31 20:00"'),
]


def test_each_fault_is_found_with_its_place_and_cure(tmp_path: Path) -> None:
    """All of them in one file: each is told, and none hides another."""
    written, wanted, seen = "", [], Counter[str]()
    for number, (text, key, cure) in enumerate(FAULTS):
        section = text[2 : text.index("]")]
        written += text.replace('name = "甲"', f'name = "甲{number}"', 1)
        wanted.append((key.replace("[0]", f"[{seen[section]}]", 1), cure))
        seen[section] += 1
    errors, _ = found(tmp_path, written)
    told = {one.key: one.message for one in errors}
    assert [key for key, _ in wanted if key not in told] == []
    assert [(key, cure, told[key]) for key, cure in wanted if cure not in told[key]] == []
    assert len(errors) == len(FAULTS)


def test_who_and_where_must_be_known(tmp_path: Path) -> None:
    text = draw(more='limit = 1\ngroups = "乙群"\nmanagers = "财务"') + item('cost = 5\nstock = 1\nroles = "会员"')
    errors, _ = found(tmp_path, text + item() + draw())
    assert [(one.key, one.message[:6]) for one in errors] == [
        ("draws[0].groups", "没有叫“乙群"),
        ("draws[0].managers", "没有叫“财务"),
        ("shop[0].roles", "没有叫“会员"),
        ("shop[1].name", "名字重复了，"),
        ("draws[1].name", "名字重复了，"),
    ]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (item(), "shop"),
        (draw(more="cost = 5"), "draws[0]"),
        (draw(PRIZE + ', { name="五", points=5, weight=1, stock=1 }'), "draws[0]"),
    ],
)
def test_what_needs_points_says_so_where_there_are_none(tmp_path: Path, text: str, key: str) -> None:
    errors, _ = found(tmp_path, text, PLACE.replace("[points]", ""))
    assert [one.key for one in errors] == [key]
    assert "请加上 [points]" in errors[0].message


def test_a_group_that_cannot_be_told_who_won_is_named(tmp_path: Path) -> None:
    silent = PLACE.replace(', "webhook:推送"]', "]")
    errors, warnings = found(tmp_path, draw(LATER, 'at = "手动"\ngroups = "甲群"'), silent)
    assert errors == [] or errors == ()
    assert [one.key for one in warnings][-1:] == ["draws[0].groups"]
    assert "消息推送" in warnings[-1].message


def test_a_draw_whose_day_is_over_is_named_and_does_no_harm(tmp_path: Path) -> None:
    errors, warnings = found(tmp_path, draw(LATER, 'at = "2020-12-31 20:00"'))
    assert not errors
    assert [one.key for one in warnings] == ["draws[0].at"]
    assert "已经过去了" in warnings[0].message


def test_what_is_shipped_as_an_example_can_be_used(tmp_path: Path) -> None:
    shipped = (ROOT / "config.toml").read_text(encoding="utf-8")
    part = shipped.partition("# ── 抽奖和兑换")[2].partition("# ── 游戏")[0]
    example = "\n".join(line.removeprefix("# ").removeprefix("#") for line in part.partition("#\n")[2].splitlines())
    path = tmp_path / "config.toml"
    path.write_text(PLACE.replace("甲群", "新品内测群") + example, encoding="utf-8")
    config = read(path)
    assert [one.name for one in config[DRAWS]] == ["幸运转盘", "年终大奖"]
    assert [one.name for one in config[SHOP]] == ["保温杯"]
    assert {DRAWS.key, SHOP.key} <= {section.key for section in SECTIONS}
