"""SQLite: values as its SQL has them (https://www.sqlite.org/lang_expr.html, "Literal Values")."""

import math
import re
from typing import Any

from ..literals import CONTROL, Writer, number, quoted, written
from .functions import FUNCTIONS

_OURS = re.compile(rf"\b({'|'.join(FUNCTIONS)})\(")
_INFINITE = "9e999"


def literal(value: Any) -> str:
    """Write a value that the driver was given."""
    return written(value, _WRITERS)


def _boolean(value: bool) -> str:
    return str(int(value))


def _double(value: float) -> str:
    if math.isnan(value):
        return "NULL"
    return number(value).replace("inf", _INFINITE)


def _bytes(value: Any) -> str:
    return f"X'{bytes(value).hex()}'"


def _text(value: str) -> str:
    """Write a text; one with control characters as bytes: shells act on them, a NUL ends all."""
    return f"CAST({_bytes(value.encode())} AS TEXT)" if CONTROL.search(value) else quoted(value)


_WRITERS: dict[type, Writer] = {
    bool: _boolean, float: _double, str: _text,
    bytes: _bytes, bytearray: _bytes, memoryview: _bytes,
}  # fmt: skip


def remark(sql: str) -> str:
    """Say which functions of a statement only the engine's connections have."""
    names = [f"{name}()" for name in dict.fromkeys(_OURS.findall(sql))]
    if not names:
        return ""
    return f"The sqlite3 shell lacks {' and '.join(names)}, which the engine adds to a connection."
