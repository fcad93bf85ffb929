"""The arrows of the architecture: who may import whom."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = Path(__file__).parent.parent / "app"

# part of the app -> the other parts that it may import
ARROWS = {
    "settings": set(),
    "types": set(),
    "sqlite": set(),
    "postgresql": set(),
    "hangup": set(),
    "database": {"hangup", "settings", "sqlite", "postgresql"},
    "models": {"serverside", "types"},
    "schema": {"database", "models"},
    "seed": {"database", "models", "postgresql", "schema", "sqlite"},
    "cli": {"api", "database", "models", "schema", "seed", "serverside", "settings"},
    "serverside": set(),
    "api": {"database", "models", "serverside", "settings"},
    "web": {"api", "database", "models", "serverside", "settings"},
}
ENGINE_NEEDS = {"sqlalchemy", "datatables", "dateutil", "cachetools", "re2"}
FRAMEWORKS = {"flask", "werkzeug", "pydantic", "faker", "psycopg", "orjson", "click"}


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


def test_the_engine_can_be_copied_into_another_project() -> None:
    roots = {name.split(".")[0] for path in modules("serverside") for name in imports(path)}
    assert not roots & FRAMEWORKS
    assert roots & {"sqlalchemy", "datatables", "dateutil", "cachetools", "re2"} <= ENGINE_NEEDS
