"""Arrows go one way, importing does nothing, and nothing is kept at module level."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.source import PACKAGES, ROOT, imported, imports, modules, own_imports, tree

# One worker reads the modules for all of these tests.
pytestmark = pytest.mark.xdist_group("layers")

# The stages of a message's life are the files that lie in bot/ itself.
STAGES = tuple(f"bot.{file.stem}" for file in (ROOT / "bot").glob("*.py") if file.stem not in ("__init__", "app"))

DOORS = ("bot.types", "bot.channels", "bot.wecom")

# What each part may import besides itself. The longest matching name counts; bot.app may import everything.
ALLOWED = {
    "nlp": (),
    "knowledge": ("nlp",),
    "handlers": ("bot.types", "nlp", "knowledge"),
    "scheduler": ("bot.types", "nlp", "knowledge"),
    "bot": (),
    "bot.types": (),
    "bot.config": ("bot.types",),
    "bot.store": ("bot.types",),
    "bot.wecom": ("bot.types",),
    "bot.channels": ("bot.types", "bot.wecom"),
    "bot.simulator": (),
    "bot.cli": (
        "bot.app",
        "bot.calm",
        "bot.stuck",
        "bot.outbox",
        "bot.rehearsal",
        "bot.types",
        "bot.config",
        "bot.store",
        "bot.simulator",
    ),
    "bot.cli.bench": (
        "bot.app",
        "bot.calm",
        "bot.cli",
        "bot.types",
        "bot.channels",
        "bot.store",
        "bot.simulator",
        "knowledge",
        "nlp",
        *STAGES,
    ),
    "bot.cli.doctor": ("bot.app", "bot.cli", *DOORS, "bot.config", "bot.store", *STAGES),
} | dict.fromkeys(STAGES, ("bot.types", "bot.store", "bot.channels.door", *STAGES))


def is_within(name: str, part: str) -> bool:
    return name == part or name.startswith(f"{part}.")


def part_of(module: str) -> str:
    return max((part for part in ALLOWED if is_within(module, part)), key=len)


@pytest.mark.parametrize("part", ALLOWED)
def test_imports_follow_the_arrows(part: str) -> None:
    wrong = [
        f"{module} imports {name}"
        for module in modules()
        if module != "bot.app" and part_of(module) == part
        for name in sorted(own_imports(module))
        if not is_within(name, part) and not any(is_within(name, allowed) for allowed in ALLOWED[part])
    ]
    assert not wrong


def test_only_the_composition_root_knows_the_capabilities() -> None:
    outsiders = {module for module in modules() if module.partition(".")[0] == "bot" and module != "bot.app"}
    knowing = {
        module for module in outsiders if {"handlers", "scheduler"} & {n.partition(".")[0] for n in imports(module)}
    }
    assert not knowing


def test_the_simulator_shares_no_code_with_what_it_judges() -> None:
    simulator = [module for module in modules() if is_within(module, "bot.simulator")]
    assert simulator
    assert not {name for module in simulator for name in own_imports(module) if not is_within(name, "bot.simulator")}


PROBE = Path(__file__).parent / "importing.py"


# What a module does is seen once in each group, and put down to the first there that imports it.
GROUPS = 2


def test_importing_does_nothing() -> None:
    third_party = {
        name for module in modules() for name in module_level_imports(module) if name.partition(".")[0] not in PACKAGES
    }
    names = sorted(modules())
    asked = json.dumps({"warm": sorted(third_party), "groups": [names[first::GROUPS] for first in range(GROUPS)]})
    run = subprocess.run(
        [sys.executable, "-W", "error", str(PROBE)], input=asked, capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert run.returncode == 0, run.stderr
    seen = json.loads(run.stdout)
    assert {module: effects for module, effects in seen.items() if effects} == {}, run.stderr
    assert set(seen) == set(modules())


def test_every_module_can_be_imported_first() -> None:
    """No module needs another one that needs it, so none depends on who was imported before."""
    needs = {module: {name for name in module_level_imports(module) if name in modules()} for module in modules()}
    TopologicalSorter(needs).prepare()


def module_level_imports(module: str) -> Iterator[str]:
    """What is imported when the module is: what is imported inside functions or for the type checker is left out."""
    for node in module_level(module):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from imported(module, node)


MUTABLE = ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp | ast.GeneratorExp
FREEZERS = {"MappingProxyType", "frozenset", "tuple"}
# Functions whose result may stand at module level; a capitalised name is a class, and is looked up in LIVING.
MAKERS = FREEZERS | {
    "compile",
    "getLogger",
    "timedelta",
    "date",
    "time",
    "datetime",
    "namedtuple",
    "encode",
    "hexdigest",
    "join",
    "split",
}
# SQLAlchemy's statements are values: each of these gives a new one.
STATEMENTS = {"select", "insert", "update", "delete", "values", "where", "order_by", "group_by", "limit", "returning"}
STATEMENTS |= {"alias", "is_", "on_conflict_do_nothing", "on_conflict_do_update", "with_for_update"}
NEVER_ON_IMPORT = ("TYPE_CHECKING", "__name__ == '__main__'")
LIVING = (
    "Cache|ChainMap|CollectorRegistry|Condition|ContextVar|Counter|Gauge|Histogram|Summary|Event|Lock|OrderedDict"
    "|Queue|RLock|Random|Redis|Semaphore|Session|SimpleQueue|SystemRandom|Thread|WeakKeyDictionary|WeakValueDictionary"
)
CACHES = {"cache", "lru_cache", "cached", "alru_cache"}


def callee(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def is_state(value: ast.expr | None) -> bool:
    """Whether a module-level value could change while the program runs, as far as its spelling tells."""
    if isinstance(value, MUTABLE):
        return True
    if isinstance(value, ast.Tuple):
        return any(is_state(element) for element in value.elts)
    if isinstance(value, ast.BinOp):
        return is_state(value.left)
    if isinstance(value, ast.IfExp):
        return is_state(value.body) or is_state(value.orelse)
    if isinstance(value, ast.Call):
        return is_state_made(value)
    return False


def is_state_made(call: ast.Call) -> bool:
    name = callee(call)
    if name == "MappingProxyType":
        return any(is_state(held) for wrapped in call.args if isinstance(wrapped, ast.Dict) for held in wrapped.values)
    if name[:1].isupper():
        return re.fullmatch(LIVING, name) is not None
    return name not in MAKERS | STATEMENTS


def module_level(module: str) -> Iterator[ast.stmt]:
    """The statements that run on import, those inside top-level `if`, `try` and `with` too."""
    waiting: list[ast.stmt] = list(tree(module).body)
    while waiting:
        statement = waiting.pop()
        if isinstance(statement, ast.If) and ast.unparse(statement.test) in NEVER_ON_IMPORT:
            continue
        yield statement
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            waiting += [node for node in ast.iter_child_nodes(statement) if isinstance(node, ast.stmt)]


def states(module: str) -> Iterator[str]:
    for node in module_level(module):
        if isinstance(node, ast.Assign | ast.AnnAssign) and is_state(node.value) and not is_read_only(node):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if [ast.unparse(target) for target in targets] != ["__all__"]:
                yield f"{module}:{node.lineno} {ast.unparse(node).splitlines()[0]}"
        if isinstance(node, ast.AugAssign | ast.For | ast.While) or is_bare_call(node):
            yield f"{module}:{node.lineno} does something when imported"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (
                f"{module}:{node.lineno} {node.name} is cached" for mark in node.decorator_list if is_cache(mark)
            )
    yield from (f"{module}:{node.lineno} global" for node in ast.walk(tree(module)) if isinstance(node, ast.Global))


def is_read_only(node: ast.Assign | ast.AnnAssign) -> bool:
    """Whether the type checker watches that nobody writes: `Mapping[str, int]`, with nothing writable inside."""
    spelled = ast.unparse(node.annotation) if isinstance(node, ast.AnnAssign) else ""
    return spelled.startswith(("Mapping[", "Sequence[")) and not re.search(r"\b(list|dict|set)\b", spelled)


def is_bare_call(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)


def is_cache(mark: ast.expr) -> bool:
    name = callee(mark) if isinstance(mark, ast.Call) else getattr(mark, "attr", getattr(mark, "id", ""))
    return name in CACHES


def test_nothing_is_kept_at_module_level() -> None:
    assert [state for module in modules() for state in states(module)] == []


@pytest.mark.parametrize(
    ("source", "state"),
    [
        ("SEEN = {}", True),
        ("SEEN = dict()", True),
        ("WORDS: list[str] = []", True),
        ("PAIR = (1, [2])", True),
        ("TABLE = MappingProxyType({'a': [1]})", True),
        ("lock = asyncio.Lock()", True),
        ("CLIENT = connect('redis://')", True),
        ("TABLE = MappingProxyType({'a': (1,)})", False),
        ("WORDS = frozenset({'a', 'b'})", False),
        ("LIMIT = timedelta(minutes=10)", False),
        ("events = sa.Table('events', sa.MetaData())", False),
        ("PATTERN = re.compile('a')", False),
        ("NEWEST = sa.select(events).order_by(events.c.at).limit(1)", False),
    ],
)
def test_the_rule_about_state_tells_state_from_constants(source: str, state: bool) -> None:
    statement = ast.parse(source).body[0]
    assert isinstance(statement, ast.Assign | ast.AnnAssign)
    assert is_state(statement.value) is state


def test_nothing_is_called_utils() -> None:
    drawer = re.compile(r"utils?|helpers?|misc|common")
    assert [name for name in modules() if any(drawer.fullmatch(part) for part in name.split("."))] == []


UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")


def test_nothing_is_marked_as_unfinished() -> None:
    files = [*modules().values(), *(ROOT / "tests").rglob("*.py")]
    marks = [
        f"{file.relative_to(ROOT)}:{n}"
        for file in files
        for n, line in enumerate(lines(file), 1)
        if UNFINISHED.search(line)
    ]
    assert marks == []


def lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


def test_not_implemented_is_only_raised_where_every_subclass_answers() -> None:
    raised = {
        f"{module}.{holder.name}"
        for module in modules()
        for holder in ast.walk(tree(module))
        if isinstance(holder, ast.ClassDef)
        for node in ast.walk(holder)
        if isinstance(node, ast.Name) and node.id == "NotImplementedError"
    }
    assert raised <= {"bot.types.events.Event"}


def test_a_file_has_at_most_400_lines() -> None:
    written = {name: file for name, file in modules().items() if ".migrations.versions." not in name}
    assert {name: len(lines(file)) for name, file in written.items() if len(lines(file)) > 400} == {}


def test_nobody_waits_with_wait_for() -> None:
    """In Python 3.11 `asyncio.wait_for` forgets that it was cancelled when it gets what it waits for just then."""
    waiting = [
        f"{module}:{node.lineno}"
        for module in modules()
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "asyncio.wait_for"
    ]
    assert waiting == []
