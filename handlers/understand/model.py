"""The model that understands: which one the settings name, and how far it is from being of use."""

import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Event as Flag
from threading import Lock, Thread
from typing import TYPE_CHECKING, Annotated

import regex
from pydantic import PlainValidator, ValidationInfo

from bot.types.declarations import Problem, Section, Settings, Settled
from bot.types.fields import wrong
from bot.types.ports import Machine, Services
from nlp.encode import BUILTIN, NONE, Encoder, Report, Unusable, at_hand, load, user_cache
from nlp.encode.progress import silent
from nlp.encode.queue import EncodeQueue, Overloaded, Unencodable

if TYPE_CHECKING:
    from nlp.encode.queue import Vector

log = logging.getLogger(__name__)

HUB_ID = regex.compile(r"[\w.-]+/[\w.-]+")
WRONG = '写 "builtin"（自带的）、模型文件夹，或者 Hugging Face 上的名字（组织/模型）；"none" 只按词理解'
OVERLOADED = "等着理解的话太多，这一句只按词理解"
UNENCODABLE = "模型读不了这一句，只按词理解"


def _model(value: object, info: ValidationInfo) -> str:
    """`builtin`, `none` and hub ids as they are; a folder as its path."""
    if not isinstance(value, str) or not value.strip():
        raise wrong(WRONG)
    if value in (BUILTIN, NONE):
        return value
    folder = Path((info.context or {}).get("base", "."), Path(value).expanduser())
    if folder.is_dir() or not HUB_ID.fullmatch(value) or value.startswith("."):
        return str(folder.absolute())
    return value


class Understanding(Settled):
    """Which model gives texts their meaning; empty: the machine's choice."""

    model: Annotated[str, PlainValidator(_model)] = ""


UNDERSTAND: Section[Understanding] = Section("understand", Understanding, Understanding)


class State(StrEnum):
    """How far a model is."""

    OFF = "off"
    COMING = "coming"
    READY = "ready"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class Heard:
    """Whether a text's meaning is known now; if not, why not (empty where there is no model to ask)."""

    known: bool
    why: str = ""


class Superseded(Exception):
    """What is being worked at is wanted no more."""


class Task:
    """Something that is done with a model, and when that is over."""

    def __init__(self, work: Callable[[Encoder], None]) -> None:
        self.done: Future[None] = Future()
        self._work = work

    def start(self, encoder: Encoder) -> None:
        """Do it on a thread of its own."""
        Thread(target=self._run, args=(encoder,), name="learn", daemon=True).start()

    def _run(self, encoder: Encoder) -> None:
        try:
            self._work(encoder)
        except Superseded:
            log.debug("nobody needs any more what was being learnt")
        except Exception:  # what could not be learnt is not known; words serve on
            log.exception("学习问答的意思时出了错，先只按词理解")
        finally:
            self.done.set_result(None)


