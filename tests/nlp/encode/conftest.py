"""The real model, made ready once on this machine and loaded once in this run."""

import os
from pathlib import Path

import pytest

from nlp.encode.builtin import Builtin
from nlp.encode.download import WEIGHTS, Download
from nlp.encode.loading import user_cache
from nlp.encode.onnx import OnnxEncoder
from nlp.encode.progress import silent
from nlp.encode.vocabulary import Vocabulary
from nlp.encode.weights import Weights


@pytest.fixture(scope="session")
def cache() -> Path:
    """Where this machine keeps its models."""
    return user_cache(os.environ) / "models"


@pytest.fixture(scope="session")
def builtin(cache: Path) -> OnnxEncoder:
    """The builtin model as it is shipped."""
    return Builtin(cache).load()


@pytest.fixture(scope="session")
def weights_file(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published weights; kept beside the models, for the tests alone need them again."""
    kept = cache.parent / "tests" / "weights.bin"
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        fetched = Download(WEIGHTS, dict(os.environ))(tmp_path_factory.mktemp("download"), silent)
        whole = kept.with_name(f"weights-{os.getpid()}.bin")
        whole.write_bytes(fetched.read_bytes())
        whole.rename(kept)
    return kept


@pytest.fixture(scope="session")
def weights(weights_file: Path) -> Weights:
    """The same, opened."""
    return Weights(weights_file)


@pytest.fixture(scope="session")
def vocabulary(weights: Weights) -> Vocabulary:
    """The pieces that the builtin model keeps."""
    return Vocabulary(weights)
