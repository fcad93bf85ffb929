"""An example as a folder that runs elsewhere: Flask, its endpoint, models, rows, page and files."""

import io
import json
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from flask import render_template

from app import serverside
from app.examples.clients import Client
from app.examples.example import Example, elsewhere
from app.models import Address, User
from app.seed import rows

APP = Path(__file__).resolve().parent.parent
SHARED = ("admission", "app", "database", "models")  # modules of copied/
USERS, SEED = 300, 1
REQUIREMENTS = f"""\
flask~=3.1
# Built by `make wheel`; pip finds it with --find-links and the folder that holds it.
serverside-datatables[sqlite]~={serverside.__version__}
"""
RUN = """\
pip install --find-links path/to/the/wheel -r requirements.txt
flask run
"""
LICENCES = ("licen[cs]e*", "LICEN[CS]E*", "License*", "README*")
MADE = (1980, 1, 1, 0, 0, 0)  # the same bytes each time


def packed(example: Example, instead: str, static: Path) -> bytes:
    """Return a copy as a ZIP file, which holds one folder."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _files(example, example.clients(instead), static):
            archive.writestr(
                zipfile.ZipInfo(f"{example.slug}/{name}", MADE), content, zipfile.ZIP_DEFLATED
            )
    return buffer.getvalue()


def table(example: Example) -> str:
    """Return the HTML of an example's table, a template itself."""
    return render_template("examples/table.html", page=example.page)


def _files(example: Example, clients: list[Client], static: Path) -> Iterator[tuple[str, bytes]]:
    vendored = [file for client in clients for file in client.files]
    page = render_template(
        "examples/index.html", example=example, files=vendored, table=table(example)
    )
    texts = _modules(example) | {
        "README.txt": f"{example.title}\n\n{example.words}\n\n{RUN}",
        "requirements.txt": REQUIREMENTS,
        "rows.json": _rows(),
        "templates/index.html": page,
    }
    for name, text in texts.items():
        yield name, text.encode()
    yield f"static/{example.slug}.js", (static / example.script).read_bytes()
    for name in (*vendored, *_licences(vendored, static / "vendor")):
        yield f"static/vendor/{name}", (static / "vendor" / name).read_bytes()


def _modules(example: Example) -> dict[str, str]:
    """Return the Python files of a copy."""
    modules = {f"{name}.py": _source(APP / "examples/copied" / f"{name}.py") for name in SHARED}
    modules["endpoint.py"] = example.source
    for name in example.page.also:
        modules[Path(name).name] = _source(APP / name)
        stem = Path(name).stem
        if example.page.also[0] == name:
            modules["app.py"] = _with_blueprint(modules["app.py"], stem)
    return modules


def _source(path: Path) -> str:
    return elsewhere(path.read_text(encoding="utf-8"))


def _with_blueprint(source: str, module: str) -> str:
    """Add a blueprint of the demo's to a copy's app."""
    own = "    app.register_blueprint(bp)\n"
    source = source.replace(
        "from endpoint import bp\n", f"from endpoint import bp\nimport {module}\n"
    )
    return source.replace(own, f'{own}    app.register_blueprint({module}.bp, url_prefix="/api")\n')


def _licences(files: list[str], vendor: Path) -> list[str]:
    """Return the licence files of the packages that files are of."""
    folders = {file.partition("/")[0] for file in files}
    found = {
        path for folder in folders for one in LICENCES for path in vendor.glob(f"{folder}/{one}")
    }
    return sorted(str(path.relative_to(vendor)) for path in found)


@cache
def _rows() -> str:
    """Return the rows of a small database as JSON."""
    tables = {
        Address.__tablename__: (Address, rows.addresses(USERS, SEED)),
        User.__tablename__: (User, rows.users(USERS, SEED)),
    }
    named = {
        name: [dict(zip(model.__table__.columns.keys(), row, strict=True)) for row in made]
        for name, (model, made) in tables.items()
    }
    return json.dumps(named, ensure_ascii=False, indent=0)
