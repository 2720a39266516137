"""A process with the builtin model in one precision, which tells what encoding questions costs there."""

import asyncio
import os
import sys
import time
from contextlib import suppress
from itertools import islice

import numpy as np

from bot.cli.bench.child import answer, questions
from bot.cli.bench.keyword_subject import resident
from bot.cli.bench.question import ENTRIES
from bot.cli.bench.question_texts import Asked
from nlp.encode import Unusable, user_cache
from nlp.encode.builtin import Builtin
from nlp.encode.folder import Manifest
from nlp.encode.onnx import OnnxEncoder
from nlp.encode.precision import Precision


def spent(encoder: OnnxEncoder, text: str) -> float:
    """Milliseconds for one text."""
    began = time.perf_counter()
    encoder.encode([text])
    return (time.perf_counter() - began) * 1000


def had(builtin: Builtin) -> OnnxEncoder | None:
    """The model in this precision, made where that is possible; None where it is not."""
    with suppress(Unusable):
        encoder = builtin.load()
        return encoder if encoder.id.startswith(builtin.id) else None
    return None


async def main() -> None:
    builtin = Builtin(user_cache(os.environ) / "models", Precision(sys.argv[1]))
    encoder = had(builtin)
    manifest = Manifest.read(builtin.folder) if encoder else None
    if encoder is None or manifest is None:
        async for _ in questions():
            answer(missing=True)
        return
    probe = manifest.probe
    nearness = float(encoder.encode([probe.text])[0] @ np.array(probe.vector, np.float32))
    texts = iter(Asked(ENTRIES))
    async for asked in questions():
        times = sorted(spent(encoder, text) for text in islice(texts, asked["count"]))
        p50, p95 = times[len(times) // 2], times[len(times) * 95 // 100]
        answer(p50=p50, p95=p95, rss=resident(), nearness=nearness)


if __name__ == "__main__":
    asyncio.run(main())
