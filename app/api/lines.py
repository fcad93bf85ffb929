"""Rows as lines of text: CSV for spreadsheets, JSON for programs."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar

import orjson

from app.serverside import MatchingRows, json_value

T = TypeVar("T")

AT_ONCE = 200  # rows in one piece of a file, some 40 kB

# With what a spreadsheet takes a text for a formula; the wide ones are the same to it in some
# languages. https://owasp.org/www-community/attacks/CSV_Injection
FORMULAS = frozenset("=+-@\t\r\n＝＋－＠")
_BYTE_ORDER_MARK = "\ufeff"  # without it, Excel does not take the file for UTF-8


def csv_pieces(rows: MatchingRows) -> Iterator[bytes]:
    """Yield a CSV file (RFC 4180), in UTF-8, with a header; no text in it is a formula.

    Dates, booleans and all else are written as the table shows them, numbers with all their digits.
    """
    piece = io.StringIO(newline="")
    writer = csv.writer(piece)
    piece.write(_BYTE_ORDER_MARK)
    writer.writerow(map(_text, rows.names))
    for batch in in_batches(rows.values()):
        writer.writerows([[_WRITERS[type(v)](v) for v in values] for values in batch])
        yield piece.getvalue().encode()
        piece.seek(0)
        piece.truncate()
    yield piece.getvalue().encode()


def json_pieces(rows: MatchingRows) -> Iterator[bytes]:
    """Yield a JSON object a line, as `data` of an answer has it (https://jsonlines.org)."""
    for batch in in_batches(iter(rows)):
        yield b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in batch)


def in_batches(rows: Iterable[T]) -> Iterator[list[T]]:
    """Yield rows in lists of `AT_ONCE`."""
    iterator = iter(rows)
    while batch := list(islice(iterator, AT_ONCE)):
        yield batch


def _text(value: str) -> str:
    """Keep a text from being a formula."""
    return f"'{value}" if value[:1] in FORMULAS else value


def _other(value: Any) -> Any:
    shown = json_value(value)
    if isinstance(shown, str):
        return _text(shown)
    return orjson.dumps(shown).decode() if isinstance(shown, dict | list) else shown


class _Writers(dict[type, Callable[[Any], Any]]):
    """What writes a value, by its type."""

    def __missing__(self, _: type) -> Callable[[Any], Any]:
        return _other


_WRITERS = _Writers({
    str: _text,
    bool: lambda value: "true" if value else "false",
    int: int,
    Decimal: "{:f}".format,
    date: date.isoformat,
    type(None): lambda _: "",
})  # fmt: skip
