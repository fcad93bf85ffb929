"""Which declared column a name of the request means."""

import re
from collections.abc import Iterable, Sequence

from ..cache import remembered
from ..columns.column import ColumnDT
from ..errors import BadRequest
from ..wire.request import ColumnRequest

NOT_DECLARED = "names a column that this table does not have"
_COLUMN_BYTES = 500
_ARRAY_NOTATION = re.compile(r"\[[^\[\]]*\]")


class Declaration:
    """The declared columns, found by the names a client may use."""

    def __init__(self, columns: Sequence[ColumnDT]) -> None:
        """Raise `ValueError` where two columns would share a key of the answer."""
        self.columns = tuple(columns)
        self.zoned = [n for n, column in enumerate(columns) if column.zoned]
        self.keys = [column.mData or str(number) for number, column in enumerate(columns)]
        self._named = {c.column_name: c for c in reversed(self.columns) if c.column_name}
        self._named.update(zip(self.keys, self.columns, strict=True))
        pairs = [*zip(self.keys, self.columns, strict=True)]
        self._keys = {id(column): key for key, column in reversed(pairs)}
        for key in self.keys:
            if self.keys.count(key) > 1 or any(other.startswith(key + ".") for other in self.keys):
                raise ValueError(f"Two columns answer under the name {key!r}.")

    def find(self, request: ColumnRequest, role: str) -> ColumnDT | None:
        """Return the column that a request's entry means for ordering or searching.

        None for a column of the page's own: it has no data, or such as the server did not declare.
        """
        sources = request.names(role)
        for name in (*sources, request.name):
            if column := self._named.get(_plain(name)):
                return column
        for name in sources:
            if name.isascii() and name.isdigit() and int(name) < len(self.columns):
                return self.columns[int(name)]
        return None

    def lookup(self, name: str) -> ColumnDT | None:
        """Return the column that an extension names by its `data` as text; None for no column."""
        name = _plain(name)
        if column := self._named.get(name):
            return column
        numbered = name.isascii() and name.isdigit() and int(name) < len(self.columns)
        return self.columns[int(name)] if numbered else None

    def numbered(self, requests: Iterable[ColumnRequest]) -> bool:
        """Return whether a request names its columns by number, as a page without `data` does."""
        sources = {source for request in requests for source in request.sources.values()}
        numbers = {source for source in sources if source.isascii() and source.isdigit()}
        named = any(_plain(source) in self._named for source in sources - numbers)
        return bool(numbers) and not named and not any(map(self._otherwise, numbers))

    def _otherwise(self, number: str) -> bool:
        """Return whether a number is the name of another column than the one at its place."""
        column, position = self._named.get(number), int(number)
        placed = self.columns[position] if position < len(self.columns) else None
        return column is not None and column is not placed

    def key(self, column: ColumnDT) -> str:
        """Return the name that a declared column answers under."""
        return self._keys[id(column)]

    def named(self, name: str, parameter: str) -> ColumnDT:
        """Return the column of that name. Raises `BadRequest`."""
        if column := self._named.get(name):
            return column
        raise BadRequest(parameter, NOT_DECLARED)


def declared(columns: tuple[ColumnDT, ...]) -> Declaration:
    """Return the declaration of columns, which most endpoints declare once."""
    weight = _COLUMN_BYTES * len(columns)
    return remembered(("declaration", columns), lambda: Declaration(columns), lambda _: weight)


def _plain(name: str) -> str:
    return _ARRAY_NOTATION.sub("", name) if "[" in name else name
