"""How exactly the builtin model computes, and which way suits a processor."""

from enum import StrEnum
from pathlib import Path

# What Linux calls processors' instructions that multiply bytes and add up in 32 bits; without them sums may overflow.
BYTE_PRODUCTS = frozenset({"avx512_vnni", "avx_vnni", "amx_int8"})


class Precision(StrEnum):
    """`BLOCKS`: as the weights are, in blocks of 4-bit numbers. `BYTES`: bytes, one scale for each output."""

    BLOCKS = "4bit"
    BYTES = "8bit"


def precision_here(processors: Path = Path("/proc/cpuinfo")) -> Precision:
    """Bytes where the processor has instructions for them, otherwise blocks."""
    try:
        words = processors.read_text("ascii", "replace").split()
    except OSError:
        return Precision.BLOCKS
    return Precision.BYTES if BYTE_PRODUCTS.intersection(words) else Precision.BLOCKS
