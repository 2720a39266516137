"""`qunban demo`: the tour ends well, and says so when it does not."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.app import load_config
from bot.cli import main
from bot.cli.tour.doors import at_home, secrets
from bot.cli.tour.phrasings import load
from bot.cli.tour.script import Tour
from tests.source import ROOT

QUNBAN = Path(sys.executable).with_name("qunban")


# A ticket's life as a watcher reads it: after hours, anger, a picture each way, a colleague, a low score, the lead.
SERVICE = (
    "09:00 上班后会有人联系您", "售后组上班了，卡片再发一次",
    "原因：看来生气", "［图片］　→ 小美", "［图片］　→ 周女士", "（选了“阿宁”，点了［转出去］）",
    "这次服务怎么样", "原因：评分 1", "找到周店长",
)  # fmt: skip


def joined(text: str) -> str:
    """A text without the breaks that the width of a terminal brings."""
    return "".join(text.split())


def play(config: Path, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [QUNBAN, "demo", "-c", config, "--seed", "7", *words]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A copy of the shipped configuration."""
    shutil.copytree(ROOT / "knowledge", tmp_path / "knowledge", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return Path(shutil.copy(ROOT / "config.toml", tmp_path / "config.toml"))


def test_the_tour_of_the_shipped_configuration_gets_every_answer_and_stays_as_a_chat(shop: Path) -> None:
    said = ["?", "/人 群管", "包邮吗", "?", "/人 没有这个人", "/点 1", "/什么", "/走"]
    run = play(shop, stdin="\n".join(said) + "\n")
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stderr == ""
    tour, _, chat = run.stdout.partition("轮到您了")
    assert "✗" not in tour
    assert "\x1b" not in tour
    assert "--seed 7" in tour
    assert [words for words in SERVICE if joined(words) not in joined(tour)] == []
    assert "群管@新品内测群>" in chat
    assert "可以换成：" in chat
    assert "再见" in chat
    assert not (shop.parent / "data").exists()


def test_a_missing_answer_is_named_and_the_status_is_1(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keyword_alone = property(lambda tour: [("关键词", tour.keyword)])
    monkeypatch.setattr(Tour, "parts", keyword_alone)
    text = shop.read_text(encoding="utf-8")
    assert text.count('"什么时候发货"') == 1
    shop.write_text(text.replace('"什么时候发货"', '"什么时候不发货"'), encoding="utf-8")
    assert main(["demo", "-c", str(shop), "--seed", "7", "--once"]) == 1
    assert "✗ 没有等到：关键词“发货时间”的回复" in capsys.readouterr().out


def test_there_are_enough_phrasings_and_each_stands_in_no_file_of_the_managers() -> None:
    phrasings = load()
    written = (ROOT / "config.toml").read_text(encoding="utf-8")
    written += "".join(file.read_text(encoding="utf-8") for file in (ROOT / "knowledge").glob("*.toml"))
    assert len({one.text for one in phrasings.meant}) >= 60
    assert not [one.text for one in phrasings.meant if f'"{one.text}"' in written]
    assert all(f'"{one.entry}"' in written for one in phrasings.meant)


def test_the_same_seed_draws_the_same_questions_about_different_things() -> None:
    drawn = load().drawn(7, 3)
    assert drawn == load().drawn(7, 3)
    assert len({one.entry for one in drawn.meant}) == 3
    assert drawn != load().drawn(8, 3)


def test_a_configuration_for_production_plays_without_touching_what_it_names(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        '[wecom]\ncorp_id = "ww6d75797500000001"\n[store]\nredis = "env:NO_REDIS"\nsql = "env:NO_SQL"\n'
        '[[channels]]\nkind = "webhook"\nname = "播报"\nurl = "env:NO_URL"\n'
        '[[channels]]\nkind = "webhook"\nname = "值班"\nkey = "env:NO_KEY"\n'
        '[[groups]]\nname = "甲"\ndoors = ["webhook:播报"]\n[[groups]]\nname = "乙"\ndoors = ["webhook:值班"]\n',
        encoding="utf-8",
    )
    environ = secrets(load_config(path, {}))
    config = at_home(load_config(path, environ, need_secrets=True), environ)
    *pushed, counter = config.values["channels"]
    reached = [channel.reached("http://127.0.0.1:1") for channel in pushed]
    assert {api for api, _ in reached} == {"http://127.0.0.1:1"}
    assert len({key for _, key in reached}) == 2
    assert counter.kind == "kf"
