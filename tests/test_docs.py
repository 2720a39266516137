"""What the documents say exists, and what exists they say."""

import re
import tomllib

import pytest

from bot.app import SECTIONS
from bot.cli.dispatch import BROUGHT, COMMANDS
from tests.source import ROOT

DOCUMENTS = (
    "README.md",
    "README.zh-CN.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/operations.md",
    "docs/community.zh-CN.md",
    "docs/connect.zh-CN.md",
    "docs/desk.zh-CN.md",
    "docs/draws.zh-CN.md",
    "docs/moderation.zh-CN.md",
    "docs/operations.zh-CN.md",
    "docs/understanding.md",
)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_named_in_a_document_exist(name: str) -> None:
    named = set(re.findall(r"\bqunban ([a-z]+)", read(name)))
    assert named <= {*COMMANDS, *(name.partition(" ")[0] for name in BROUGHT)}


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readmes_name_every_command(name: str) -> None:
    assert {command for command in COMMANDS if f"qunban {command}" not in read(name)} == set()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_make_targets_named_in_a_document_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):.*##", read("Makefile"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)", code(read(name)))) <= targets


def code(text: str) -> str:
    """What stands in code spans and blocks."""
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_files_and_folders_named_in_a_document_exist(name: str) -> None:
    pattern = r"\b(?:bot|handlers|nlp|knowledge|scheduler|tests|docs)/[\w/.-]*|\b[\w.-]+\.(?:md|toml|lock)\b"
    named = set(re.findall(pattern, read(name)))
    beside = (ROOT / name).parent
    assert {path for path in named if not (ROOT / path).exists() and not (beside / path).exists()} == set()


def test_the_architecture_draws_every_package() -> None:
    drawn = read("ARCHITECTURE.md")
    packages = [folder.name for folder in (ROOT / "bot").iterdir() if (folder / "__init__.py").exists()]
    assert {name for name in packages if f"bot/{name}/" not in drawn} == set()


def test_every_section_of_the_shipped_configuration_is_declared() -> None:
    assert set(tomllib.loads(read("config.toml"))) - {"include"} <= {section.key for section in SECTIONS}


def test_every_section_is_shown_to_managers() -> None:
    shown = read("config.toml") + read("README.zh-CN.md")
    assert {section.key for section in SECTIONS if f"[{section.key}]" not in shown} == set()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_speaks_of_the_project_alone(name: str) -> None:
    assert re.findall(r"/work\b|/tmp\b|/root\b|localhost|github\.com|issue \d+", read(name)) == []


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_configuration_shown_in_a_readme_is_right(name: str) -> None:
    keys = {section.key for section in SECTIONS}
    for block in re.findall(r"```toml\n(.*?)```", read(name), re.DOTALL):
        assert set(tomllib.loads(block)) <= keys