class Model:
    """Made ready on a thread of its own; until then, and where it cannot be had, words serve alone."""

    def __init__(self, name: str, cache: Path, report: Report) -> None:
        self.name = name
        self.cache = cache
        self.state = State.OFF if name == NONE else State.COMING
        self.why = ""
        self._report = report
        self._doing = ""
        self._queue: EncodeQueue | None = None
        self._lock = Lock()
        self._work: list[Task] = []
        self._known = Flag()
        self._closed = False
        if name == NONE:
            self._known.set()
        else:
            Thread(target=self._run, name="model", daemon=True).start()

    @property
    def encoder(self) -> Encoder | None:
        """What runs, once it is ready."""
        return self._queue.encoder if self._queue else None

    def report(self, what: str, done: float) -> None:
        """Tell how far a piece of work is; ends it when the model is wanted no more."""
        if self._closed:
            raise Superseded
        self._doing = f"{what} {done:.0%}" if done < 1 else ""
        self._report(what, done)

    def then(self, work: Callable[[Encoder], None]) -> "Future[None]":
        """Do something with the encoder as soon as there is one, on a thread of its own; nothing where there is none.

        The future tells when that is done, or will not be.
        """
        task = Task(work)
        with self._lock:
            if self._closed or self.state in (State.OFF, State.UNUSABLE):
                task.done.set_result(None)
            elif self._queue:
                task.start(self._queue.encoder)
            else:
                self._work.append(task)
        return task.done

    def wait(self) -> None:
        """Until it is ready, or known to be unusable."""
        self._known.wait()

    def recall(self, text: str) -> "Vector":
        """The vector of a text that was heard. LookupError while there is no model."""
        if self._queue is None:
            raise LookupError(self.name)
        return self._queue.recall(text)

    async def hear(self, text: str) -> Heard:
        """See to it that the text's vector is at hand for `recall`."""
        if self._queue is None:
            return Heard(False)
        try:
            await self._queue.vector(text)
        except Overloaded:
            return Heard(False, OVERLOADED)
        except Unencodable:
            return Heard(False, UNENCODABLE)
        return Heard(True)

    def close(self) -> None:
        """End the work at hand and let go."""
        with self._lock:
            self._closed = True
            if self._queue:
                self._queue.close()

    def __str__(self) -> str:
        """For people who ask how it is."""
        named = "自带的模型" if self.name == BUILTIN else self.name
        match self.state:
            case State.OFF:
                return "只按词（没有用模型）"
            case State.COMING:
                return f"{named}还在准备，先只按词"
            case State.READY:
                return f"按词和意思（{named}）" + (f"，正在{self._doing}" if self._doing else "")
            case State.UNUSABLE:
                return f"只按词，{named}用不了：{self.why}"

    def _run(self) -> None:
        encoder = self._loaded()
        with self._lock:
            if encoder and not self._closed:
                self._queue, self.state = EncodeQueue(encoder), State.READY
                for task in self._work:
                    task.start(encoder)
            else:
                self.state = State.UNUSABLE
                for task in self._work:
                    task.done.set_result(None)
            self._work.clear()
            self._known.set()

    def _loaded(self) -> Encoder | None:
        """The encoder; None, and why, where it cannot be had."""
        try:
            encoder = load(self.name, self.cache / "models", self.report)
        except Superseded:
            return None
        except Unusable as error:
            self.why = str(error)
            log.warning("语义模型用不了，先只按词理解：%s", error)
            return None
        except Exception as error:  # whatever is wrong with it, nobody may wait for it in vain
            self.why = f"出了没想到的错（{type(error).__name__}），详情在日志里"
            log.exception("语义模型用不了，先只按词理解")
            return None
        log.info("语义模型 %s 可以用了", encoder.id)
        return encoder


class Models:
    """The model in use; another setting replaces it."""

    def __init__(self) -> None:
        self._model: Model | None = None
        self._tried = ""

    def of(self, name: str, cache: Path, report: Report, hash: str = "") -> Model:
        """The model of a name, made ready in the background.

        One that could not be used is tried again when the configuration has another `hash`.
        """
        again = self._model is not None and self._model.state is State.UNUSABLE and hash != self._tried
        if self._model is None or self._model.name != name or again:
            if self._model:
                self._model.close()
            self._model = Model(name, cache, report)
            self._tried = hash
        return self._model


def machine_of(environ: Mapping[str, str], patient: bool = False, report: Report = silent) -> Machine:
    """What may be used here: `QUNBAN_CACHE` names the folder for models, `QUNBAN_MODEL` the model by default."""
    return Machine(user_cache(environ), environ.get("QUNBAN_MODEL") or BUILTIN, patient, report)


def model_of(settings: Settings, services: Services) -> Model:
    """The model that the settings name; it outlives a reload that leaves it alone."""
    models = services.shelf.get("understand.models", Models)
    machine = services.machine
    return models.of(named_model(settings, machine), machine.cache, machine.report, settings.hash)


def named_model(settings: Settings, machine: Machine) -> str:
    """The name that the settings give, or else the machine."""
    return settings[UNDERSTAND].model or machine.model


@dataclass(frozen=True, slots=True)
class Standing:
    """How the model is on this machine now, and what to tell people of it."""

    state: State
    told: str


def standing(settings: Settings, machine: Machine) -> Standing:
    """How the model is that the settings name; nothing is fetched or made. Slow: it is loaded."""
    name = named_model(settings, machine)
    if name == NONE:
        return Standing(State.OFF, "只按词（没有用模型）")
    try:
        if at_hand(name, machine.cache / "models"):
            return Standing(State.READY, f"按词和意思（{'自带的模型' if name == BUILTIN else name}）")
    except Unusable as error:
        return Standing(State.UNUSABLE, str(error))
    return Standing(State.COMING, "还没准备；运行以后自己会准备，想先准备好就运行 qunban model")


def inspect(settings: Settings) -> Iterable[Problem]:
    """A folder that is not there: the bot runs on by words, so it is a warning."""
    name = settings[UNDERSTAND].model
    if Path(name).is_absolute() and not Path(name).is_dir():
        yield Problem(("understand", "model"), f"没有这个文件夹，先只按词理解；{WRONG}", warning=True, value=name)
