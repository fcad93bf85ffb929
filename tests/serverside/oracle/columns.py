"""What a table declares, and how a request's columns are found in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.serverside.oracle.reading import RefusedError

TEXTS = frozenset({"text", "enum"})
NUMBERS = frozenset({"integer", "number", "float"})
DATES = frozenset({"date", "datetime"})


@dataclass(frozen=True)
class Column:
    """One declared column; rows are dicts keyed by `data`."""

    data: str
    kind: str = "text"
    name: str | None = None
    search_method: str = "string_contains"
    searchable: bool = True
    orderable: bool = True
    global_search: bool = True
    nulls_order: str | None = None
    options: bool = False

    @property
    def may_search(self) -> bool:
        """Tell whether any search may look at this column."""
        return self.searchable and self.search_method != "none"


def find(columns: Sequence[Column], asked: dict[str, Any], purpose: str) -> Column | None:
    """Find a requested column by `data`, else `name`, else number; None is the page's own."""
    keys = _keys(asked.get("data"), purpose)
    for found in (_by_data(columns, keys), _by_name(columns, asked.get("name"))):
        if found is not None:
            return found
    for key in keys:
        if re.fullmatch("[0-9]+", key) and int(key) < len(columns):
            return columns[int(key)]
    return None


def refuse_unknown(columns: Sequence[Column], asked: dict[str, Any], purpose: str) -> None:
    """Refuse to search or order by a column that has data which nobody declared."""
    if _keys(asked.get("data"), purpose) and find(columns, asked, purpose) is None:
        raise RefusedError("columns[data]")


def find_text(columns: Sequence[Column], key: object) -> Column | None:
    """Find a column by the text of its `data`, as SearchBuilder and SearchPanes name it."""
    keys = _keys(key, "filter")
    found = _by_data(columns, keys)
    if found is None and keys and re.fullmatch("[0-9]+", keys[0]) and int(keys[0]) < len(columns):
        return columns[int(keys[0])]
    return found


def _keys(data: object, purpose: str) -> list[str]:
    parts = [data.get(purpose), data.get("_")] if isinstance(data, dict) else [data]
    texts = ["" if part is None else str(part) for part in parts]
    return [re.sub(r"\[[^]]*\]", "", text) for text in texts if text not in ("", "function")]


def _by_data(columns: Sequence[Column], keys: Sequence[str]) -> Column | None:
    return next((c for key in keys for c in columns if c.data == key), None)


def _by_name(columns: Sequence[Column], name: object) -> Column | None:
    if not name:
        return None
    by_name = next((c for c in columns if c.name == name), None)
    return by_name or next((c for c in columns if c.data == name), None)
