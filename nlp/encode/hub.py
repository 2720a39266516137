"""A model that a folder or a hub id names, through transformers: its ONNX graph where it has one, otherwise torch."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from nlp.encode.encoder import Encoder, Unusable
from nlp.encode.folder import Manifest
from nlp.encode.onnx import LONGEST, Graph, OnnxEncoder, Pooling
from nlp.encode.pieces import Tokenized
from nlp.encode.progress import Report
from nlp.encode.prompts import described, pooling_of, prompt_of

GRAPHS = ("model.onnx", "onnx/model.onnx")
TENSORS = ("model.safetensors", "pytorch_model.bin")
DESCRIPTIONS = ("*.json", "*.txt", "*.model", "1_Pooling/config.json")
WHAT_IS_NEEDED = "要有 config.json、分词文件和 model.onnx（没有 model.onnx 时另装 torch：pip install 'qunban[torch]'）"
TENSORS_NEED_TORCH = "里没有 model.onnx，要用 torch 才能运行：pip install 'qunban[torch]'，或者换一个带 ONNX 的模型"


def load_hub(model: str, report: Report) -> Encoder:
    """The encoder of a folder or hub id. Unusable when it is not one, or not whole."""
    folder = Path(model)
    if not folder.is_absolute():
        folder = _fetched(model, report)
    if not folder.is_dir():
        raise Unusable(f"没有模型文件夹 {folder}，请看 [understand] model")
    if manifest := Manifest.read(folder):
        return OnnxEncoder.built(folder, manifest)
    return _foreign(folder)


def _foreign(folder: Path) -> Encoder:
    """The encoder of a folder that others made."""
    with _explained(folder):
        tokenizer = _described_tokenizer(folder)
        graph = next((folder / name for name in GRAPHS if (folder / name).is_file()), None)
        if graph is None:
            return _on_torch(folder, tokenizer)
        pad = _pad(folder, tokenizer)
        opened = Graph.open(graph)
        pooling = Pooling(pooling_of(folder))
        numbering = Tokenized(tokenizer, LONGEST)
        return OnnxEncoder(_id(folder, graph), opened, numbering, prompt_of(folder), pooling, pad=pad)


def _described_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer, after transformers has made sense of the folder."""
    # It would tell whoever reads the log that there is no torch.
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    from transformers import AutoConfig, AutoTokenizer

    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    loaded = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    tokenizer: Tokenizer | None = getattr(loaded, "backend_tokenizer", None)
    if tokenizer is None:
        raise Unusable(f"模型文件夹 {folder} 的分词方式不支持：要有 tokenizer.json")
    if tokenizer.get_vocab_size() > getattr(config, "vocab_size", 0):
        raise Unusable(f"模型文件夹 {folder} 里的分词文件和模型不是一起的：词表比模型的大")
    return tokenizer


def _pad(folder: Path, tokenizer: Tokenizer) -> int:
    named = described(folder / "tokenizer_config.json").get("pad_token")
    text = named.get("content", "") if isinstance(named, dict) else named or ""
    return tokenizer.token_to_id(str(text)) or 0


def _on_torch(folder: Path, tokenizer: Tokenizer) -> Encoder:
    tensors = next((folder / name for name in TENSORS if (folder / name).is_file()), None)
    if tensors is None:
        raise Unusable(f"模型文件夹 {folder} 不完整：{WHAT_IS_NEEDED}")
    if find_spec("torch") is None:
        raise Unusable(f"模型文件夹 {folder} {TENSORS_NEED_TORCH}")
    from nlp.encode.torch import TorchGraph

    pad, pooling = _pad(folder, tokenizer), Pooling(pooling_of(folder))
    numbering = Tokenized(tokenizer, LONGEST)
    return OnnxEncoder(_id(folder, tensors), TorchGraph(folder), numbering, prompt_of(folder), pooling, pad=pad)


def _id(folder: Path, tensors: Path) -> str:
    """Names what decides about the vectors: the numbers, the tokenizer, how they are used."""
    digest = blake2b(digest_size=8)
    for path in (tensors, folder / "tokenizer.json"):
        if path.is_file():
            with path.open("rb") as file:
                while piece := file.read(1 << 20):
                    digest.update(piece)
    digest.update(json.dumps([prompt_of(folder), pooling_of(folder)]).encode())
    return f"{folder.name}/{digest.hexdigest()}"


def _fetched(model: str, report: Report) -> Path:
    """The folder in which huggingface_hub keeps a model, fetched when it is not there yet."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    def fetch(patterns: Sequence[str]) -> Path:
        return Path(snapshot_download(model, allow_patterns=[*patterns], tqdm_class=None))

    report(f"下载模型 {model}", 0.0)
    try:
        folder = fetch([*DESCRIPTIONS, *GRAPHS])
        if not any((folder / name).is_file() for name in GRAPHS) and find_spec("torch"):
            folder = fetch([*DESCRIPTIONS, TENSORS[0]])
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError, ValueError) as error:
        raise Unusable(
            f"下载不了模型 {model}，可能名字不对或者连不上；也可以先下载到一个文件夹，在 [understand] model 写它"
        ) from error
    report(f"下载模型 {model}", 1.0)
    return folder


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Whatever strangers' files make libraries raise, it is the folder that is wrong."""
    try:
        yield
    except Unusable:
        raise
    except Exception as error:  # transformers, tokenizers and onnxruntime have no class in common
        raise Unusable(f"模型文件夹 {folder} 用不了（{_first_line(error)}）：{WHAT_IS_NEEDED}") from error


def _first_line(error: Any) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:120] if lines else type(error).__name__
