"""Read by the nursery before any child is born, so that none has to read the dictionary or the migrations' library."""

from importlib import import_module

import pytest

from nlp.tokenise import Tokeniser
from tests.dictionary import share

import_module("alembic.context")
share(pytest.MonkeyPatch())
Tokeniser.load()
