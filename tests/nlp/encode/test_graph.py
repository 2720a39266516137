"""The graph beside the same network in plain numpy."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nlp.encode.builtin import Builtin
from nlp.encode.graph import Author
from nlp.encode.onnx import LONGEST, Graph, OnnxEncoder
from nlp.encode.pieces import Tokenized
from nlp.encode.precision import Precision
from nlp.encode.products import BlockProducts, ByteProducts, Products
from nlp.encode.reference import Floats, Reference
from nlp.encode.vocabulary import Vocabulary
from nlp.encode.weights import Weights
from tests.nlp.encode.tiny import tiny_weights

TEXTS = ["发货", "什么时候发货呀？我等了三天了", "iPhone 15 的屏幕碎了可以退吗～", "好的" * 60, ""]


@pytest.fixture
def tiny(tmp_path: Path) -> Weights:
    path = tmp_path / "weights.bin"
    path.write_bytes(tiny_weights())
    return Weights(path)


def encoder(folder: Path, weights: Weights, products: Products) -> OnnxEncoder:
    vocabulary = Vocabulary(weights)
    path = folder / "model.onnx"
    path.write_bytes(Author(weights, vocabulary.rows, products).write())
    return OnnxEncoder("tiny", Graph.open(path), Tokenized(vocabulary.tokenizer, LONGEST), "query: ", pad=1)


def exact(weights: Weights, texts: list[str]) -> Floats:
    vocabulary = Vocabulary(weights)
    reference = Reference(weights, vocabulary.rows)
    tokenizer = vocabulary.tokenizer
    tokenizer.enable_truncation(96)
    return np.array([reference.sentence(np.array(tokenizer.encode("query: " + text).ids)) for text in texts])


def near(one: Floats, other: Floats) -> float:
    return float((one * other).sum(axis=1).min())


def test_the_builtin_model_computes_what_its_weights_say(builtin: OnnxEncoder, weights: Weights) -> None:
    vectors = builtin.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), builtin.size) == (5, 384)
    assert vectors.dtype == np.float32
    assert near(vectors[:3], exact(weights, TEXTS[:3])) > 0.999


def test_a_text_has_the_same_vector_alone_and_among_others(builtin: OnnxEncoder) -> None:
    alone = np.concatenate([builtin.encode([text]) for text in TEXTS])
    assert near(builtin.encode(TEXTS), alone) > 0.9999
    assert np.array_equal(builtin.encode(TEXTS[:1]), builtin.encode(TEXTS[:1]))


def test_like_questions_are_nearer_than_others(builtin: OnnxEncoder) -> None:
    asked, same, other = builtin.encode(["东西坏了能退吗", "商品破损可以申请退货么", "你们几点开门"])
    assert asked @ same > asked @ other + 0.05


def test_a_text_beyond_the_limit_is_read_from_its_beginning(builtin: OnnxEncoder) -> None:
    short, long = builtin.encode(["好的" * 200, "好的" * 200 + "发货"])
    assert short @ long > 0.99999


def test_nothing_gives_no_rows(builtin: OnnxEncoder) -> None:
    assert builtin.encode([]).shape == (0, 384)


def test_the_tokens_mean_is_the_sentence(builtin: OnnxEncoder) -> None:
    (tokens,) = builtin.tokens(TEXTS[:1])
    mean = tokens.mean(axis=0)
    assert mean / np.linalg.norm(mean) @ builtin.encode(TEXTS[:1])[0] > 0.99999


@pytest.mark.parametrize("products", [BlockProducts, ByteProducts.shipped])
def test_either_precision_computes_what_the_weights_say(
    products: Callable[[Weights], Products], tiny: Weights, tmp_path: Path
) -> None:
    assert near(encoder(tmp_path, tiny, products(tiny)).encode(TEXTS), exact(tiny, TEXTS)) > 0.999


@pytest.mark.parametrize(("precision", "least"), [(Precision.BLOCKS, 0.9998), (Precision.BYTES, 0.9995)])
def test_the_builtin_model_is_near_single_precision_on_any_processor(
    precision: Precision, least: float, cache: Path, weights: Weights
) -> None:
    assert near(Builtin(cache, precision).load().encode(TEXTS[:3]), exact(weights, TEXTS[:3])) > least
