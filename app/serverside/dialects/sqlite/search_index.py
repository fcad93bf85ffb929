"""SQLite's search index, searched: the side table's text, or the FTS5 trigrams of it.

Rows that triggers could not fold are compared in full; see `search_tables.py`.
"""

from typing import Any

import sqlalchemy as sa

from ...naming import part_name
from ..expressions import Expression
from ..search_text import SEPARATOR, STAND_IN, SearchText
from .search_tables import names

TRIGRAM = 3  # characters; shorter texts the index can't find


def found(index: SearchText, table: Any, text: str, *, by_index: bool) -> Expression:
    """Test a row against the list of all rows that contain the text, by the index or a scan."""
    side = _side(index)
    own = index.table.alias(part_name("own"))
    pending = (
        sa.select(side.c.id)
        .join(own, _key(index, own) == side.c.id)
        .where(side.c.text.is_(None), sa.func.instr(_folded(index, own), text) > 0)
    )
    if len(text) < TRIGRAM or not by_index:
        rows: Any = sa.select(side.c.id).where(sa.func.instr(side.c.text, text) > 0)
    else:
        trigrams = sa.table(names(index)["trigrams"], sa.column("rowid"), sa.column("text"))
        rows = sa.select(trigrams.c.rowid).where(trigrams.c.text.op("GLOB")(_glob(text)))
    test: Expression = _key(index, table).in_(rows.union_all(pending))
    return test


def contains(index: SearchText, table: Any, text: str) -> Expression:
    """Test a row by its own folded text: for a walk that soon ends."""
    side = _side(index)
    kept = sa.select(side.c.text).where(side.c.id == _key(index, table)).scalar_subquery()
    return sa.func.instr(sa.func.coalesce(kept, _folded(index, table)), text) > 0


def _folded(index: SearchText, table: Any) -> Any:
    """Return the search text of a row that the triggers could not fold."""
    text = sa.Text()
    separator = sa.literal(SEPARATOR, text)
    stand_in = sa.literal(STAND_IN, text)
    whole: Any = None
    for column in index.columns:
        own = sa.func.replace(table.c[column.key], separator, stand_in, type_=text)
        filled = sa.func.coalesce(own, sa.literal("", text), type_=text)
        whole = filled if whole is None else whole.concat(separator).concat(filled)
    return sa.func.serverside_folded(whole, type_=text)


def _key(index: SearchText, table: Any) -> Any:
    [key] = index.table.primary_key
    return table.c[key.key]


def _side(index: SearchText) -> Any:
    side = names(index)["side"]
    return sa.table(side, sa.column("id", sa.Integer()), sa.column("text", sa.Text())).alias(
        part_name("side")
    )


def _glob(text: str) -> str:
    return "*" + "".join(f"[{char}]" if char in "*?[" else char for char in text) + "*"
