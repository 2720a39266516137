"""Allow lists as people keep them."""

from pathlib import Path

from nlp.moderation.allow import Allow
from nlp.moderation.lists.allowed import AllowList, read_allowed


def read(folder: Path, text: str, name: str = "allow.txt") -> AllowList:
    path = folder / name
    path.write_text(text, "utf-8")
    return read_allowed([path])


def test_lines_have_a_kind_and_a_value_or_a_value_alone(tmp_path: Path) -> None:
    phrases = "# 放行\n类型\t值\nphrase\t印刷单位\n短语\t线下注册\n石家庄家\n"
    found = read(tmp_path, f"{phrases}domain\tGitHub.com\n域名\t企业.中国\nexample.org\n")
    assert not found.faults
    assert found.allow == Allow(
        frozenset({"印刷单位", "线下注册", "石家庄家"}), frozenset({"github.com", "企业.中国", "example.org"})
    )
    assert found.phrases["印刷单位"] == f"{tmp_path / 'allow.txt'}:3"


def test_an_address_allows_its_domain(tmp_path: Path) -> None:
    found = read(tmp_path, "domain,https://docs.example.com:8080/a?b=1\ndomain,*.example.org\n", "allow.csv")
    assert (set(found.domains), list(found.faults)) == ({"docs.example.com", "example.org"}, [])


def test_toml_has_phrases_and_domains(tmp_path: Path) -> None:
    found = read(tmp_path, 'phrases = [\n  "印刷单位",\n  "线下注册",\n]\ndomains = ["github.com"]\n', "allow.toml")
    assert not found.faults
    assert found.phrases["线下注册"].endswith("allow.toml:3")
    assert set(found.domains) == {"github.com"}


def test_what_is_wrong_names_its_line(tmp_path: Path) -> None:
    found = read(tmp_path, f"domain\tnot a domain\nregex\t刷.*单\nphrase\t{'长' * 201}\nphrase\t印刷单位\n")
    assert [fault.line for fault in found.faults] == [1, 2, 3]
    assert set(found.phrases) == {"印刷单位"}
    assert [fault.line for fault in read(tmp_path, "phrase = 1\n\nphrases = 2\n", "a.toml").faults] == [1, 3]
    assert "找不到" in read_allowed([tmp_path / "none.txt"]).faults[0].message
