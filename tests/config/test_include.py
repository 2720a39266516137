"""One configuration in several files."""

from pathlib import Path

import pytest

from bot.config import ConfigError, load
from bot.types.declarations import Problem
from handlers.directory import PEOPLE
from handlers.keyword import REPLIES
from tests.config.conftest import Write
from tests.config.product import SECTIONS, load_config


def reply(name: str) -> str:
    return f'[[replies]]\nname = "{name}"\nany = "{name}{name}"\nreply = "好"\n'


def test_lists_of_tables_join_in_the_order_of_inclusion(write: Write) -> None:
    path = write(
        'include = ["z.toml", "replies/*.toml"]\n' + reply("一"),
        {"z.toml": reply("二"), "replies/b.toml": reply("四"), "replies/a.toml": reply("三")},
    )
    assert [rule.name for rule in load_config(path, {})[REPLIES]] == ["一", "二", "三", "四"]


def test_included_files_include_relative_to_themselves(write: Write) -> None:
    path = write('include = ["a/a.toml"]', {"a/a.toml": 'include = ["b/b.toml"]', "a/b/b.toml": reply("好")})
    assert [rule.name for rule in load_config(path, {})[REPLIES]] == ["好"]


def test_a_file_that_two_patterns_name_is_read_once_and_said(write: Write) -> None:
    config = load_config(write('include = ["a.toml", "*.toml"]', {"a.toml": reply("好")}), {})
    assert len(config[REPLIES]) == 1
    assert [warning.key for warning in config.warnings] == ["include[1]"]


def test_a_pattern_without_files_is_a_warning_and_hides_nothing(write: Write) -> None:
    text = 'include = ["replies/*.toml"]\n' + reply("发货") + 'groups = "没有"\n'
    with pytest.raises(ConfigError) as caught:
        load_config(write(text), {})
    assert [error.key for error in caught.value.errors] == ["replies[0].groups"]
    assert [warning.key for warning in caught.value.warnings] == ["include[0]"]


def test_an_inspection_of_a_joined_list_points_into_the_right_file(write: Write) -> None:
    path = write('include = ["a.toml"]\n' + reply("一"), {"a.toml": reply("二") + "\n" + reply("三")})
    problems = [Problem(("replies", 2, "any"), "换一个"), Problem((), "别处", file="faq.csv", line=7)]
    with pytest.raises(ConfigError) as caught:
        load(path, SECTIONS, [lambda settings: problems], environ={})
    assert sorted(map(str, caught.value.errors)) == [
        f'{path.parent / "a.toml"}:8: replies[1].any = "三三" → 换一个',
        "faq.csv:7: 别处",
    ]


def test_the_files_of_a_configuration_are_all_that_it_reads(write: Write) -> None:
    path = write(
        'include = ["a.toml"]\n[faq]\nfiles = ["knowledge/*.toml"]\n',
        {"a.toml": "", "knowledge/faq.toml": '[[entry]]\nquestion = "问"\nanswer = "答"\n'},
    )
    # Only the names matter here: what stands in the files is the business of the capability.
    config = load(path, SECTIONS, environ={})
    names = [file.relative_to(path.parent).as_posix() for file in config.files]
    assert names == ["a.toml", "config.toml", "knowledge/faq.toml"]
    assert path.parent / "knowledge" in config.folders
    assert config.base == path.parent


def test_the_hash_names_the_content_wherever_it_lies(write: Write, tmp_path: Path) -> None:
    path = write('include = ["a.toml"]', {"a.toml": reply("好")})
    first = load_config(path, {}).hash
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for name in ("config.toml", "a.toml"):
        (elsewhere / name).write_bytes((tmp_path / name).read_bytes())
    assert load_config(elsewhere / "config.toml", {}).hash == first == load_config(path, {}).hash
    write('include = ["a.toml"]', {"a.toml": reply("好") + "# 一句话\n"})
    assert load_config(path, {}).hash != first
    write('include = ["b.toml"]', {"b.toml": reply("好")})
    assert load_config(path, {}).hash != first


def test_the_hash_tells_files_of_the_same_content_apart(write: Write, tmp_path: Path) -> None:
    path = write('include = ["*/*.toml"]', {"replies/a.toml": reply("好")})
    first = load_config(path, {}).hash
    (tmp_path / "replies/a.toml").rename(tmp_path / "replies/b.toml")
    assert load_config(path, {}).hash != first


def test_an_inspection_is_not_heard_about_what_an_error_may_have_caused(write: Write) -> None:
    path = write(reply("一") + 'cooldown = "x"\n' + reply("二"))
    problems = [
        Problem(("replies", 0), "没有冷却"),
        Problem(("replies", 0, "cooldown"), "太短"),
        Problem(("replies", 1), "好"),
    ]
    with pytest.raises(ConfigError) as caught:
        load(path, SECTIONS, [lambda settings: problems], environ={})
    assert [error.key for error in caught.value.errors] == ["replies[0].cooldown", "replies[1]"]


def test_a_section_of_one_file_stays_with_its_lines_when_others_follow(write: Write) -> None:
    people = '[[people]]\nname = "甲"\nuserid = "a"\n'
    path = write('include = ["b.toml"]\n' + people, {"b.toml": '[[people]]\nname = "乙"\nuserid = "b b"\n'})
    with pytest.raises(ConfigError) as caught:
        load_config(path, {})
    assert [(Path(error.file).name, error.line, error.key) for error in caught.value.errors] == [
        ("b.toml", 3, "people[0].userid")
    ]
    assert len(load_config(write(people), {})[PEOPLE]) == 1


@pytest.mark.parametrize(
    "pattern", ["**a.toml", "[.toml", "x" * 5000, "knowledge", "/nowhere/*.toml", "../*/../*.none"]
)
def test_an_odd_pattern_is_answered_and_not_a_crash(pattern: str, write: Write) -> None:
    path = write(f"include = [{pattern!r}]\n[faq]\nfiles = [{pattern!r}]\n", {"knowledge/a.toml": ""})
    try:
        config = load_config(path, {})
        assert {warning.key for warning in config.warnings} == {"include[0]", "faq.files[0]"}
    except ConfigError as error:
        assert {one.key for one in error.errors} == {"include[0]", "faq.files[0]"}
