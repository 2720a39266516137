import pytest

from nlp.moderation.language import Language
from nlp.tokenise import Tokeniser


@pytest.fixture(scope="session")
def language(tokeniser: Tokeniser) -> Language:
    return Language.load(tokeniser)
