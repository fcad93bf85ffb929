"""The browser's files: for ever at addresses that change with them, compressed beforehand.

Every address starts with a digest of all files. So each may be kept for ever, modules and style
sheets find each other by relative paths, and a page never mixes two versions. `make` writes the
files with compressed copies beside them (`publish.py`) into a folder named by that digest; while
there is none, or none of this state of the files, they are served as they are.
"""

import os
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path

from flask import Blueprint, Flask, current_app, send_from_directory
from flask.helpers import get_debug_flag
from werkzeug.wrappers import Response
from whitenoise import WhiteNoise

from app.settings import PROJECT
from app.web import headers

SOURCE = PROJECT / "static"
PUBLISHED = PROJECT / "build" / "static"

bp = Blueprint("assets", __name__)


def url_path() -> str:
    """Return what the files' addresses start with; while debugging, they change in place."""
    return f"/static/{'debug' if get_debug_flag() else digest()}"


def serve(app: Flask) -> None:
    """Serve the files before Flask sees a request; each is read at start, except in debugging."""
    published = PUBLISHED / digest()
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=published if published.is_dir() and not app.debug else SOURCE,
        prefix=app.static_url_path,
        autorefresh=app.debug,
        max_age=0,
        immutable_file_test=lambda _path, _url: not app.debug,
        add_headers_function=headers.apply_to_file,
    )


@bp.get("/static/<_version>/<path:filename>")
def other_version(_version: str, filename: str) -> Response:
    """Answer for another version's file, while servers are being replaced; it is not to be kept."""
    return send_from_directory(current_app.static_folder or SOURCE, filename, max_age=0)


@cache
def digest() -> str:
    """Return a digest of all files' names and contents."""
    hashed = blake2b(digest_size=6)
    for path in sorted(files(SOURCE)):
        hashed.update(f"{path.relative_to(SOURCE)}\0{path.stat().st_size}\0".encode())
        hashed.update(path.read_bytes())
    return hashed.hexdigest()


def files(folder: Path) -> Iterator[Path]:
    """Give the files below a folder, except hidden ones."""
    for parent, _folders, names in os.walk(folder, followlinks=True):
        yield from (Path(parent, name) for name in names if not name.startswith("."))
