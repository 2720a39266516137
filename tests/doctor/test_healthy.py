"""A set-up that is in order, and how `qunban doctor` speaks."""

import json

import pytest

from bot.cli.doctor.diagnosis import Diagnosis
from bot.cli import main
from bot.cli.doctor import diagnoses
from tests.doctor.conftest import Clinic


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
