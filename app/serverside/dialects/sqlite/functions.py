"""What SQLite lacks, as functions of ours: folding, and regular expressions in linear time."""

import json
import re
from functools import lru_cache
from typing import Any

try:
    import re2
except ModuleNotFoundError:  # it is the distribution's extra `sqlite`
    re2 = None

from ...columns.fold import fold
from ...columns.patterns import caseless, expression
from ...errors import UserError
from ..base import BAD_PATTERN

_NO_RE2 = "Regular expressions can't be searched for here; the server lacks google-re2."


def _folded(value: Any) -> str | None:
    return None if value is None else fold(str(value))


@lru_cache(maxsize=8)
def compiled(pattern: str) -> Any:
    """Return a pattern ready to use. Raises `UserError` where it is none."""
    if re2 is None:
        raise UserError(_NO_RE2)
    options = re2.Options()
    options.case_sensitive = False
    options.dot_nl = True  # as in PostgreSQL, where a dot matches a line's end
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error:
        raise UserError(BAD_PATTERN) from None


def _matches(pattern: str, value: Any) -> bool | None:
    return None if value is None else compiled(pattern).search(str(value)) is not None


def _caseless(value: Any) -> str | None:
    return None if value is None else caseless(str(value))


@lru_cache(maxsize=8)
def _pattern(pattern: str) -> Any:
    if re2 is None:
        return re.compile(expression(pattern), re.DOTALL)
    options = re2.Options()
    options.dot_nl = True
    return re2.compile(expression(pattern, re2.escape), options)


def _like(pattern: str, value: Any) -> bool | None:
    return None if value is None else _pattern(pattern).fullmatch(str(value)) is not None


def _json(value: Any) -> str | None:
    """Write a JSON value as its cell shows it: a text by itself, all else as JSON."""
    if value is None:
        return None
    try:
        held = json.loads(str(value))  # SQLite keeps a number as a number
    except ValueError:  # another program wrote what is no JSON
        return str(value)
    if held is None or isinstance(held, str):
        return held
    return json.dumps(held, ensure_ascii=False)


FUNCTIONS = {
    "serverside_folded": (_folded, 1),
    "serverside_matches": (_matches, 2),
    "serverside_caseless": (_caseless, 1),
    "serverside_like": (_like, 2),
    "serverside_json": (_json, 1),
}
