"""Addresses of static files that change when the file does, so that no browser keeps an old one."""

from pathlib import Path
from typing import Any

from flask import current_app


def is_named_by_a_file(name: str) -> bool:
    """Return whether a style sheet or a module names this file: a font, or a module."""
    return name.endswith(".woff2") or (name.startswith("page/") and name.endswith(".js"))


def add_version(endpoint: str, values: dict[str, Any]) -> None:
    """Add a file's time of change to its address, unless another file names it as it is."""
    if endpoint != "static" or is_named_by_a_file(values["filename"]):
        return
    path = Path(current_app.static_folder or "", values["filename"])
    if path.is_file():
        values["v"] = f"{path.stat().st_mtime_ns:x}"
