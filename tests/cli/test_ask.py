"""`qunban ask`: its fixed formats, and that it leaves nothing behind."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main

DEPOSITS = """
[[faq]]
question = "押金多少钱"
answer = "押金 50 元。"

[[faq]]
question = "押金多久退"
answer = "三天内退。"
"""
BOOKING = """
[faq]
files = ["faq.toml"]

[[intents]]
name = "预约"
examples = ["我要预约试敏", "想约个试敏", "帮我预约", "约时间试敏", "预约一下"]
ask = { mobile = "留个手机号吧" }
reply = "{mobile} 约好了"
"""
FIELDS = ["text", "handler", "answer", "score", "runner_up", "reason", "ms"]


class Asking:
    """Runs `qunban ask` on the test's configuration."""

    def __init__(self, config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._config = config
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def __call__(self, *words: str, stdin: str = "") -> tuple[int, str, str]:
        self._monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        status = main(["ask", "-c", str(self._config), *words])
        said = self._capsys.readouterr()
        return status, said.out, said.err

    def json(self, *words: str) -> dict[str, Any]:
        status, out, _ = self(*words, "--json")
        assert status == 0
        found: dict[str, Any] = json.loads(out)
        return found


@pytest.fixture
def ask(config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Asking:
    return Asking(config, capsys, monkeypatch)


def test_json_has_exactly_the_fixed_fields(ask: Asking) -> None:
    found = ask.json("什么时候发货")
    assert list(found) == FIELDS
    assert (found["text"], found["handler"], found["answer"]) == ("什么时候发货", "keyword", "48 小时内发出～")
    assert found["score"] is None
    assert found["reason"]
    assert found["ms"] > 0


def test_lines_come_back_in_order_and_an_unreadable_one_is_an_error(ask: Asking) -> None:
    lines = ['{"text": "发货"}', "{oops", '{"text": 3}', '["发货"]', '{"text": "绕口令"}', ""]
    status, out, _ = ask("--jsonl", stdin="\n".join(lines))
    found = [json.loads(line) for line in out.splitlines()]
    assert status == 1
    assert [list(one) for one in found] == [FIELDS, ["error"], ["error"], ["error"], FIELDS]
    assert found[1]["error"].startswith("第 2 行读不懂")
    assert found[4]["handler"] == "fallback"


def test_odd_lines_cost_no_others_their_answer(ask: Asking) -> None:
    status, out, _ = ask("--jsonl", stdin='{"text": "发货\\ud800"}\n' + "[" * 9999 + '\n{"text": "发货"}\n')
    half, deep, plain = (json.loads(line) for line in out.splitlines())
    assert (status, half["text"], plain["handler"]) == (1, "发货\ud800", "keyword")
    assert deep["error"].startswith("第 2 行读不懂")


def test_readable_lines_alone_are_fine(ask: Asking) -> None:
    status, out, _ = ask("--jsonl", stdin='{"text": "发货"}\n{"text": "早", "more": 1}\n')
    assert status == 0
    assert len(out.splitlines()) == 2


def test_each_line_is_a_new_member_so_cooldowns_do_not_matter(ask: Asking) -> None:
    _, out, _ = ask("--jsonl", stdin='{"text": "发货"}\n' * 3)
    assert [json.loads(line)["answer"] for line in out.splitlines()] == ["48 小时内发出～"] * 3


def test_a_line_is_answered_before_the_next_is_there(config: Path) -> None:
    command = [Path(sys.executable).with_name("qunban"), "ask", "-c", str(config), "--jsonl"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as asking:
        assert asking.stdin and asking.stdout
        for text in ("发货", "绕口令"):
            asking.stdin.write(json.dumps({"text": text}).encode() + b"\n")
            asking.stdin.flush()
            assert json.loads(asking.stdout.readline())["text"] == text


def test_several_processes_say_what_one_says(ask: Asking, config: Path) -> None:
    texts = ["发货", "随便", "早", "绕口令"] * 40
    lines = "".join(json.dumps({"text": text}) + "\n" for text in texts).replace('"', "", 1)
    status, out, _ = ask("--jsonl", "--at", "2026-11-23 08:30", stdin=lines)
    command = [
        Path(sys.executable).with_name("qunban"),
        "ask",
        "-c",
        str(config),
        "--jsonl",
        "--at",
        "2026-11-23 08:30",
    ]
    several = subprocess.run(command, input=lines, stdout=subprocess.PIPE, text=True, check=False)
    assert several.returncode == status == 1
    told = [[json.loads(line) | {"ms": 0} for line in said.splitlines()] for said in (several.stdout, out)]
    assert told[0] == told[1]
    assert len({one["answer"] for one in told[0] if one.get("text") == "随便"}) > 1


def test_no_line_hears_of_another(ask: Asking, config: Path) -> None:
    config.with_name("faq.toml").write_text(DEPOSITS, encoding="utf-8")
    config.write_text(config.read_text("utf-8") + BOOKING, encoding="utf-8")
    texts = ["押金", "1", "我要预约试敏", "13800138000", "取消", "发货", "押金多久退", "早", "绕口令"]
    _, out, _ = ask("--jsonl", stdin="".join(json.dumps({"text": text}) + "\n" for text in (*texts, *texts[::-1])))
    found = [json.loads(line) for line in out.splitlines()]
    handlers = dict(zip(texts, (one["handler"] for one in found), strict=False))
    assert handlers["押金"] == handlers["我要预约试敏"] == "understand"
    assert handlers["1"] == handlers["13800138000"] == handlers["取消"] == "fallback"
    same = ("text", "handler", "score", "runner_up", "reason")
    told = [[one[field] for field in same] for one in found]
    assert told[: len(texts)] == told[len(texts) :][::-1]


def test_the_time_asked_about_decides(ask: Asking) -> None:
    assert ask.json("早", "--at", "2026-11-23 08:30")["answer"] == "早上好！"
    assert ask.json("早", "--at", "2026-11-23 20:30")["handler"] == "fallback"


def test_the_group_asked_in_decides(ask: Asking) -> None:
    assert ask.json("日程", "--group", "内测群")["answer"] == "第 1 天试敏"
    assert ask.json("日程")["handler"] == "fallback"


def test_an_unknown_group_is_wrong_usage(ask: Asking) -> None:
    status, out, err = ask("日程", "--group", "没有的群")
    assert (status, out) == (2, "")
    assert "没有的群" in err


def test_the_same_seed_says_the_same_and_others_differ(ask: Asking) -> None:
    answers = {seed: ask.json("随便", "--seed", str(seed))["answer"] for seed in range(5)}
    assert answers[3] == ask.json("随便", "--seed", "3")["answer"]
    assert len(set(answers.values())) > 1


def test_people_are_told_who_answered_and_why(ask: Asking) -> None:
    status, out, _ = ask("什么时候发货")
    assert status == 0
    assert "答  48 小时内发出～" in out
    assert "由  关键词，规则“发货”" in out
    assert "\x1b" not in out


def test_asking_writes_nothing(ask: Asking, config: Path) -> None:
    ask.json("发货")
    assert [path.name for path in config.parent.iterdir()] == ["config.toml"]


def test_a_broken_configuration_is_shown_with_its_line(ask: Asking, config: Path) -> None:
    config.write_text('[[replies]]\nname = "发货"\nanny = ["发货"]\nreply = "好"\n', encoding="utf-8")
    status, out, err = ask("发货")
    assert (status, out) == (1, "")
    assert "config.toml:3: replies[0].anny" in err
    assert "Traceback" not in err


def test_the_rule_that_calls_a_person_is_told(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    people = '[[people]]\nname = "小美"\nuserid = "mei01"\nroles = ["售后组"]\n[[teams]]\nname = "售后组"\n'
    rule = '[[escalate]]\nname = "合同"\nany = ["盖章"]\n'
    own = config.with_name("own.toml")
    own.write_text(APP + people + rule, encoding="utf-8")
    told = Asking(own, capsys, monkeypatch).json("合同什么时候盖章")
    assert (told["handler"], told["reason"].partition("；")[0]) == ("escalating", "合同（含“盖章”）")


APP = """
[wecom]
corp_id = "ww6d75797500000001"
[[channels]]
kind = "app"
name = "助手"
agent_id = 1
secret = "env:A"
token = "env:B"
aes_key = "env:C"
"""
