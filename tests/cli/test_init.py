"""`qunban init`: each starter is written, passes the check, and holds a conversation in the demo."""

import io
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bot.cli import main
from bot.cli.init import CHOICES, Preset
from tests.cli.test_demo import QUNBAN

# The starter whose bot is put on a long connection, which is one word of it.
LONG = "camp"
soak = pytest.mark.soak
# Said in words that stand in no file of the starter, and the entry or rule that answers them.
ASKED = {
    "电商售后群": [
        ("退款大概多久能到账呀", "退款多久到账？"),
        ("我想改一下收货地址", "下单后还能改地址吗？"),
        ("包裹少了一件东西", "少发了一件怎么办？"),
        ("用了以后过敏了", "人身安全"),
    ],
    "训练营": [
        ("这周作业最晚什么时候交", "作业什么时候交？"),
        ("直播课错过了怎么补", "缺课怎么补？"),
        ("能转到下一期去上吗", "可以转到下一期吗？"),
        ("感觉跟不上了", "心情不好"),
    ],
    "开发者社区": [
        ("密钥不小心泄露出去了", "密钥泄露了怎么办？"),
        ("在哪里申请 api 密钥", "怎么申请密钥？"),
        ("webhook 回调收不到", "回调收不到怎么排查？"),
        ("我的 key 是 sk-abcdefgh12345678", "泄露密钥"),
    ],
    "门店员工群": [
        ("请事假要提前多久", "请假要提前几天？"),
        ("收银机突然坏了", "收银机坏了怎么办？"),
        ("什么时候盘点", "盘点是哪天？"),
        ("仓库着火了", "紧急"),
    ],
}


@pytest.fixture(params=CHOICES, ids=lambda preset: preset.folder)
def preset(request: pytest.FixtureRequest) -> Preset:
    """Each starter in turn."""
    chosen: Preset = request.param
    return chosen


# Every starter needs a program and a look-alike of its own: one is played each time, the others in the long run.
@pytest.mark.parametrize(
    "preset", [pytest.param(one, marks=() if one.folder == LONG else soak, id=one.folder) for one in CHOICES]
)
def test_a_starter_plays_in_the_demo(preset: Preset, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    assert main(["init", preset.name, "--to", str(tmp_path)]) == 0
    if preset.folder == LONG:
        config.write_text(config.read_text("utf-8").replace('mode     = "url"', 'mode     = "socket"'), "utf-8")
    command = [QUNBAN, "demo", "--once", "--seed", "7", "-c", config]
    demo = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
    assert demo.returncode == 0, demo.stdout
    assert "✗" not in demo.stdout
    assert demo.stdout.count("✓") >= 10
    assert "接单" in demo.stdout


def test_a_starter_understands_what_it_does_not_say_itself(
    preset: Preset, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["init", preset.folder, "--to", str(tmp_path)])
    written = "".join(path.read_text("utf-8") for path in tmp_path.rglob("*.toml"))
    capsys.readouterr()
    lines = [json.dumps({"text": text}) for text, _ in ASKED[preset.name]]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("\n".join(lines).encode())))
    assert main(["ask", "--jsonl", "-c", str(tmp_path / "config.toml")]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    answers = answers_of(tmp_path)
    for (text, rule), one in zip(ASKED[preset.name], found, strict=True):
        assert f'"{text}"' not in written
        assert one["answer"] in answers[rule], (text, one)


def answers_of(folder: Path) -> dict[str, list[str]]:
    """The answers of a configuration by rule or question, without variables."""
    settings = tomllib.loads((folder / "config.toml").read_text("utf-8"))
    rows = [(rule["name"], rule["reply"]) for rule in settings["replies"]]
    for path in (folder / "knowledge").glob("*.toml"):
        rows += [(one["question"], one["answer"]) for one in tomllib.loads(path.read_text("utf-8"))["faq"]]
    return {name: [said] if isinstance(said, str) else said for name, said in rows}


def test_a_starter_passes_the_check_and_has_nothing_to_warn_of_but_secrets_and_an_old_calendar(
    preset: Preset, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["init", preset.folder, "--to", str(tmp_path)])
    capsys.readouterr()
    assert main(["check", "--json", "-c", str(tmp_path / "config.toml")]) == 0
    found = json.loads(capsys.readouterr().out)
    shown = [one for one in found["errors"] + found["warnings"] if one["value"] != "***"]
    assert [one for one in shown if "节假日表" not in one["message"]] == []


def test_a_starter_is_real_but_small(preset: Preset) -> None:
    written = {file.name: preset.read(file).decode() for file in preset.files}
    assert 10 <= len(tomllib.loads(written.pop("config.toml"))["replies"]) <= 15
    assert 15 <= sum(len(tomllib.loads(text)["faq"]) for text in written.values()) <= 25


def test_a_starter_looks_for_advertising_and_disturbs_nobody_until_told_to(preset: Preset, tmp_path: Path) -> None:
    main(["init", preset.folder, "--to", str(tmp_path)])
    rules = tomllib.loads((tmp_path / "config.toml").read_text("utf-8"))["moderation"]
    assert [rule["name"] for rule in rules if "广告" in rule.get("categories", ())] == ["广告和诈骗"]
    assert all(rule["mode"] == "只记录" and "do" not in rule for rule in rules)
    assert any(rule.get("sample") for rule in rules)


def test_without_a_name_the_starters_are_listed_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init"]) == 0
    said = capsys.readouterr().out
    assert all(preset.name in said for preset in CHOICES)
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_never_overwritten_unless_told_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "config.toml"
    kept.write_text("# 我的\n", "utf-8")
    assert main(["init", "训练营", "--to", str(tmp_path)]) == 1
    assert f"已经有 {kept}，没有动它" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]
    assert kept.read_text("utf-8") == "# 我的\n"
    assert main(["init", "训练营", "--to", str(tmp_path), "--force"]) == 0
    assert "训练营" in kept.read_text("utf-8")


def test_a_wrong_name_is_answered_with_the_right_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "训练"]) == 2
    assert "是否想写 训练营？" in capsys.readouterr().err


def test_the_starters_are_in_the_package(tmp_path: Path) -> None:
    code = "from bot.cli.init import CHOICES; print(all(len(one.files) >= 2 for one in CHOICES))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert run.stdout.strip() == "True"
    patterns = tomllib.loads((Path(QUNBAN).parents[2] / "pyproject.toml").read_text("utf-8"))
    kept = patterns["tool"]["setuptools"]["package-data"]["bot.cli"]
    assert {"presets/*/*.toml", "presets/*/knowledge/*.toml"} <= set(kept)
