"""MySQL and MariaDB: a column of the database's own that holds what orders a text, with its index.

MariaDB has no index of an expression. The column is computed when it is read, nobody sees it who
does not name it, and `facts.py` knows it by its expression.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from .exact import caseless_bytes_sql

_QUOTE = mysql.dialect().identifier_preparer
_LENGTH = 255  # of a text that does not say how long it may be
_BYTES = 4  # of a character, at most


def order_statement(column: sa.Column[Any]) -> str:
    """Write what adds the column and its index."""
    table, length = column.table, getattr(column.type, "length", None) or _LENGTH
    name = _QUOTE.quote_identifier(f"{column.name}_order")
    keys = ", ".join(_QUOTE.quote(key.name) for key in table.primary_key)
    index = _QUOTE.quote_identifier(f"ix_{getattr(table, 'name', '')}_{column.name}_order")
    return (
        f"ALTER TABLE {_QUOTE.format_table(table)} "
        f"ADD COLUMN {name} VARBINARY({_BYTES * length}) "
        f"AS ({caseless_bytes_sql(_QUOTE.quote(column.name))}) VIRTUAL INVISIBLE, "
        f"ADD INDEX {index} ({name}, {keys})"
    )
