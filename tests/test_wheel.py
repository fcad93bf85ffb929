"""The engine as a package of its own: what is in it, what it needs, and that it runs elsewhere."""

import re
import subprocess
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from app import serverside
from tests.packaging import ENGINE, ROOT, build_wheel, environment

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
EXPORT = """
exported = client.get("/users/export.jsonl?order[0][name]=name&order[0][dir]=desc")
assert exported.text == '{"id": 2, "name": "Bob"}\\n{"id": 1, "name": "Ann"}\\n', exported.text
assert exported.headers["X-Export-Rows"] == "2"
exported.close()
"""
NAMES = """
import json
from flask import Response
from serverside_datatables import MatchingRows
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
    """Build it."""
    return build_wheel(tmp_path_factory.mktemp("wheel"))


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
    assert needed == {"sqlalchemy", "sqlalchemy-datatables", "google-re2", "pymysql"}


@pytest.mark.parametrize("heading", sorted(ENDPOINTS))
def test_a_documented_endpoint_runs_where_only_the_package_is(
    wheel: Path, tmp_path: Path, heading: str
) -> None:
    models, client, needed = ENDPOINTS[heading]
    endpoint = snippet("install", heading)
    assert len([line for line in endpoint.splitlines() if line.strip()]) <= 20
    run(tmp_path, wheel, needed, models=models, endpoint=endpoint, ask=client + ASK)


def test_the_documented_export_runs_where_only_the_package_is(wheel: Path, tmp_path: Path) -> None:
    endpoint = snippet("install", "Flask") + NAMES + snippet("calling", "All rows that match")
    run(tmp_path, wheel, ["flask"], models=MODELS, endpoint=endpoint, ask=WERKZEUG + EXPORT)


def run(folder: Path, wheel: Path, needed: list[str], **modules: str) -> None:
    """Run the module `ask` where only the package is, and what it is used with."""
    python = environment(folder / "environment", ["serverside-datatables", *needed], wheel)
    for name, source in modules.items():
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
    command = [str(python), "-W", "error", "ask.py"]
    subprocess.run(command, cwd=folder, check=True)  # noqa: S603 - our own program


def snippet(document: str, heading: str) -> str:
    """Return the code under a heading, as people paste it."""
    page = (ROOT / f"docs/{document}.md").read_text(encoding="utf-8")
    found = re.search(rf"^## {heading}\n.*?```python\n(.*?)```", page, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]
