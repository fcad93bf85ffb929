"""Rows as an Excel file that is sent while it is written.

XlsxWriter in constant memory keeps the sheet on disk until the last row, 746 bytes a user, and has
nothing to send before; so the one sheet is written here, into the standard library's zip.
ECMA-376, https://ecma-international.org/publications-and-standards/standards/ecma-376/.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import orjson

from app.api.lines import in_batches
from app.api.spreadsheet_parts import BOLD, DAY, HEAD, HUNDREDTHS, MOMENT, PARTS, SHEET, TAIL
from app.serverside import MatchingRows, json_value

# https://support.microsoft.com/office/excel-specifications-and-limits
MOST_ROWS = 1_048_575  # below the header
_MOST_UNITS = 32_767  # of UTF-16 in a cell; a longer text is cut, with dots at its end
_DIGITS = 15  # that a number keeps; one with more is a text
_EPOCH = date(1899, 12, 30).toordinal()
_FIRST_DAY = 61  # 1 March 1900: before, Excel counts a day that never was

_QUICK = 1  # zlib's level: twice as fast as its default, 6, for files a sixth larger
# What XML or Excel would take for something else: 22.9.2.19 (ST_Xstring) of the standard.
_SPECIAL = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x(?=[0-9A-Fa-f]{4}_)")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "_x": "_x005F_x"}


def xlsx_pieces(rows: MatchingRows) -> Iterator[bytes]:
    """Yield an Excel file of one sheet, with a header; texts are texts, never formulas or links.

    Numbers, booleans, dates and moments (in UTC) are Excel's own as far as it has such.
    """
    pieces = _Pieces()
    with ZipFile(pieces, "w", ZIP_DEFLATED, compresslevel=_QUICK) as archive:
        for name, text in PARTS.items():
            archive.writestr(name, text)
        with archive.open(SHEET, "w") as sheet:
            sheet.write((HEAD + _row(rows.names, BOLD)).encode())
            for batch in in_batches(rows.values()):
                sheet.write("".join(map(_row, batch)).encode())
                yield pieces.taken()
            sheet.write(TAIL.encode())
    yield pieces.taken()


class _Pieces:
    """A file that can't be read or sought, and is taken away as it grows."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: bytes) -> int:
        """Hold bytes."""
        self._held += data
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back."""

    def close(self) -> None:
        """Nothing is to be freed."""

    def taken(self) -> bytes:
        """Return what was written since."""
        held, self._held = bytes(self._held), bytearray()
        return held


def _row(values: Any, style: int = 0) -> str:
    cells = [_WRITERS.get(type(value), _other)(value, style) for value in values]
    return f"<row>{''.join(cells)}</row>"


def _text(value: str, style: int = 0) -> str:
    if len(value) > _MOST_UNITS // 2:
        value = _shortened(value)
    if _SPECIAL.search(value):
        value = _SPECIAL.sub(_escaped, value)
    space = ' xml:space="preserve"' if value != value.strip() else ""
    own = f' s="{style}"' if style else ""
    return f'<c{own} t="inlineStr"><is><t{space}>{value}</t></is></c>'


def _escaped(match: re.Match[str]) -> str:
    return _ENTITIES.get(match[0]) or f"_x{ord(match[0]):04X}_"


def _shortened(value: str) -> str:
    units = value.encode("utf-16-le")
    if len(units) <= 2 * _MOST_UNITS:
        return value
    return units[: 2 * _MOST_UNITS - 2].decode("utf-16-le", "ignore") + "…"


def _integer(value: int, _style: int = 0) -> str:
    return _number(value) if abs(value) < 10**_DIGITS else _text(str(value))


def _decimal(value: Decimal, _style: int = 0) -> str:
    if not value.is_finite() or len(value.as_tuple().digits) > _DIGITS:
        return _text(f"{value:f}")
    written = f"{value:f}"
    return _number(written, HUNDREDTHS if written[-3:-2] == "." else 0)


def _float(value: float, _style: int = 0) -> str:
    return _number(repr(value)) if isfinite(value) else "<c/>"


def _date(value: date, _style: int = 0) -> str:
    serial = value.toordinal() - _EPOCH
    return _number(serial, DAY) if serial >= _FIRST_DAY else _text(value.isoformat())


def _moment(value: datetime, _style: int = 0) -> str:
    try:
        local = value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:  # a moment of the first or the last day that there is
        return _other(value)
    serial = local.toordinal() - _EPOCH
    if serial < _FIRST_DAY:
        return _other(value)
    since = local - datetime.combine(local.date(), time())
    return _number(repr(serial + since / timedelta(days=1)), MOMENT)


def _number(written: Any, style: int = 0) -> str:
    return f'<c s="{style}"><v>{written}</v></c>' if style else f"<c><v>{written}</v></c>"


def _other(value: Any, style: int = 0) -> str:
    shown = json_value(value)
    if isinstance(shown, dict | list):
        return _text(orjson.dumps(shown).decode())
    write = _WRITERS.get(type(shown))
    return _text(str(shown)) if write is None else write(shown, style)


_WRITERS: dict[type, Callable[[Any, int], str]] = {
    str: _text,
    type(None): lambda _value, _style: "<c/>",
    bool: lambda value, _style: f'<c t="b"><v>{value:d}</v></c>',
    int: _integer,
    float: _float,
    Decimal: _decimal,
    date: _date,
    datetime: _moment,
}
