"""`[[shifts]]`: what is wrong with them, and the gaps between them."""

import re
import tomllib
from pathlib import Path

import pytest

from handlers.directory import Team
from handlers.duty.inspection import gaps
from handlers.duty.shifts import Shift
from tests.handlers.conftest import SHIPPED
from tests.handlers.test_directory import problems

PRESETS = SHIPPED.parent / "bot" / "cli" / "presets"

TEAM = """[[people]]
name = "甲"
userid = "a"
roles = ["售后组"]
[[people]]
name = "乙"
userid = "b"
roles = ["售后组"]
[[people]]
name = "丙"
userid = "c"
[[teams]]
name = "售后组"
hours = "工作日 09:00-18:00"
"""
BEFORE = TEAM.count("\n")


@pytest.mark.parametrize(
    ("toml", "line", "key", "says"),
    [
        ('team="没有"\npeople=["甲"]', 3, "shifts[0].team", "没有叫“没有”的小组"),
        ('team="售后组"\npeople=["丁"]', 4, "shifts[0].people[0]", "没有叫“丁”的人"),
        ('team="售后组"\npeople=["甲","丙"]', 4, "shifts[0].people[1]", "“丙”不在售后组里"),
        ('team="售后组"\npeople=["甲","甲"]', 4, "shifts[0].people[1]", "两遍"),
        ('team="售后组"\npeople=[]', 4, "shifts[0].people", "至少"),
        ('team="售后组"\npeople=["甲"]\nhours="9点到18点"', 5, "shifts[0].hours", "09:00-22:00"),
        ('team="售后组"\npeople=["甲","乙"]\nrotate="每周"', 1, "shifts[0]", "since = 2026-11-23"),
        ('team="售后组"\npeople=["甲","乙"]\nrotate="每月"\nsince=2026-11-23', 5, "shifts[0].rotate", "每周"),
        ('team="售后组"\npeople=["甲","乙"]\nrotate="每周"\nsince="下周一"', 6, "shifts[0].since", "2026-11-23"),
        ('team="售后组"\npeople=["甲","乙"]\nrotate="每周"\nsince=2026-11-23T08:00:00', 6, "shifts[0].since", "2026"),
        ('team="售后组"\npeople=["甲"]\nrotate="每周"\nsince=2026-11-23', 1, "shifts[0]", "去掉 rotate"),
        ('team="售后组"\npeople=["甲","乙"]\nsize=2', 1, "shifts[0]", "不轮班"),
        ('team="售后组"\npeople=["甲","乙"]\nrotate="每周"\nsince=2026-11-23\nsize="1"', 7, "shifts[0].size", "整数"),
        ('team="售后组"\npeople=["甲"]\nhours="工作日 09:00-17:00"', 3, "shifts[0].team", "周一 17:00-18:00"),
        (
            'team="售后组"\npeople=["甲"]\n[[shifts]]\nname="班"\nteam="售后组"\npeople=["乙"]',
            6,
            "shifts[1].name",
            "重复",
        ),
    ],
)
def test_a_wrong_shift_is_told_with_its_line_and_its_cure(
    tmp_path: Path, toml: str, line: int, key: str, says: str
) -> None:
    found = problems(tmp_path, f'{TEAM}[[shifts]]\nname="班"\n{toml}')
    assert any(at == line + BEFORE and where == key and says in message for at, where, message in found), found


def test_shifts_that_cover_the_hours_are_fine(tmp_path: Path) -> None:
    toml = '[[shifts]]\nname="班"\nteam="售后组"\npeople=["甲","乙"]\nrotate="每周"\nsince="2026-11-23"'
    assert not [message for _, key, message in problems(tmp_path, TEAM + toml) if key.startswith("shifts")]


@pytest.mark.parametrize(
    ("hours", "shifts", "found"),
    [
        ("工作日 09:00-18:00", ["工作日 09:00-18:00"], []),
        ("工作日 09:00-18:00", ["工作日 08:00-13:00", "工作日 13:00-20:00"], []),
        (
            "工作日 09:00-18:00",
            ["周一至周五 09:00-18:00"],
            ["调休上班的周六 09:00-18:00", "调休上班的周日 09:00-18:00"],
        ),
        ("周一至周五 09:00-18:00", ["工作日 09:00-18:00"], [f"放假的周{day} 09:00-18:00" for day in "一二三四五"]),
        ("每天 09:00-12:00", ["周一至周六 09:00-12:00"], ["周日 09:00-12:00"]),
        ("每天 20:00-02:00", ["每天 20:00-24:00"], [f"周{day} 00:00-02:00" for day in "一二三四五六日"]),
        ("每天 20:00-02:00", ["每天 20:00-02:00"], []),
        (None, ["每天 00:00-12:00", "每天 12:00-24:00"], []),
        (None, ["每天 全天"], []),
        ("周日 全天", ["周日 10:00-12:00"], ["周日 00:00-10:00", "周日 12:00-24:00"]),
    ],
)
def test_gaps_are_the_hours_of_a_team_that_no_shift_covers(
    hours: str | None, shifts: list[str], found: list[str]
) -> None:
    team = Team.model_validate({"name": "售后组", **({"hours": hours} if hours else {})})
    written = [{"name": "班", "team": "售后组", "people": ["甲"], "hours": one} for one in shifts]
    told = [str(gap) for gap in gaps(team, [Shift.model_validate(one) for one in written])]
    assert [gap for gap in told if gap in found] == found
    assert found or not told


@pytest.mark.parametrize("path", [SHIPPED, *sorted(PRESETS.glob("*/config.toml"))], ids=lambda path: path.parent.name)
def test_the_examples_that_are_commented_out_are_right(path: Path, tmp_path: Path) -> None:
    written = path.read_text("utf-8")
    found = re.search(r"(?:^# (?:next_response|assign).*\n)(?:^# .*\n|\n(?=# \[\[shifts))+", written, re.M)
    assert found
    team = next(team for team in tomllib.loads(written)["teams"])
    example = re.sub(r"(?m)^# ", "", found[0]).replace('"…", "…"', '"甲", "乙"')
    toml = f'[[teams]]\nname = "{team["name"]}"\nhours = "{team["hours"]}"\n{example}'
    names = ("甲", "乙", "小美", "阿宁", "周店长")
    people = "".join(f'[[people]]\nname="{n}"\nuserid="p{i}"\nroles="{team["name"]}"\n' for i, n in enumerate(names))
    assert "rotate" in toml
    assert not [one for one in problems(tmp_path, people + toml) if one[1].startswith(("teams", "shifts"))]
