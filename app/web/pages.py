"""The demo page, the pages' navigation, and the page for an address that leads nowhere."""

from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.api.options import engine_options

bp = Blueprint("pages", __name__)

ENDPOINT = "api/users.py"
SHORTER = (10, 25, 50, 100)
# name, key of the page, address; a page that this app does not have is left out
PAGES = (
    ("Table", "table", "/"),
    ("Compare", "compare", "/compare"),
    ("Examples", "examples", "/examples"),
    ("API", "docs", "/docs"),
)


@bp.get("/")
def index() -> str:
    """Show the table and, below it, the source of the endpoint that answers it."""
    source = Path(current_app.root_path, ENDPOINT).read_text(encoding="utf-8")
    return render_template(
        "index.html",
        page="table",
        source=source,
        path=f"app/{ENDPOINT}",
        lengths=_page_lengths(),
    )


@bp.app_context_processor
def navigation() -> dict[str, Any]:
    """Give every template the pages there are."""
    there = {rule.rule.rstrip("/") or "/" for rule in current_app.url_map.iter_rules()}
    root = request.script_root
    pages = [(name, key, root + path) for name, key, path in PAGES if path in there]
    return {"pages": [*pages, ("Source", "source", f"{root}/#source")]}


def not_found(error: NotFound) -> tuple[str, int] | NotFound | Response:
    """Show a page of our own where a reader went astray; programs get the plain answer."""
    if request.path.startswith(("/api/", "/static/")):
        return error
    return render_template("404.html", page=None), 404


def _page_lengths() -> list[Any]:
    """Return the menu of page lengths: up to the longest page, and all, which is cut to that."""
    longest = engine_options()["limits"].max_length
    shorter = [length for length in SHORTER if length < longest]
    return [*shorter, {"label": f"{longest:,}", "value": longest}, {"label": "All", "value": -1}]
