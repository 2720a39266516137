"""Making the builtin model from the published weights; run in a process of its own, for its memory's sake."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from nlp.encode.encoder import Unusable
from nlp.encode.folder import Manifest, Probe, stored_in
from nlp.encode.graph import Author
from nlp.encode.precision import Precision
from nlp.encode.products import BlockProducts, ByteProducts, Products
from nlp.encode.reference import Reference
from nlp.encode.vocabulary import Vocabulary
from nlp.encode.weights import Shape, Weights

PREFIX = "query: "
PROBE = "下单以后多久发货？iPhone 15 也一样吗～"
SPECIALS: Mapping[str, str] = {
    "bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "pad_token": "<pad>",
    "unk_token": "<unk>",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Build:
    """From a weights file into an empty folder. `id` names what comes out."""

    weights: Path
    folder: Path
    id: str
    precision: Precision = Precision.BLOCKS

    def __call__(self) -> None:
        """Write the files, the manifest last. Unusable when the weights are others or not whole."""
        weights = Weights(self.weights)
        vocabulary = Vocabulary(weights)
        vocabulary.tokenizer.save(str(self.folder / "tokenizer.json"), pretty=False)
        author = Author(weights, vocabulary.rows, self._products(weights))
        (self.folder / "model.onnx").write_bytes(author.write())
        self._describe(weights.shape, vocabulary)
        reference = Reference(weights, vocabulary.rows)
        probe = Probe(PROBE, _probed(reference, vocabulary.tokenizer))
        alone = self.precision is Precision.BYTES
        Manifest(self.id, stored_in(self.folder), probe, alone).write(self.folder)

    def _products(self, weights: Weights) -> Products:
        if self.precision is Precision.BYTES:
            return ByteProducts.shipped(weights)
        return BlockProducts(weights)

    def _describe(self, shape: Shape, vocabulary: Vocabulary) -> None:
        numbers = {f"{name.removesuffix('_token')}_token_id": vocabulary.tokenizer.token_to_id(token)
                   for name, token in SPECIALS.items() if name in ("bos_token", "eos_token", "pad_token")}  # fmt: skip
        self._write("config.json", bert_config(shape, len(vocabulary.rows)) | numbers)
        length = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": shape.positions}
        self._write("tokenizer_config.json", {**SPECIALS, **length})
        self._write("special_tokens_map.json", SPECIALS)
        self._write("config_sentence_transformers.json", {"prompts": {"query": PREFIX}, "default_prompt_name": "query"})
        self._write(
            "1_Pooling/config.json", {"word_embedding_dimension": shape.hidden, "pooling_mode_mean_tokens": True}
        )
        self._write("modules.json", modules())

    def _write(self, name: str, content: Any) -> None:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")


def _probed(reference: Reference, tokenizer: Tokenizer) -> list[float]:
    numbers = np.array(tokenizer.encode(PREFIX + PROBE).ids, np.intp)
    return [round(float(value), 6) for value in reference.sentence(numbers)]


def bert_config(shape: Shape, pieces: int) -> dict[str, Any]:
    """The network's sizes as transformers names them."""
    return {
        "architectures": ["BertModel"], "model_type": "bert", "hidden_act": "gelu", "dtype": "float32",
        "hidden_size": shape.hidden, "num_hidden_layers": shape.layers, "num_attention_heads": shape.heads,
        "intermediate_size": shape.inner, "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.kinds, "vocab_size": pieces, "layer_norm_eps": float(f"{shape.epsilon:.6g}"),
    }  # fmt: skip


def modules() -> Sequence[Mapping[str, str | int]]:
    """The steps from tokens to a vector, as sentence-transformers lists them."""
    kinds = ("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")
    return [{"idx": at, "name": str(at), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for at, (kind, path) in enumerate(kinds)]  # fmt: skip


def main(arguments: Sequence[str]) -> None:
    """WEIGHTS FOLDER ID PRECISION; what is wrong goes to stderr."""
    weights, folder, id, precision = arguments
    try:
        Build(Path(weights), Path(folder), id, Precision(precision))()
    except Unusable as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1:])
