"""Which precision suits a processor."""

from pathlib import Path

import pytest

from nlp.encode.precision import Precision, precision_here


@pytest.mark.parametrize(
    ("told", "precision"),
    [
        ("flags : fpu avx2 avx512f avx512_vnni", Precision.BYTES),
        ("flags : fpu avx2 avx_vnni", Precision.BYTES),
        ("flags : fpu amx_tile amx_int8", Precision.BYTES),
        ("flags : fpu avx2 avx512f", Precision.BLOCKS),
        ("Features : fp asimd asimddp", Precision.BLOCKS),
        ("", Precision.BLOCKS),
    ],
)
def test_bytes_are_multiplied_where_there_are_instructions_for_it(
    told: str, precision: Precision, tmp_path: Path
) -> None:
    processors = tmp_path / "cpuinfo"
    processors.write_text(told)
    assert precision_here(processors) is precision


def test_a_system_that_does_not_tell_gets_what_runs_everywhere(tmp_path: Path) -> None:
    assert precision_here(tmp_path / "cpuinfo") is Precision.BLOCKS
