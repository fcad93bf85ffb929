"""The engine as a package of its own: what is in it, what it needs, and that it runs elsewhere."""

import os
import re
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from app import serverside

ROOT = Path(__file__).parent.parent
ENGINE = ROOT / "app/serverside"
FLASK = re.search(
    r"## Flask\n\n```python\n(.*?)```",
    (ROOT / "docs/install.md").read_text(encoding="utf-8"),
    re.DOTALL,
)
MODELS = """
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool

class Base(DeclarativeBase): ...

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

engine = create_engine("sqlite://", poolclass=StaticPool)
Base.metadata.create_all(engine)
with Session(engine) as session, session.begin():
    session.add_all([User(name="Ann"), User(name="Bob")])
"""
ASK = """
from endpoint import app

client = app.test_client()
asked = "/users?draw=3&columns[0][data]=id&columns[1][data]=name&search[value]={}"
answer = client.get(asked.format("ann")).json
assert answer == {
    "draw": 3, "recordsTotal": 2, "recordsFiltered": 1, "data": [{"id": 1, "name": "Ann"}]
}, answer
refused = client.get(asked.format("ann") + "&start=x")
assert (refused.status_code, refused.json["error"]) == (400, "start must be a whole number.")
"""


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
    assert needed == {"sqlalchemy", "sqlalchemy-datatables", "google-re2", "pymysql"}


def test_the_documented_endpoint_runs_where_only_the_package_is(
    wheel: Path, tmp_path: Path
) -> None:
    assert FLASK is not None
    assert len([line for line in FLASK[1].splitlines() if line.strip()]) <= 20
    pip("install", "--no-deps", "--target", str(tmp_path / "installed"), str(wheel))
    for name, source in (("models", MODELS), ("endpoint", FLASK[1]), ("ask", ASK)):
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
    subprocess.run(
        [sys.executable, "-W", "error", "ask.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installed")},
        check=True,
    )
