"""Vectors on disk: kept once, believed only when whole, never in the way."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from knowledge.vectors import KeptEncoder, VectorFile
from tests.knowledge.standin import Standin
from tests.knowledge.victim import TEXTS

ROOT = Path(__file__).parents[2]


def kept(folder: Path, texts: Sequence[str]) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.float32]], list[str]]:
    """The vectors of texts, and which of them had to be made."""
    encoder = Standin()
    return KeptEncoder(encoder, folder).encode(texts), encoder.asked


def test_a_vector_is_made_once_and_comes_back_as_it_was_given(tmp_path: Path) -> None:
    first, made = kept(tmp_path, TEXTS)
    again, made_again = kept(tmp_path, TEXTS[::-1])
    assert made == TEXTS
    assert made_again == []
    assert np.array_equal(first, again[::-1])


def test_a_kept_vector_points_where_the_made_one_did(tmp_path: Path) -> None:
    exact, vectors = Standin().encode(TEXTS), kept(tmp_path, TEXTS)[0]
    assert float((exact * vectors).sum(axis=1).min()) > 0.999


def test_only_the_changed_text_is_made_again(tmp_path: Path) -> None:
    kept(tmp_path, TEXTS)
    assert kept(tmp_path, [*TEXTS[:5], "改过的一句", *TEXTS[6:]])[1] == ["改过的一句"]


def test_vectors_of_another_encoder_are_not_mixed_in(tmp_path: Path) -> None:
    kept(tmp_path, TEXTS)
    other = Standin(id="another")
    KeptEncoder(other, tmp_path).encode(TEXTS)
    assert other.asked == TEXTS


@pytest.mark.parametrize("cut", range(1, 44, 6))
def test_a_row_that_was_cut_off_is_made_again_and_harms_no_other(tmp_path: Path, cut: int) -> None:
    whole = kept(tmp_path, TEXTS)[0]
    path = VectorFile(tmp_path, Standin()).path
    os.truncate(path, path.stat().st_size - cut)
    repaired, made = kept(tmp_path, TEXTS)
    assert made == TEXTS[-1:]
    assert np.array_equal(repaired, whole)
    assert kept(tmp_path, TEXTS)[1] == []


def test_a_damaged_row_is_not_believed(tmp_path: Path) -> None:
    whole = kept(tmp_path, TEXTS)[0]
    path = VectorFile(tmp_path, Standin()).path
    data = bytearray(path.read_bytes())
    size = len(data) // len(TEXTS)
    data[3 * size + 20 : 4 * size] = bytes(size - 20)
    path.write_bytes(bytes(data))
    repaired, made = kept(tmp_path, TEXTS)
    assert made == [TEXTS[3]]
    assert np.array_equal(repaired, whole)


@pytest.mark.parametrize("seed", range(6))
def test_a_kill_at_any_point_loses_no_vector_that_was_kept(tmp_path: Path, seed: int) -> None:
    line = random.Random(seed).randrange(20, 1000)
    command = [sys.executable, "-m", "tests.knowledge.victim", str(tmp_path), str(line)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    path = VectorFile(tmp_path, Standin()).path
    whole = path.stat().st_size // VectorFile(tmp_path, Standin()).row_size if path.exists() else 0
    known = VectorFile(tmp_path, Standin()).known(TEXTS)
    assert known.sum() == whole
    vectors, made = kept(tmp_path, TEXTS)
    assert made == [text for text, found in zip(TEXTS, known, strict=True) if not found]
    assert np.array_equal(vectors, kept(tmp_path / "other", TEXTS)[0])


def test_a_sweep_leaves_what_is_in_use_and_the_youngest(tmp_path: Path) -> None:
    kept(tmp_path, TEXTS)
    VectorFile(tmp_path, Standin()).sweep(TEXTS[:10], spare=5)
    left = VectorFile(tmp_path, Standin()).known(TEXTS)
    assert [text for text, found in zip(TEXTS, left, strict=True) if found] == [*TEXTS[:10], *TEXTS[-5:]]


def test_nothing_is_swept_while_there_is_room(tmp_path: Path) -> None:
    kept(tmp_path, TEXTS)
    VectorFile(tmp_path, Standin()).sweep(TEXTS[:10], spare=40)
    assert VectorFile(tmp_path, Standin()).known(TEXTS).all()


def test_who_reads_while_another_sweeps_reads_on(tmp_path: Path) -> None:
    kept(tmp_path, TEXTS)
    reader = VectorFile(tmp_path, Standin())
    before = reader.read(TEXTS[:10])[0]
    VectorFile(tmp_path, Standin()).sweep(TEXTS[:10], spare=0)
    assert np.array_equal(reader.read(TEXTS[:10])[0], before)


def add_in_turn(folder: Path, first: int) -> None:
    """Keep texts of one's own, a few at a time, and sweep between."""
    encoder = Standin()
    for start in range(first, first + 100, 5):
        file = VectorFile(folder, encoder)
        texts = [f"共用 {number}" for number in range(start, start + 5)]
        file.add(texts, encoder.encode(texts))
        file.sweep(texts, spare=30 if start % 50 == 0 else 10_000)
    texts = [f"共用 {number}" for number in range(first, first + 100)]
    KeptEncoder(encoder, folder).encode(texts)


def test_processes_that_add_and_sweep_at_once_damage_nothing(tmp_path: Path) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        for done in [processes.submit(add_in_turn, tmp_path, first) for first in (0, 100)]:
            done.result()
    file = VectorFile(tmp_path, Standin())
    assert file.path.stat().st_size % file.row_size == 0
    texts = [f"共用 {number}" for number in range(200)]
    vectors, known = file.read(texts)
    exact = Standin().encode(texts)
    assert known.any()
    assert float((exact * vectors).sum(axis=1)[known].min()) > 0.999


def test_a_folder_that_cannot_be_written_costs_only_the_keeping(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    vectors, made = kept(tmp_path / "file", TEXTS)
    assert made == TEXTS
    assert np.array_equal(vectors, kept(tmp_path, TEXTS)[0])


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads that interrupt each other nearly everywhere."""
    turn = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(turn)


@pytest.mark.usefixtures("restless")
def test_threads_that_look_at_a_growing_file_find_each_text_its_own_vector(tmp_path: Path) -> None:
    texts = [f"第{number}句" for number in range(1000)]
    exact, file, full = Standin().encode(texts), VectorFile(tmp_path, Standin()), Event()

    def look() -> float:
        nearest = 1.0
        while not full.is_set():
            vectors, known = file.read(texts[:20])
            nearest = min(nearest, float((vectors * exact[:20]).sum(axis=1)[known].min(initial=1.0)))
        return nearest

    with ThreadPoolExecutor(2) as threads:
        looks = [threads.submit(look) for _ in range(2)]
        for start in range(len(texts)):
            file.add(texts[start : start + 1], exact[start : start + 1])
        full.set()
        assert min(one.result() for one in looks) > 0.99
    assert file.known(texts).all()
