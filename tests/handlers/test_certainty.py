"""What `qunban check` says of how well the FAQ tells questions apart."""

from pathlib import Path

import pytest

from bot.app import load_config
from bot.cli import main
from handlers.understand.certainty import certainty_of
from tests.handlers.conftest import SHIPPED

START = '[wecom]\ncorp_id = "ww1234567890abcdef"\n'
ROW = '[[faq]]\nquestion = "{}"\nsimilar = {}\nanswer = "好"\n'


def said(folder: Path, *rows: str) -> str:
    (folder / "config.toml").write_text(START + '[faq]\nfiles = ["faq.toml"]\n', encoding="utf-8")
    (folder / "faq.toml").write_text("\n".join(rows), encoding="utf-8")
    return certainty_of(load_config(folder / "config.toml", {}, False))


def test_the_check_of_the_shipped_configuration_tells_it(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "-c", str(SHIPPED)])
    assert "种问法；只看字词，该答的和不该答的有 " in capsys.readouterr().out


def test_a_base_whose_wordings_share_nothing_is_told_to_write_more(tmp_path: Path) -> None:
    rows = [
        ROW.format(f"{one}{two}么", [f"{two}{three}呀", f"{three}{one}吧"])
        for one, two, three in ("甲乙丙", "乙丙丁", "丙丁甲")
    ]
    assert "偏低" in said(tmp_path, *(row.replace("'", '"') for row in rows))


def test_without_a_faq_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(START, encoding="utf-8")
    assert certainty_of(load_config(tmp_path / "config.toml", {}, False)) == ""
