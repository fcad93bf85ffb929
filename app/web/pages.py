"""The demo page."""

from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, render_template

from app.api.options import engine_options

bp = Blueprint("pages", __name__)

ENDPOINT = "api/users.py"
SHORTER = (10, 25, 50, 100)


@bp.get("/")
def index() -> str:
    """Show the table and, below it, the source of the endpoint that answers it."""
    source = Path(current_app.root_path, ENDPOINT).read_text(encoding="utf-8")
    return render_template(
        "index.html", source=source, path=f"app/{ENDPOINT}", lengths=_page_lengths()
    )


def _page_lengths() -> list[Any]:
    """Return the menu of page lengths: up to the longest page, and all, which is cut to that."""
    longest = engine_options()["limits"].max_length
    shorter = [length for length in SHORTER if length < longest]
    return [*shorter, {"label": f"{longest:,}", "value": longest}, {"label": "All", "value": -1}]
