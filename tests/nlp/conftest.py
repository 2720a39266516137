import pytest

from nlp.tokenise import Tokeniser


@pytest.fixture(scope="session")
def tokeniser() -> Tokeniser:
    return Tokeniser.load()
