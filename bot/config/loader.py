"""From files to typed sections; every problem is found in one run."""

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bot.config.config import Config, fingerprint
from bot.config.finding import HIDDEN, ConfigError, Finding, key, shown
from bot.config.lines import Path as KeyPath
from bot.config.reasons import reason
from bot.config.shape import Spot, models, options, spot
from bot.config.sources import INCLUDE, Sources, at, gather
from bot.config.spelling import nearest
from bot.config.values import of_kind
from bot.types.declarations import Problem, Section, Settings
from bot.types.files import Files
from bot.types.ports import Shelf
from bot.types.secret import Secret

T = TypeVar("T")
Inspect = Callable[[Settings], Iterable[Problem]]

MOST_REPAIRS = 5
CONFIDENTIAL = ("secret", "token", "key", "password", "passwd", "密码", "密钥", "口令")
TAGGED = frozenset({"union_tag_invalid", "union_tag_not_found"})


def load(
    path: str | Path,
    sections: Sequence[Section[Any]],
    inspect: Sequence[Inspect] = (),
    *,
    environ: Mapping[str, str],
    need_secrets: bool = False,
    shelf: Shelf | None = None,
) -> Config:
    """The configuration of a file and all it includes; ConfigError with every problem when it cannot be used.

    A secret that `environ` lacks is a warning, or an error with `need_secrets`. On the `shelf` sections find what they
    read the last time.
    """
    return _Loader(Path(path), sections, environ, need_secrets, shelf).load(inspect)


def load_part(path: str | Path, sections: Sequence[Section[Any]], *, environ: Mapping[str, str]) -> Config:
    """Some sections of a configuration, whatever is wrong with the others; ConfigError when they cannot be used."""
    loader = _Loader(Path(path), sections, environ, False)
    for section in sections:
        loader.settle(section)
    return loader.finish()


class _Unavailable(LookupError):
    """A section with errors that its readers cannot be given."""


