from pathlib import Path

import pytest

from knowledge.decision import Decider, calibrate
from knowledge.entries import Entry, Loaded, load
from knowledge.index import Index
from nlp.tokenise import Tokeniser

SHIPPED = sorted((Path(__file__).parents[2] / "knowledge").glob("*.toml"))


def entry(question: str, *similar: str, answer: str = "好的") -> Entry:
    """An entry in a few words."""
    return Entry(id=question, question=question, similar=similar, answers=(answer,))


@pytest.fixture(scope="session")
def tokeniser() -> Tokeniser:
    return Tokeniser.load()


@pytest.fixture(scope="session")
def shipped() -> Loaded:
    return load(SHIPPED)


@pytest.fixture(scope="session")
def index(shipped: Loaded, tokeniser: Tokeniser) -> Index:
    return Index(shipped.entries, tokeniser.with_words(shipped.words))


@pytest.fixture(scope="session")
def decider(index: Index) -> Decider:
    return calibrate(index)
