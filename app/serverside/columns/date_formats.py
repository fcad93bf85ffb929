"""How a page writes dates, in the words of yadcf's `date_format`: ``dd/mm/yyyy``.

https://github.com/vedmack/yadcf. A year has four digits, as `yy` means to jQuery UI's date picker.
"""

import re
from functools import lru_cache

from . import parse_value

_LETTERS = re.compile(r"d{1,2}|m{1,2}|yyyy|yy")
_OTHERS = re.compile(r"[a-z0-9]")
_DIGITS = {"d": "{1,2}", "m": "{1,2}", "y": "{4}"}


def read(text: str, date_format: str | None) -> parse_value.Span | None:
    """Read a date as the page writes it, or as everybody does: ISO. None where it is neither."""
    if date_format:
        match = compiled(date_format).fullmatch(text.strip())
        if match:
            year, month, day = (match[letter].zfill(2) for letter in "ymd")
            return parse_value.span(f"{year}-{month}-{day}")
    return parse_value.span(text)


@lru_cache(maxsize=64)
def compiled(date_format: str) -> re.Pattern[str]:
    """Return what a date of that format looks like. Raises `ValueError` where it is none."""
    letters = date_format.lower()
    parts = _LETTERS.findall(letters)
    mixed = date_format not in (letters, letters.upper())  # `MM` would be a month's name
    if mixed or sorted(part[0] for part in parts) != ["d", "m", "y"]:
        raise _refused(date_format)
    between = _LETTERS.split(letters)
    if any(_OTHERS.search(other) for other in between):
        raise _refused(date_format)
    alone = not any(between)  # then only their number tells digits apart
    pattern = re.escape(between[0])
    for part, other in zip(parts, between[1:], strict=True):
        digits = f"{{{len(part)}}}" if alone and part != "yy" else _DIGITS[part[0]]
        pattern += f"(?P<{part[0]}>[0-9]{digits}){re.escape(other)}"
    return re.compile(pattern)


def _refused(date_format: str) -> ValueError:
    return ValueError(
        f"{date_format!r} is not an allowed value for date_format; write day, month and year as "
        "numbers, each once, like 'dd/mm/yyyy'."
    )


def wanted(date_format: str | None) -> str:
    """Say what dates look like."""
    own = f"{date_format}, " if date_format else ""
    return f"a date like {own}2024-05-31, 2024-05 or 2024"
