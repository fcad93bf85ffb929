"""The nested request, read leniently where the protocol says so and strictly elsewhere."""

import re
from typing import Any


class RefusedError(Exception):
    """The request is not a sound DataTables request; `parameter` names the culprit."""

    def __init__(self, parameter: str) -> None:
        super().__init__(f"{parameter} is not sound")
        self.parameter = parameter


class UserError(Exception):
    """Something a user can type is wrong: an answer with `error`, not a refusal."""


def items(value: object) -> list[Any]:
    """Read a list, or an object keyed by index, as a list."""
    if isinstance(value, dict):
        return [value[key] for key in sorted(value, key=int)]
    return list(value) if isinstance(value, (list, tuple)) else []


def tree(value: object) -> dict[str, Any]:
    """Read an object; anything else counts as not given."""
    return value if isinstance(value, dict) else {}


def text(value: object) -> str:
    """Read a scalar as the text that a form would carry; anything else is empty."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (str, int, float)) else ""


def truth(value: object, default: bool) -> bool:
    """Read a boolean: true, "true", 1 and "1" are true; not given is the default."""
    return default if value is None or value == "" else text(value) in ("true", "1")


def integer(value: object, parameter: str, least: int, default: int) -> int:
    """Read an integer of at least `least`, else refuse naming the parameter."""
    if value is None or value == "":
        return default
    if not re.fullmatch(r"\s*-?[0-9]+\s*", text(value)) or int(text(value)) < least:
        raise RefusedError(parameter)
    return int(text(value))
