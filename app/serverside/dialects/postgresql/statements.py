"""PostgreSQL's statements that SQLAlchemy has no words for: names in them, and running them."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

# Written without regard to a driver's paramstyle; `run` doubles percent signs where it must.
QUOTE = postgresql.dialect(paramstyle="named").identifier_preparer  # type: ignore[no-untyped-call]


def written(name: str, schema: str | None) -> str:
    """Write a name, in its schema where that is known."""
    return f"{QUOTE.quote_schema(schema)}.{QUOTE.quote(name)}" if schema else QUOTE.quote(name)


def run(connection: sa.Connection, statement: str) -> sa.CursorResult[Any]:
    """Run a statement that has no parameters."""
    doubled = connection.dialect.paramstyle in ("format", "pyformat")
    return connection.exec_driver_sql(statement.replace("%", "%%") if doubled else statement)
