"""What was learned on top of the published weights: a low-rank correction of each matrix.

After Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models" (2021).
"""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from nlp.encode.encoder import Unusable

Floats = NDArray[np.float32]


class Adapter:
    """The corrections of a file: arrays `l0.q.A` (rank, columns) and `l0.q.B` (rows, rank), the scale within B."""

    def __init__(self, path: Path) -> None:
        try:
            self.hash = sha256(path.read_bytes()).hexdigest()
            with path.open("rb") as file, np.load(file) as stored:
                self._parts: Mapping[str, Floats] = {name: stored[name].astype(np.float32) for name in stored.files}
        except (OSError, ValueError, BadZipFile) as error:
            raise Unusable(f"{path} 不是完整的模型校正文件（{error}）") from error

    def added(self, name: str, matrix: Floats) -> Floats:
        """The matrix of a name (`l0.q`) with its correction, if it has one."""
        if f"{name}.A" not in self._parts:
            return matrix
        inner, outer = self._parts[f"{name}.A"], self._parts[f"{name}.B"]
        if (len(outer), inner.shape[1]) != matrix.shape:
            raise Unusable(f"模型校正文件里 {name} 的大小和模型不一样")
        return matrix + outer @ inner
