"""Files as editors leave them: encodings, line ends, places."""

import codecs
from pathlib import Path

import pytest

from bot.config import ConfigError, Finding
from bot.settings import SERVER
from tests.config.conftest import Write
from tests.config.product import load_config

GOOD = '# 配置\n[server]\nlisten = "127.0.0.1:9090"\n'


def errors(path: Path) -> tuple[Finding, ...]:
    with pytest.raises(ConfigError) as caught:
        load_config(path, {})
    return caught.value.errors


@pytest.mark.parametrize(
    ("content", "line", "cure"),
    [
        pytest.param(GOOD.encode("gbk"), 1, "像是 GBK", id="GBK"),
        pytest.param(b"[server]\n# \xff\xff\n", 2, "UTF-8", id="no encoding at all"),
        pytest.param(GOOD.encode("utf-16"), 1, "UTF-16", id="UTF-16"),
        pytest.param(GOOD.replace("\n", "\r").encode(), 1, "换行", id="carriage returns only"),
        pytest.param(b'[server]\nlisten = "\x00"\n', 2, "控制字符", id="NUL"),
        pytest.param(b"#" * (4 * 1024 * 1024 + 1), 1, "文件太大", id="too large"),
        pytest.param(b"a = " + b"[" * 5000, 1, "套得太深", id="too deep"),
        pytest.param(b"a = " + b"1" * 5000, 1, "写法不对", id="a number too long to read"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, line: int, cure: str, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    (error,) = errors(path)
    assert (error.file, error.line, error.key, error.value) == (str(path), line, "", None)
    assert cure in error.message


def test_windows_line_ends_are_read_and_lines_still_fit(write: Write) -> None:
    path = write(GOOD.replace("\n", "\r\n"))
    assert str(load_config(path, {})[SERVER].listen) == "127.0.0.1:9090"
    (error,) = errors(write(GOOD.replace("\n", "\r\n") + "zzz = 1\r\n"))
    assert (error.line, error.key) == (4, "server.zzz")


def test_a_byte_order_mark_is_a_warning_with_a_cure(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(codecs.BOM_UTF8 + GOOD.encode())
    config = load_config(path, {})
    assert config[SERVER].listen.port == 9090
    assert [warning.line for warning in config.warnings] == [1]
    assert "BOM" in config.warnings[0].message


def test_an_empty_file_gives_every_default(write: Write) -> None:
    assert load_config(write(""), {})[SERVER].listen.port == 8080


@pytest.mark.parametrize(("name", "cure"), [("nowhere.toml", "找不到"), (".", "文件夹"), ("a/b.toml", "找不到")])
def test_a_missing_file_is_an_error_in_the_usual_shape(name: str, cure: str, tmp_path: Path) -> None:
    (error,) = errors(tmp_path / name)
    assert (error.file, error.line, error.key) == (str(tmp_path / name), 1, "")
    assert cure in error.message


def test_a_link_in_circles_is_an_error(write: Write) -> None:
    path = write("")
    path.unlink()
    path.symlink_to(path)
    (error,) = errors(path)
    assert "读不了" in error.message
