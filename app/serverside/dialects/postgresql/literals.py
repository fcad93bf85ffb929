"""PostgreSQL: values as its SQL has them (manual, 4.1.2, with `standard_conforming_strings` on)."""

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from ..literals import CONTROL, Writer, number, quoted, written


def literal(value: Any) -> str:
    """Write a value that the driver was given; a text takes the type that it stands beside."""
    return written(value, _WRITERS)


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _number(value: float | Decimal) -> str:
    if math.isnan(value):
        return quoted("NaN")
    return number(value) if math.isfinite(value) else quoted(f"{float(value):+}inity")


def _text(value: str) -> str:
    """Write a text, control characters by their numbers: shells act on them."""
    if not CONTROL.search(value):
        return quoted(value)
    numbered = CONTROL.sub(lambda match: f"\\{ord(match[0]):04x}", value.replace("\\", "\\\\"))
    return f"U&{quoted(numbered)}"


def _bytes(value: Any) -> str:
    return quoted(f"\\x{bytes(value).hex()}")


def _array(values: Sequence[Any]) -> str:
    return f"ARRAY[{', '.join(map(literal, values))}]" if values else "'{}'"


_WRITERS: dict[type, Writer] = {
    bool: _boolean, float: _number, Decimal: _number, str: _text,
    bytes: _bytes, bytearray: _bytes, memoryview: _bytes, list: _array,
}  # fmt: skip
