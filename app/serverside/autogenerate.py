"""What a migration tool must leave alone: what search indexes and change marks keep.

The models name none of them, so Alembic's autogenerate would drop them.
"""

import re
from typing import Any

import sqlalchemy as sa

from .dialects.sqlite import search_tables
from .sql.change_marks import declared as tracked
from .sql.search_index import declared

_COLUMN = re.compile(r"search_text(_[0-9a-f]{8})?\Z")


def without_search_indexes(
    item: Any, name: str | None, type_: str, reflected: bool, _compare_to: Any
) -> bool:
    """Return whether Alembic should look at something: at all but what the engine keeps.

    Give it to `context.configure` as `include_object`, or call it in your own.
    """
    if not reflected:
        return True
    if type_ == "table":
        made = {made for index in declared for made in search_tables.tables(index)}
        return name not in made | {marks.name for marks in tracked}
    if type_ == "column":
        return not _is_kept(item)
    if type_ == "index":
        columns = list(item.columns)
        return not (columns and all(map(_is_kept, columns)))
    return True


def _is_kept(column: sa.Column[Any]) -> bool:
    """Return whether PostgreSQL keeps a search text in a column."""
    own = any(index.table.name == column.table.name for index in declared)
    return own and column.computed is not None and bool(_COLUMN.match(column.name))
