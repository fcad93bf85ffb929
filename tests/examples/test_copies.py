"""“Copy this”: a folder that runs where only what its requirements name is installed."""

import re
import subprocess
from pathlib import Path

from app.examples.registry import EXAMPLES
from tests.packaging import ROOT

# Asks each copy for its page, its files and its rows, one after the other in one process.
ASK = """
import re, sys
from pathlib import Path

for folder in map(Path, sys.argv[1:]):
    sys.path.insert(0, str(folder))
    from app import create_app
    client = create_app().test_client()
    page = client.get("/").text
    files = re.findall(r'(?:src|href)="(static/[^"]+)"', page)
    assert files and {client.get(file).status_code for file in files} == {200}, folder
    named = re.findall(r'mData="([^"]+)"', (folder / "endpoint.py").read_text())
    asked = {f"columns[{n}][data]": name for n, name in enumerate(named)}
    answer = client.get("/rows", query_string=asked | {"viewer": "ada", "length": "5"}).json
    assert len(answer["data"]) == 5, (folder, answer)
    refused = client.get("/rows", query_string=asked | {"start": "x"})
    assert (refused.status_code, refused.json["error"]) == (400, "start must be a whole number.")
    sys.path.remove(str(folder))
    for name in ("admission", "app", "database", "endpoint", "models", "states", "stored"):
        sys.modules.pop(name, None)
"""


def run(python: Path, *arguments: str, check: bool = False) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([python, "-I", *arguments], check=check)  # noqa: S603 - our own program


def test_every_copy_runs_in_an_empty_environment(copies: Path, python: Path) -> None:
    folders = [str(path) for path in sorted(copies.glob("with-*/*"))]
    assert len(folders) == sum(len(example.versions()) for example in EXAMPLES.values())
    run(python, "-W", "error", "-c", ASK, *folders, check=True)


def test_the_environment_is_empty(python: Path) -> None:
    finds = "import importlib.util as i, sys; sys.exit(i.find_spec(sys.argv[1]) is not None)"
    for name, there in (
        ("flask", True),
        ("serverside_datatables", True),
        ("faker", False),
        ("app", False),
    ):
        done = run(python, "-c", finds, name)
        assert bool(done.returncode) is there, name


def test_packages_bring_their_licences(copies: Path) -> None:
    folders = list(copies.glob("with-*/*/static/vendor/*"))
    assert folders
    for folder in folders:
        names = [path.name.lower() for path in folder.iterdir()]
        assert any(name.startswith(("licen", "readme")) for name in names), folder


def test_a_copy_holds_the_script_that_the_page_runs(copies: Path) -> None:
    for slug, example in EXAMPLES.items():
        served = (ROOT / "static" / example.script).read_bytes()
        assert (copies / f"with-/{slug}/static/{slug}.js").read_bytes() == served


def test_no_copy_names_this_application(copies: Path) -> None:
    for path in copies.glob("with-*/*/*.py"):
        assert not re.search(
            r"^(from|import) app\b", path.read_text(encoding="utf-8"), re.MULTILINE
        )
