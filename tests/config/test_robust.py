"""Whatever is written, the answer is a configuration or a list of problems, never a crash."""

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import Config, ConfigError
from tests.config.product import SECTIONS, load_config

GOOD = """
include = ["*.none"]

[server]
listen = "127.0.0.1:8080"

[wecom]
corp_id = "ww6d75797500000001"

[[channels]]
kind = "aibot"
name = "小助手"
token = "env:T"
aes_key = "env:K"

[[groups]]
name = "新品内测群"
id = "wr1"
doors = ["aibot:小助手"]
features = ["faq"]

[[people]]
name = "群管"
userid = "admin01"
roles = ["管理员", "售后组"]

[[teams]]
name = "售后组"
hours = "工作日 09:00-18:00"
first_response = "5m"

[[replies]]
name = "发货时间"
any = [
  "发货",  # 注释
  "几天到",
]
none = ["退货"]
regex = '订单\\d+'
reply = ["48 小时内", "{nickname}，一般 48 小时"]
groups = ["新品内测群"]
hours = "09:00-22:00"
cooldown = "30s"
"""

PIECES = st.sampled_from(
    [*'"\'[]{}=,.#\\\n\t\r\0 “”，＝【', "[[", "]]", '"""', "5", "-1", "true", "{ a = 1 }", "[1]", "replies", "名称",
     "env:X", "1979-05-27", "inf", "nan", "[replies]", "[[server]]", "[replies.x]", "[a.b]"]
)  # fmt: skip
KEYS = st.sampled_from(
    [
        "name",
        "kind",
        "any",
        "reply",
        "hours",
        "cooldown",
        "files",
        "doors",
        "roles",
        "token",
        "listen",
        "timezone",
        "id",
    ]
)
VALUES = st.recursive(
    st.sampled_from(
        ['"x"', '""', "5", "-1", "1.5", "true", "inf", "1979-05-27", '"env:X"', '"aibot"', '"工作日"', "07:00:00"]
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(KEYS, inner, max_size=3).map(
            lambda table: "{ " + ", ".join(f"{key} = {value}" for key, value in table.items()) + " }"
        ),
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Config | ConfigError]:
    """What comes of a text; all its findings stand within it."""
    path = tmp_path_factory.mktemp("robust") / "config.toml"

    def answer(text: str) -> Config | ConfigError:
        path.write_bytes(text.encode())
        result: Config | ConfigError
        try:
            result = load_config(path, {"T": "abc"})
        except ConfigError as error:
            result = error
        found = [*(result.errors if isinstance(result, ConfigError) else ()), *result.warnings]
        assert all(1 <= finding.line <= text.count("\n") + 1 and finding.file == str(path) for finding in found)
        assert all(finding.message and str(finding) for finding in found)
        return result

    return answer


def test_the_configuration_to_be_spoilt_is_good(answer: Callable[[str], Config | ConfigError]) -> None:
    assert isinstance(answer(GOOD), Config)


@given(st.data())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_a_spoilt_text_is_answered(answer: Callable[[str], Config | ConfigError], data: st.DataObject) -> None:
    text = GOOD
    for _ in range(data.draw(st.integers(1, 3))):
        begins = data.draw(st.integers(0, len(text)))
        ends = begins + data.draw(st.sampled_from([0, 0, 1, 2, 10]))
        text = text[:begins] + data.draw(PIECES | st.just("")) + text[ends:]
    answer(text)


@given(st.sampled_from([section.key for section in SECTIONS]), VALUES)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_value_of_any_section_is_answered(
    answer: Callable[[str], Config | ConfigError], key: str, value: str
) -> None:
    answer(f"{key} = {value}\n")


@given(st.sampled_from([line for line in GOOD.splitlines() if " = " in line and "[\n" not in line]), VALUES)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_value_of_any_key_is_answered(answer: Callable[[str], Config | ConfigError], line: str, value: str) -> None:
    if not line.endswith("["):
        answer(GOOD.replace(line, f"{line.partition(' = ')[0]} = {value}", 1))


def test_a_folder_that_vanishes_is_answered(tmp_path: Path) -> None:
    with contextlib.suppress(ConfigError):
        load_config(tmp_path / "gone" / "config.toml", {})
