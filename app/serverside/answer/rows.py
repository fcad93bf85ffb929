"""Database values become JSON values; names with dots become nested objects."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..columns.json_value import json_value
from ..plan.lookup import Declaration
from ..wire.request import DrawRequest

Row = dict[str, Any]
Builder = Callable[[Sequence[Any]], Any]
Member = Callable[[Row], Any]


@dataclass(slots=True)
class Shape:
    """What a page's rows look like; `members` take a row by its names, whatever its shape."""

    declaration: Declaration
    request: DrawRequest
    arrays: bool
    members: Mapping[str, Member]

    def of(self, rows: Sequence[Sequence[Any]]) -> list[Any]:
        """Return the answer's rows, made from the values of the database's."""
        named = builder(self.declaration.keys)
        build, zoned = self._builder(named), self.declaration.zoned
        made = [build(in_utc(values, zoned)) for values in rows]
        if self.members:
            for row, values in zip(made, rows, strict=True):
                own = row if build is named else named(values)
                row |= {name: member(own) for name, member in self.members.items()}
        return made

    def _builder(self, named: Builder) -> Builder:
        """Return what makes a row: by names, or as the page asks that has only numbers."""
        if self.arrays:
            return array
        by_number = self.declaration.numbered(self.request.columns)
        columns = range(len(self.declaration.columns))
        return builder([str(number) for number in columns]) if by_number else named


def array(values: Sequence[Any]) -> list[Any]:
    """Make the answer's list from a row's values."""
    return [json_value(item) for item in values]


def builder(names: Sequence[str]) -> Builder:
    """Return a function that makes the answer's object from a row's values."""
    if not any("." in name for name in names):
        return lambda values: dict(zip(names, map(json_value, values), strict=True))
    paths = [name.split(".") for name in names]

    def nested(values: Sequence[Any]) -> Row:
        row: Row = {}
        for path, item in zip(paths, values, strict=True):
            here = row
            for step in path[:-1]:
                here = here.setdefault(step, {})
            here[path[-1]] = json_value(item)
        return row

    return nested


def in_utc(values: Sequence[Any], zoned: Sequence[int]) -> Sequence[Any]:
    """Give moments of columns with a zone theirs back where the database keeps none: it is UTC."""
    if not any(isinstance(values[n], datetime) and values[n].tzinfo is None for n in zoned):
        return values
    aware = list(values)
    for number in zoned:
        if isinstance(aware[number], datetime):
            aware[number] = aware[number].replace(tzinfo=UTC)
    return aware
