"""The operators' manual: its unit, snippets and commands do what it says, as far as this machine can run them."""

import asyncio
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.metrics import Metrics
from tests.cli.test_groups import store
from tests.source import ROOT

MANUAL = ROOT / "docs" / "operations.zh-CN.md"
QUNBAN = Path(sys.executable).with_name("qunban")
# Their 1 only says that something was found.
FINDING = ("qunban outbox list", "qunban doctor")
# What only a shell understands.
SHELL = frozenset("|><;&$`")


def blocks(language: str) -> list[str]:
    """The code blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", MANUAL.read_text("utf-8"), re.DOTALL)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    (unit,) = blocks("ini")
    here = unit.replace("/opt/qunban/.venv/bin/qunban", str(QUNBAN)).replace("User=qunban\nGroup=qunban\n", "")
    path = tmp_path / "qunban.service"
    path.write_text(here, "utf-8")
    run = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, [line for line in run.stderr.splitlines() if "qunban.service" in line]) == (0, [])


def test_the_unit_stops_the_main_process_alone_and_lets_it_finish() -> None:
    (unit,) = blocks("ini")
    assert "KillMode=mixed" in unit
    assert int(re.findall(r"TimeoutStopSec=(\d+)", unit)[0]) > 10


@pytest.mark.skipif(shutil.which("nginx") is None, reason="needs nginx")
def test_nginx_accepts_the_snippet(tmp_path: Path) -> None:
    (snippet,) = blocks("nginx")
    plain = re.sub(r"\n\s*ssl_certificate.*", "", snippet.replace("listen 443 ssl", "listen 8443"))
    path = tmp_path / "nginx.conf"
    path.write_text(f"pid {tmp_path}/pid; error_log stderr; events {{}}\nhttp {{ {plain} }}\n", "utf-8")
    run = subprocess.run(["nginx", "-t", "-c", str(path)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_the_proxy_passes_path_and_query_untouched() -> None:
    (snippet,) = blocks("nginx")
    assert re.findall(r"proxy_pass (\S+);", snippet) == ["http://127.0.0.1:8080"]
    assert "client_max_body_size 1m;" in snippet


@pytest.fixture
def place(tmp_path: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as the manual supposes it: a configuration, knowledge, records, and a backup of all this.

    A bot whose stores are elsewhere has nothing in this folder to back up; the commands on records are those of
    tests/cli, which run there on both pairs.
    """
    # To load the model takes longer than all else that the commands do.
    monkeypatch.setenv("QUNBAN_MODEL", "none")
    folder = tmp_path / "srv"
    assert main(["init", "门店员工群", "--to", str(folder)]) == 0
    config = folder / "config.toml"
    # The doctor says then that nobody answers there.
    config.write_text(config.read_text("utf-8").replace("[wecom]\n", '[wecom]\napi = "http://127.0.0.1:9"\n'), "utf-8")
    (folder / "data").mkdir()
    shutil.copy(migrated_file, folder / "data" / "qunban.db")
    asyncio.run(store(f"sqlite:///{folder / 'data' / 'qunban.db'}"))
    subprocess.run(["bash", "-c", command("tar -czf")], cwd=folder, check=True)
    return folder


def command(begin: str) -> str:
    """The first command of the manual that begins so."""
    return next(line for script in blocks("sh") for line in script.splitlines() if line.startswith(begin))


@pytest.mark.parametrize("script", blocks("sh"))
def test_the_commands_run(
    script: str, place: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """All but `systemctl` and the change of folder."""
    monkeypatch.chdir(place)
    for line in script.splitlines():
        if line.startswith(("systemctl ", "cd ")):
            continue
        status = run(line)
        said = capfd.readouterr()
        assert status == 0 or (status == 1 and line.startswith(FINDING)), (line, said)
        assert "Traceback" not in said.err


def run(line: str) -> int:
    """Our own commands where we are, for a process of its own is most of what each costs; the others in a shell."""
    if line.startswith("qunban ") and not SHELL & set(line):
        return main(shlex.split(line)[1:])
    words = line.replace("qunban ", f"{QUNBAN} ", 1)
    return subprocess.run(["bash", "-c", words], check=False).returncode


def test_a_restored_backup_has_its_records(place: Path, tmp_path: Path) -> None:
    shutil.copy(place / "backup.tar.gz", tmp_path)
    subprocess.run(["bash", "-c", command("tar -xzf")], cwd=tmp_path, check=True)
    run = subprocess.run([QUNBAN, "groups"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "wrNew" in run.stdout


@pytest.mark.parametrize("name", ["operations.md", "operations.zh-CN.md"])
def test_the_metrics_that_are_named_exist(name: str) -> None:
    metrics = Metrics()
    metrics.callback("app:助手", "503")
    metrics.callback("app:助手", "403")
    metrics.refused("fenced")
    known = metrics.text().decode()
    named = set(re.findall(r"`(qunban_\w+)", (ROOT / "docs" / name).read_text("utf-8")))
    assert named
    assert {metric for metric in named if metric not in known} == set()
