r"""The patterns of `like` and `ilike`: ``%`` is any text, ``_`` a character, ``\`` takes that away.

PostgreSQL's own reading, on every database: case counts for `like` and for no letter in `ilike`,
accents count for both. A backslash at the end, which PostgreSQL refuses, is a plain one.
"""

import re
from collections.abc import Callable

_TOKEN = re.compile(r"\\(.)|([%_])|([^%_\\]+)", re.DOTALL)
_WILD = {"%": ".*", "_": "."}


def caseless(text: str) -> str:
    """Return the form in which texts that differ in case alone are equal."""
    return text.lower().replace("ς", "σ")  # which lower() writes at the end of a word


def complete(pattern: str) -> str:
    """Return a pattern whose last backslash stands before a character."""
    backslashes = len(pattern) - len(pattern.rstrip("\\"))
    return pattern + "\\" * (backslashes % 2)


def expression(pattern: str, escape: Callable[[str], str] = re.escape) -> str:
    """Return a pattern as a regular expression for a whole text, whose dots match line ends."""
    parts = (
        _WILD.get(wild) or escape(plain or several)
        for plain, wild, several in _TOKEN.findall(complete(pattern))
    )
    return "".join(parts)


def matches(pattern: str, text: str) -> bool:
    """Return whether a pattern matches all of a text."""
    return re.fullmatch(expression(pattern), text, re.DOTALL) is not None