class _Partial:
    """The settings that inspections see: sections with errors are missing, or repaired by leaving keys out."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.hash = ""
        self.values = values

    def __getitem__(self, section: Section[Any]) -> Any:
        if section.key not in self.values:
            raise _Unavailable(section.key)
        return self.values[section.key]


class _Loader:
    """One run: the findings gather here."""

    def __init__(
        self, path: Path, sections: Sequence[Section[Any]], environ: Mapping[str, str], need_secrets: bool,
        shelf: Shelf | None = None,
    ) -> None:  # fmt: skip
        self.path = path
        self.sections = {section.key: section for section in sections}
        self.context = {"environ": environ, "base": path.parent, "shelf": shelf}
        self.need_secrets = need_secrets
        self.sources: Sources = gather(path)
        self.found: list[Finding] = [finding for document in self.sources.documents for finding in document.findings]
        self.found += [finding for finding in self.sources.findings if finding not in self.found]
        self.values: dict[str, Any] = {}
        self.left_out: set[KeyPath] = set()

    def load(self, inspect: Sequence[Inspect]) -> Config:
        """The configuration, or all that is wrong with it."""
        self.refuse_unknown()
        for section in self.sections.values():
            self.settle(section)
        self.check_secrets()
        self.check_files()
        if not self.sources.is_broken:
            for one in inspect:
                self.consult(one)
        return self.finish()

    def finish(self) -> Config:
        order = {document.name: at for at, document in enumerate(self.sources.documents)}
        found = sorted(dict.fromkeys(self.found), key=lambda one: (order.get(one.file, len(order)), one.file, one.line))
        errors = [finding for finding in found if not finding.warning]
        warnings = tuple(finding for finding in found if finding.warning)
        patterns = [*self.sources.patterns, *(files for _, files in of_kind(Files, self.values))]
        read = {document.path for document in self.sources.documents}
        files = sorted(read.union(*(one.paths() for one in patterns)))
        if errors:
            raise ConfigError(errors, warnings, files, patterns)
        whole = fingerprint(self.path.parent, files)
        return Config(self.path, whole, tuple(files), tuple(patterns), warnings, self.values)

    # Sections

    def refuse_unknown(self) -> None:
        """Report top-level keys that are no section."""
        for name, value in self.sources.data.items():
            if name not in self.sections:
                place = self.sources.place((name,))
                self.found.append(place.finding(self.unknown(name), HIDDEN if _is_confidential(name) else value))

    def unknown(self, name: str) -> str:
        """What to write instead of a top-level key that is no section."""
        homes = [key for key, section in self.sections.items() if name in spot(section.type, (name,), {}).keys]
        if homes and not isinstance(self.sources.data[name], dict):
            return f"这个键要写在 {self.title(homes[0])} 下面"
        known = [key for key in (*self.sections, INCLUDE) if key not in self.sources.data]
        if meant := nearest(name, known) or nearest(name, self.sections):
            return f"没有这一段，是不是想写 {self.title(meant)}？"
        return "没有这一段；可以写：" + "、".join(map(self.title, self.sections))

    def title(self, name: str) -> str:
        """How a section is begun in a file."""
        kinds = options(self.sections[name].type) if name in self.sections else ()
        if not any(any(models(kind)) for kind in kinds):
            return name
        return f"[[{name}]]" if any(get_origin(kind) for kind in kinds) else f"[{name}]"

    def settle(self, section: Section[Any]) -> None:
        """Validate one section; with errors, keep what of it can be used to look for more."""
        if section.key not in self.sources.data:
            self.take_default(section)
            return
        raw, adapter = self.sources.data[section.key], TypeAdapter[Any](section.type)
        self.check_names(section, raw)
        try:
            self.values[section.key] = adapter.validate_python(raw, context=self.context)
        except ValidationError as error:
            paths = [self.report(section, details) for details in _own(error.errors(include_input=False))]
            self.repair(section, adapter, paths)

    def take_default(self, section: Section[Any]) -> None:
        try:
            self.values[section.key] = section.default()
        except ValidationError as error:
            for details in error.errors(include_input=False):
                self.report(section, details)

    def report(self, section: Section[Any], details: ErrorDetails) -> KeyPath:
        """Add a finding for one error of pydantic; gives the path it is about."""
        here, kind = self.spot(section, details), details["type"]
        path = (section.key, *here.path)
        written = self.sources.value(path)
        if self.sources.is_broken and (written is None or isinstance(written, dict)) and not kind.endswith("_type"):
            return path
        hidden = here.is_secret or kind == "secret"
        hidden = hidden or (kind == "extra_forbidden" and _is_confidential(str(path[-1]), here.keys))
        message = self.message(section, details, path, written, here.keys)
        self.found.append(
            self.sources.place(path).finding(message, HIDDEN if hidden and written is not None else written)
        )
        return path

    def spot(self, section: Section[Any], details: ErrorDetails) -> Spot:
        """Where an error is; for a wrong or missing union tag, the key that holds the tag."""
        here = spot(section.type, details["loc"], self.sources.data.get(section.key))
        if details["type"] not in TAGGED:
            return here
        tag = str(details["ctx"]["discriminator"]).strip("'")
        return Spot((*here.path, tag), (), here.kinds)

    def written(self, path: KeyPath) -> KeyPath:
        """A path through typed values as the file has it: a text may stand where values hold a list of one."""
        if not path or path[0] not in self.sections:
            return path
        section = self.sections[str(path[0])]
        return (path[0], *spot(section.type, path[1:], self.sources.data.get(section.key), labelled=False).path)

    def message(
        self, section: Section[Any], details: ErrorDetails, path: KeyPath, written: Any, keys: Sequence[str]
    ) -> str:
        title = self.title(section.key)
        if len(path) == 1 and details["type"].endswith("_type") and title.startswith("["):
            return f"要写成 {title}，" + ("两层方括号" if title.startswith("[[") else "一层方括号")
        if details["type"] == "extra_forbidden" and path[-1] == INCLUDE:
            return "include 要写在文件最前面，第一个标题之前"
        return reason(details, written, keys)

    def repair(self, section: Section[Any], adapter: TypeAdapter[Any], paths: Sequence[KeyPath]) -> None:
        """Try the section without its faulty keys, so that inspections find what else is wrong."""
        raw = copy.deepcopy(self.sources.data[section.key])
        for _ in range(MOST_REPAIRS):
            faulty = {_key_of(path[1:]) for path in paths}
            if not all(_leave_out(raw, path) for path in faulty):
                return
            self.left_out |= {(section.key, *path) for path in faulty}
            try:
                self.values[section.key] = adapter.validate_python(raw, context=self.context)
                return
            except ValidationError as error:
                located = [self.spot(section, details) for details in _own(error.errors(include_input=False))]
                paths = [(section.key, *here.path) for here in located]

    # What no single key shows

    def check_names(self, section: Section[Any], raw: Any) -> None:
        """Report items of a list that share their name; where there are several kinds of items, kind and name."""
        kinds = list(models(section.type))
        if not isinstance(raw, list) or not any("name" in kind.model_fields for kind in kinds):
            return
        identity = ("kind", "name") if len(kinds) > 1 else ("name",)
        first: dict[tuple[str, ...], int] = {}
        for index, item in enumerate(raw):
            mine = tuple(value for name in identity if isinstance(value := at(item, name), str))
            if len(mine) == len(identity) and first.setdefault(mine, index) != index:
                self.repeated((section.key, index, "name"), (section.key, first[mine], "name"))

    def repeated(self, path: KeyPath, first: KeyPath) -> None:
        place, earlier = self.sources.place(path), self.sources.place(first)
        other = "" if earlier.document is place.document else f"{earlier.document.name} "
        message = f"名字重复了，{other}第 {earlier.line} 行已经用过，请换一个名字"
        self.found.append(place.finding(message, self.sources.value(path)))

    def check_secrets(self) -> None:
        """Report secrets that the environment does not have."""
        for path, secret in self.named(Secret):
            if secret.name and not secret.is_set:
                message = f"环境变量 {secret.name} 没有设置" + (
                    "，请先设置" if self.need_secrets else "，正式运行前要设置"
                )
                self.found.append(self.sources.place(path).finding(message, HIDDEN, warning=not self.need_secrets))

    def check_files(self) -> None:
        """Report named files that are not there."""
        for path, files in self.named(Files):
            if not files.paths():
                message = "还没有这样的文件" if files.is_pattern else f"找不到文件 {files.base / files.pattern}"
                self.found.append(self.sources.place(path).finding(message, files.pattern, warning=files.is_pattern))

    def named(self, kind: type[T]) -> Iterator[tuple[KeyPath, T]]:
        """The values of a class that the files name, with their paths there; defaults are left out."""
        for path, value in of_kind(kind, self.values):
            if self.sources.value(written := self.written(path)) is not None:
                yield written, value

    def consult(self, inspect: Inspect) -> None:
        """Add what one inspection finds, as far as the sections it reads can be used."""
        try:
            for problem in inspect(_Partial(self.values)):
                if not self.is_known(problem):
                    self.found.append(self.finding(problem))
        except _Unavailable:
            return

    def is_known(self, problem: Problem) -> bool:
        """Whether a problem may only come from an error that is reported already."""
        if problem.file:
            return False
        place = self.sources.place(self.written(problem.path))
        here = (place.document.name, place.line, key(place.path))
        if any((one.file, one.line, one.key) == here and not one.warning for one in self.found):
            return True
        return any(path[: len(problem.path)] == problem.path[: len(path)] for path in self.left_out)

    def finding(self, problem: Problem) -> Finding:
        """A capability's problem with its place."""
        if problem.file:
            there, value = key(problem.path), shown(problem.value)
            return Finding(problem.file, problem.line, there, value, problem.message, problem.warning)
        path = self.written(problem.path)
        return self.sources.place(path).finding(problem.message, self.shown(path), problem.warning)

    def shown(self, path: KeyPath) -> Any:
        """What an inspection's problem shows of the value at a path."""
        written = self.sources.value(path)
        if written is None or isinstance(written, dict) or not path or path[0] not in self.sections:
            return None
        section = self.sections[str(path[0])]
        here = spot(section.type, path[1:], self.sources.data[section.key], labelled=False)
        return HIDDEN if here.is_secret else written


def _own(errors: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """The errors without those that follow from others: a list counts as too short when its elements are wrong."""
    return [one for one in errors if one["type"] != "too_short" or not any(_is_below(other, one) for other in errors)]


def _is_below(inner: ErrorDetails, outer: ErrorDetails) -> bool:
    size = len(outer["loc"])
    return len(inner["loc"]) > size and inner["loc"][:size] == outer["loc"]


def _key_of(path: KeyPath) -> KeyPath:
    """The path up to its last table key."""
    while path and isinstance(path[-1], int):
        path = path[:-1]
    return path


def _leave_out(raw: Any, path: KeyPath) -> bool:
    """Remove a key; False when it is not there."""
    for part in path[:-1]:
        raw = at(raw, part)
    if not path or not isinstance(raw, dict) or path[-1] not in raw:
        return False
    del raw[path[-1]]
    return True


def _is_confidential(name: str, keys: Sequence[str] = ()) -> bool:
    meant = nearest(name, keys) or ""
    return any(word in candidate.lower() for word in CONFIDENTIAL for candidate in (name, meant))
