"""The engine as a package of its own: what is in it, what it needs, and that it runs elsewhere."""

import os
import re
import subprocess
import sys
import zipfile
from email.parser import Parser
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from app import serverside

ROOT = Path(__file__).parent.parent
ENGINE = ROOT / "app/serverside"
MODELS = """
from pathlib import Path
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase): ...

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

engine = sa.create_engine("sqlite:///shop.sqlite3")
with engine.begin() as connection:
    Base.metadata.create_all(connection)
    connection.execute(sa.insert(User), [{"name": "Ann"}, {"name": "Bob"}])
"""
FLASK_SQLALCHEMY = """
from flask_sqlalchemy import SQLAlchemy

engine.dispose()
Path("instance").mkdir()
Path("shop.sqlite3").rename("instance/shop.sqlite3")
db = SQLAlchemy(model_class=Base)
"""
ASYNC = """
from sqlalchemy.ext.asyncio import create_async_engine

engine.dispose()
engine = create_async_engine("sqlite+aiosqlite:///shop.sqlite3")
"""
WERKZEUG = """
from endpoint import app

client = app.test_client()
post = lambda body: client.post("/users", data=body)
read = lambda answer: answer.json
"""
STARLETTE = """
from endpoint import app
from fastapi.testclient import TestClient

client = TestClient(app).__enter__()
post = lambda body: client.post("/users", data=body)
read = lambda answer: answer.json()
"""
ASK = """
columns = {"draw": "3", "columns[0][data]": "id", "columns[1][data]": "name"}
asked = columns | {"search[value]": "ann"}
expected = {
    "draw": 3, "recordsTotal": 2, "recordsFiltered": 1, "data": [{"id": 1, "name": "Ann"}]
}
url = "/users?" + "&".join(f"{name}={value}" for name, value in asked.items())
for answer in (client.get(url), post(asked)):
    assert read(answer) == expected, read(answer)
for refused in (client.get(url + "&start=x"), post(asked | {"start": "x"})):
    said = refused.status_code, read(refused)["error"]
    assert said == (400, "start must be a whole number."), said
"""
# heading in docs/install.md -> (models, a client, what is needed)
ENDPOINTS = {
    "Flask": (MODELS, WERKZEUG, ["flask"]),
    "Flask-SQLAlchemy": (MODELS + FLASK_SQLALCHEMY, WERKZEUG, ["flask-sqlalchemy"]),
    "FastAPI": (MODELS, STARLETTE, ["fastapi", "httpx2"]),
    "FastAPI with an async session": (
        MODELS + ASYNC, STARLETTE, ["fastapi", "httpx2", "aiosqlite", "greenlet"],
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build it of a copy, which no earlier build has left anything in."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    for path in ENGINE.rglob("*"):
        if path.suffix == ".py" or path.name == "py.typed":
            copy = folder / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(folder))
    [built] = folder.glob("*.whl")
    return built


def pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True)  # noqa: S603 - our own program


def test_the_whole_engine_is_in_it_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    files = {path for path in ENGINE.rglob("*") if path.suffix == ".py" or path.name == "py.typed"}
    assert held == {f"serverside_datatables/{path.relative_to(ENGINE)}" for path in files}


def test_it_says_what_it_is_and_needs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith("/METADATA")]
        said = Parser().parsestr(archive.read(name).decode())
    assert (said["Name"], said["Version"]) == ("serverside-datatables", serverside.__version__)
    needed = {re.split(r"[<>=~;]", one)[0] for one in said.get_all("Requires-Dist", [])}
    assert needed == {"sqlalchemy", "sqlalchemy-datatables", "google-re2"}


@pytest.mark.parametrize("heading", sorted(ENDPOINTS))
def test_a_documented_endpoint_runs_where_only_the_package_is(
    wheel: Path, tmp_path: Path, heading: str
) -> None:
    models, client, needed = ENDPOINTS[heading]
    endpoint = snippet(heading)
    assert len([line for line in endpoint.splitlines() if line.strip()]) <= 20
    installed = tmp_path / "installed"
    pip("install", "--no-deps", "--target", str(installed), str(wheel))
    link(["sqlalchemy", "sqlalchemy-datatables", *needed], installed)
    for name, source in (("models", models), ("endpoint", endpoint), ("ask", client + ASK)):
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
    subprocess.run(
        [sys.executable, "-S", "-W", "error", "ask.py"],  # -S: without the suite's own packages
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        check=True,
    )


def snippet(heading: str) -> str:
    """Return the code under a heading, as people paste it."""
    page = (ROOT / "docs/install.md").read_text(encoding="utf-8")
    found = re.search(rf"^## {heading}\n.*?```python\n(.*?)```", page, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def link(names: list[str], folder: Path) -> None:
    """Link distributions of this environment, and what they need, into a folder."""
    wanted, seen = list(names), set[str]()
    while wanted:
        name = canonicalize_name(wanted.pop())
        if name in seen:
            continue
        seen.add(name)
        found = distribution(name)
        wanted += [one.name for one in map(Requirement, found.requires or []) if applies(one)]
        for top in {path.parts[0] for path in found.files or []} - {"..", "__pycache__"}:
            (folder / top).symlink_to(str(found.locate_file(top)))


def applies(requirement: Requirement) -> bool:
    """Return whether a distribution needs another one on this machine, without any extra."""
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})
