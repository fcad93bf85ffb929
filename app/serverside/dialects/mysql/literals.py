"""MySQL and MariaDB: values as their SQL has them, but in the mode NO_BACKSLASH_ESCAPES.

https://mariadb.com/docs/server/reference/sql-structure/sql-language-structure/string-literals
"""

import math
from datetime import timedelta
from typing import Any

from ..literals import CONTROL, Writer, number, quoted, written

_MINUTE = 60


def literal(value: Any) -> str:
    """Write a value that the driver was given."""
    return written(value, _WRITERS)


def _boolean(value: bool) -> str:
    return str(int(value))


def _double(value: float) -> str:
    return number(value) if math.isfinite(value) else "NULL"  # the driver refuses these


def _bytes(value: Any) -> str:
    return f"X'{bytes(value).hex()}'"


def _text(value: str) -> str:
    """Write a text; one with control characters as its bytes: shells act on them."""
    if CONTROL.search(value):
        return f"_utf8mb4 {_bytes(value.encode())}"
    return quoted(value.replace("\\", "\\\\"))


def _span(value: timedelta) -> str:
    """Write what the driver writes for a TIME."""
    minutes, seconds = divmod(abs(value).total_seconds(), _MINUTE)
    hours, minutes = divmod(minutes, _MINUTE)
    sign = "-" if value < timedelta() else ""
    return quoted(f"{sign}{hours:02.0f}:{minutes:02.0f}:{seconds:09.6f}")


_WRITERS: dict[type, Writer] = {
    bool: _boolean, float: _double, str: _text, timedelta: _span,
    bytes: _bytes, bytearray: _bytes, memoryview: _bytes,
}  # fmt: skip
