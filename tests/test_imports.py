"""The arrows of the architecture: who may import whom."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import serverside
from app.serverside import explain

APP = Path(__file__).parent.parent / "app"

# part of the app -> the other parts that it may import
ARROWS = {
    "settings": set(),
    "types": set(),
    "sqlite": set(),
    "postgresql": set(),
    "mysql": set(),
    "hangup": {"mysql"},
    "database": {"hangup", "mysql", "serverside", "settings", "sqlite", "postgresql"},
    "models": {"serverside", "types"},
    "schema": {"database", "models", "serverside"},
    "seed": {"database", "models", "mysql", "postgresql", "schema", "sqlite"},
    "cli": {"api", "database", "models", "schema", "seed", "serverside", "settings"},
    "serverside": set(),
    "api": {"database", "models", "serverside", "settings"},
    "examples": {"api", "database", "models", "seed", "serverside"},
    "web": {"api", "examples", "database", "models", "serverside", "settings"},
}
# door of the engine -> those that its modules may import; each stands after all of them
BASE = {"errors", "limits", "tuning", "cache", "sqlalchemy_private", "naming", "stock"}
DOORS = {
    "errors": set(),
    "limits": set(),
    "tuning": set(),
    "cache": set(),
    "sqlalchemy_private": set(),
    "engines": set(),
    "naming": {"sqlalchemy_private"},
    "stock": set(),
    "wire": BASE,
    "columns": BASE,
    "dialects": {*BASE, "columns"},
    "plan": {*BASE, "columns", "wire", "dialects"},
    "sql": {*BASE, "columns", "wire", "dialects", "plan"},
    "run": {*BASE, "columns", "wire", "dialects", "plan", "sql"},
    "answer": {*BASE, "columns", "wire", "dialects", "plan", "sql", "run"},
    "explain": {*BASE, "columns", "wire", "dialects", "plan", "sql", "run"},
    "datatables": {*BASE, "columns", "wire", "dialects", "plan", "sql", "run", "answer", "explain"},
    "matching_rows": {*BASE, "columns", "wire", "dialects", "plan", "run", "answer", "datatables"},
    "autogenerate": {"dialects", "sql"},
}
ENGINE_NEEDS = {"sqlalchemy", "datatables", "re2"}


def modules(part: str) -> list[Path]:
    folder = APP / part
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]


def imports(path: Path) -> Iterator[str]:
    """Give the dotted names that a module imports, relative ones made absolute."""
    package = path.relative_to(APP.parent).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            base = ".".join(filter(None, (start, node.module)))
            yield from (f"{base}.{alias.name}" for alias in node.names)


def parts_imported(part: str) -> set[str]:
    names = {name for path in modules(part) for name in imports(path)}
    return {name.split(".")[1] for name in names if name.split(".")[0] == "app"} - {part}


def test_every_part_has_its_arrows() -> None:
    parts = {path.stem for path in APP.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert parts - {"__init__", "__pycache__"} == set(ARROWS)


@pytest.mark.parametrize("part", ARROWS)
def test_a_part_imports_only_what_lies_below_it(part: str) -> None:
    assert parts_imported(part) <= ARROWS[part]


def test_nobody_imports_the_factory() -> None:
    assert not [part for part in ARROWS if "create_app" in parts_imported(part)]


def engine_imports(path: Path) -> set[str]:
    """Give the modules of the engine that one of its modules imports, by their dotted names."""
    known = {module_name(other) for other in modules("serverside")}
    found = set()
    for name in imports(path):
        own = name.removeprefix("app.serverside").lstrip(".")
        while own and own not in known:
            own = own.rpartition(".")[0]
        if own and name.startswith("app.serverside"):
            found.add(own)
    return found - {module_name(path)}


def module_name(path: Path) -> str:
    parts = path.relative_to(APP / "serverside").with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def door(module: str) -> str:
    return module.partition(".")[0]


@pytest.mark.parametrize("path", modules("serverside"), ids=module_name)
def test_no_import_inside_the_engine_goes_back_up(path: Path) -> None:
    own = door(module_name(path))
    allowed = {own, *DOORS[own]} if own else set(DOORS)
    assert {door(module) for module in engine_imports(path)} <= allowed


def test_every_door_opens_only_on_those_before_it() -> None:
    order = list(DOORS)
    assert all(
        order.index(below) < order.index(name) for name, some in DOORS.items() for below in some
    )


def test_no_modules_of_the_engine_import_each_other() -> None:
    waiting = {module_name(path): engine_imports(path) for path in modules("serverside")}
    while ready := [name for name, needed in waiting.items() if not needed & waiting.keys()]:
        for name in ready:
            del waiting[name]
    assert waiting == {}


@pytest.mark.parametrize("path", modules("serverside"), ids=module_name)
def test_no_import_stands_inside_a_function(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = [
        node.lineno
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.If)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


@pytest.mark.parametrize("part", sorted(set(ARROWS) - {"serverside"}))
def test_the_app_uses_public_names_of_the_engine_only(part: str) -> None:
    found = {name for path in modules(part) for name in imports(path)}
    used = {name for name in found if name.startswith("app.serverside.")}
    public = {f"app.serverside.{name}" for name in serverside.__all__}
    public |= {f"app.serverside.explain.{name}" for name in explain.__all__}
    assert used <= public


def test_the_engine_can_be_copied_into_another_project() -> None:
    roots = {name.split(".")[0] for path in modules("serverside") for name in imports(path)}
    assert roots - set(sys.stdlib_module_names) - {"app"} == ENGINE_NEEDS
