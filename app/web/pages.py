"""The demo page."""

from pathlib import Path

from flask import Blueprint, current_app, render_template

bp = Blueprint("pages", __name__)

ENDPOINT = "api/users.py"


@bp.get("/")
def index() -> str:
    """Show the table and, below it, the source of the endpoint that answers it."""
    source = Path(current_app.root_path, ENDPOINT).read_text(encoding="utf-8")
    return render_template("index.html", source=source, path=f"app/{ENDPOINT}")
