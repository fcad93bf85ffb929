"""A value of the nested parameters, read as text, number, flag or list. Raises `BadRequest`."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import BadRequest

_INTEGER = re.compile(r"-?[0-9]{1,18}\Z", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,9}\Z", re.ASCII)
_TRUE = ("true", "1")
_SINGLE = (str, int, float)
_SCALARS = (*_SINGLE, bool, type(None))


class Parameter:
    """A value of the nested parameters that knows its own name, for messages."""

    __slots__ = ("_above", "_own", "value")

    def __init__(self, value: Any, name: str, above: "Parameter | None" = None) -> None:
        self.value, self._own, self._above = value, name, above

    def __getitem__(self, key: str) -> "Parameter":
        inner = self.value.get(key) if is_mapping(self.value) else None
        return Parameter(inner, key, self)

    def __repr__(self) -> str:
        return f"Parameter({self.value!r}, {self.name!r})"

    @property
    def name(self) -> str:
        """The name as it travels, ``columns[0][data]``; most nodes are never asked for it."""
        above = self._above.name if self._above is not None else ""
        return f"{above}[{self._own}]" if above else self._own

    def text(self, limit: int, default: str = "") -> str:
        """Return the scalar as text; null and missing are `default`."""
        if self.value is None or self.value in ({}, []):  # a form sends nothing for these
            return default
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        if not isinstance(self.value, str | int | float):
            raise BadRequest(self.name, "must be a single value")
        text = str(self.value)
        if len(text) > limit:
            raise BadRequest(self.name, f"is longer than {limit} characters")
        return text

    def stored_text(self, limit: int) -> str:
        """Return the scalar as a text that every database can hold."""
        text = self.text(limit)
        if not storable(text):
            raise BadRequest(self.name, "holds what no database can hold")
        return text

    def integer(self, default: int, least: int) -> int:
        """Return a whole number of at most 18 digits that is not below `least`."""
        text = self.text(limit=30_000).strip()
        if text == "":
            return default
        if not _INTEGER.match(text):
            raise BadRequest(self.name, "must be a whole number")
        if int(text) < least:
            raise BadRequest(self.name, f"must be {least} or more")
        return int(text)

    def flag(self) -> bool:
        """Return a boolean, also when it came as text."""
        return self.text(limit=30_000) in _TRUE

    def items(self, limit: int) -> "list[Parameter]":
        """Return the entries of a list; an object keyed by numbers is one, gaps and all."""
        if self.value is None or self.value == "":
            return []
        if is_mapping(self.value):
            pairs = list(_numbered(self))
        elif isinstance(self.value, list | tuple):
            pairs = list(enumerate(self.value))
        else:
            raise BadRequest(self.name, "must be a list")
        if len(pairs) > limit:
            raise BadRequest(self.name, f"has more than {limit} entries")
        return [Parameter(value, str(number), self) for number, value in sorted(pairs, key=_first)]


def is_mapping(value: Any) -> bool:
    """Tell at once for what a request is made of; the abstract class takes its time."""
    return type(value) is dict or (type(value) not in _SCALARS and isinstance(value, Mapping))


def _first(pair: tuple[int, Any]) -> int:
    return pair[0]


def _numbered(node: Parameter) -> Iterator[tuple[int, Any]]:
    for key, value in node.value.items():
        if not _NUMBER.match(str(key)):
            raise BadRequest(node.name, "must be a list")
        yield int(key), value


def storable(text: str) -> bool:
    """Return whether a database can hold the text: no NUL, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
