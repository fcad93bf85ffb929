"""Addresses of static files that change when the file does, so that no browser keeps an old one."""

from pathlib import Path
from typing import Any

from flask import current_app


def add_version(endpoint: str, values: dict[str, Any]) -> None:
    """Add a file's time of change to its address; fonts keep the one that the style sheet names."""
    if endpoint != "static" or values["filename"].endswith(".woff2"):
        return
    path = Path(current_app.static_folder or "", values["filename"])
    if path.is_file():
        values["v"] = f"{path.stat().st_mtime_ns:x}"
