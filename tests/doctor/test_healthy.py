"""A set-up that is in order, and how `qunban doctor` speaks."""

from pathlib import Path

from bot.cli.doctor import diagnoses
from bot.cli.doctor.diagnosis import Diagnosis
from tests.doctor import test_diagnoses, test_doors, test_requests
from tests.doctor.conftest import Clinic

STEP = {"name", "door", "state", "note", "seconds", "diagnoses"}
# Made by tests of their own.
BESIDE = {diagnoses.PUBLIC_PRIVATE}


async def test_nothing_is_found_where_everything_is_in_order(clinic: Clinic) -> None:
    report = await clinic.examine()
    assert report["ok"], report
    assert {step["state"] for step in report["steps"]} == {"passed"}
    assert [step["name"] for step in report["steps"] if step["door"] == "app:助手"] == [
        "密钥的样子",
        "URL 验证（本机）",
        "URL 验证（公网）",
        "取 access_token",
        "可信 IP 和可见范围",
        "发消息的权限",
        "[[people]] 里的人",
    ]


async def test_nobody_sees_anything_of_an_examination(clinic: Clinic) -> None:
    await clinic.examine()
    assert clinic.wecom.journal.records() == []


async def test_programs_get_the_shape_that_they_rely_on(clinic: Clinic) -> None:
    clinic.say(APP_TOKEN="!")
    report = await clinic.examine()
    assert report.keys() == {"ok", "steps"}
    assert all(step.keys() == STEP for step in report["steps"])
    (found,) = (one for step in report["steps"] for one in step["diagnoses"])
    assert found.keys() == {"code", "title", "seen", "where", "cure"}


async def test_people_see_one_line_a_step_and_how_it_ended(clinic: Clinic) -> None:
    clinic.write(people="")
    status, said = await clinic.doctor()
    assert status == 0
    assert "整体\n  ✓ 连到企业微信、对时" in said
    assert "\n  – [[people]] 里的人  [[people]] 里没有人\n" in said
    assert said.endswith("全部通过（跳过 1 步）\n")


async def test_a_model_that_is_left_out_by_choice_or_not_yet_made_is_no_fault(clinic: Clinic, tmp_path: Path) -> None:
    assert "\n  ✓ 语义模型  只按词（没有用模型）\n" in (await clinic.doctor())[1]
    clinic.say(QUNBAN_CACHE=str(tmp_path / "cache"), QUNBAN_MODEL="builtin")
    status, said = await clinic.doctor()
    assert status == 0
    assert "\n  – 语义模型  还没准备" in said


def test_every_diagnosis_has_been_made() -> None:
    named = {one for one in vars(diagnoses).values() if isinstance(one, Diagnosis)}
    assert (
        named == {*test_diagnoses.BREAKS.values(), *test_requests.BREAKS.values(), *test_doors.BREAKS.values()} | BESIDE
    )


def test_every_diagnosis_has_a_code_of_its_own() -> None:
    codes = [one.code for one in vars(diagnoses).values() if isinstance(one, Diagnosis)]
    assert len(codes) == len(set(codes)) > 50
