"""What the settings say to every `DataTables`: its limits, its means of speed, its inspector."""

from typing import Any

from flask import current_app


def engine_options() -> dict[str, Any]:
    """Return `limits`, `tuning` and `inspect` of the current app's settings."""
    options: dict[str, Any] = current_app.extensions["datatables"]
    return options
