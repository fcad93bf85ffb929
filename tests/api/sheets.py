"""An Excel file, read by the standard alone: the zip and its XML."""

import io
import re
import zipfile
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

EPOCH = date(1899, 12, 30)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ESCAPED = re.compile("_x([0-9A-F]{4})_")


def cells(content: bytes) -> list[list[Any]]:
    """Return the rows of the one sheet; every cell is a text, a number, a boolean or nothing."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            assert b"<f" not in archive.read(name).replace(b"<fill", b"").replace(b"<font", b"")
        sheet = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - it is ours
    return [[_value(cell) for cell in row] for row in sheet.iter(f"{_MAIN}row")]


def _value(cell: ET.Element) -> Any:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        [found] = cell.iter(f"{_MAIN}t")
        written = found.text or ""
        if written != written.strip():
            assert found.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"
        return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), written)
    number = cell.findtext(f"{_MAIN}v")
    assert kind in ("n", "b")
    if number is None:
        return None
    return number == "1" if kind == "b" else float(number)
