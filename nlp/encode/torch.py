"""A transformers model on torch, for folders without an ONNX graph; needs the torch extra."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.encode.gate import Gate


class TorchGraph:
    """Gives the last hidden states of a batch, as an ONNX graph would. ImportError without torch."""

    sentences = ""
    tokens = "last_hidden_state"

    def __init__(self, folder: Path) -> None:
        import torch
        from transformers import AutoModel

        self.runtime = f"torch-{torch.__version__.partition('+')[0].rpartition('.')[0]}"
        self._torch = torch
        self._gate = Gate()
        with self._gate:
            self._model = AutoModel.from_pretrained(folder, local_files_only=True).eval()

    def run(
        self, outputs: Sequence[str], numbers: NDArray[np.int64], mask: NDArray[np.int64]
    ) -> Sequence[NDArray[np.float32]]:
        """Outputs for a batch of padded token numbers."""
        with self._gate, self._torch.inference_mode():
            given = {
                "input_ids": self._torch.from_numpy(numbers),
                "attention_mask": self._torch.from_numpy(mask),
            }
            found = self._model(**given)
        return [found[output].float().numpy() for output in outputs]
