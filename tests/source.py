"""The project's own source, read as text and trees: what the tests about its shape look at."""

import ast
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "handlers", "nlp", "knowledge", "scheduler")


@cache
def modules() -> dict[str, Path]:
    """Every module of the product by its dotted name."""
    files = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    return {_name(file): file for file in files}


def _name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree(module: str) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(modules()[module].read_text(encoding="utf-8"))


@cache
def imports(module: str) -> Sequence[str]:
    """Everything a module imports, at any depth, as dotted names; relative ones made absolute."""
    nodes = (node for node in ast.walk(tree(module)) if isinstance(node, ast.Import | ast.ImportFrom))
    return [name for node in nodes for name in imported(module, node)]


def imported(module: str, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """What one import statement of a module imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = node.module or ""
    if node.level:
        package = module.split(".") if modules()[module].name == "__init__.py" else module.split(".")[:-1]
        base = ".".join([*package[: len(package) - node.level + 1], *([base] if base else [])])
    for alias in node.names:
        whole = f"{base}.{alias.name}"
        yield whole if whole in modules() else base


def own_imports(module: str) -> set[str]:
    """The product's modules that a module imports."""
    return {name for name in imports(module) if name.partition(".")[0] in PACKAGES}
