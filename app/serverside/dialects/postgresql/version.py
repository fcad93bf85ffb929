"""PostgreSQL: which state of the data a statement saw."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from .facts import full_name

# What decides, beside the data, which tables a name means and how values become text.
_SETTINGS = (
    "search_path", "TimeZone", "DateStyle", "IntervalStyle", "extra_float_digits", "bytea_output",
    "lc_monetary", "lc_numeric", "lc_time",
)  # fmt: skip

# After a crash, transactions that were lost give their numbers to others, and unlogged tables are
# empty; the server's start stays the same. But the recovery ended with a checkpoint of its own.
_RECOVERED: Any = sa.literal_column("(pg_catalog.pg_control_checkpoint()).checkpoint_lsn")
_FOREIGN: Any = sa.select(sa.literal_column("1")).select_from(
    sa.table("pg_foreign_table", schema="pg_catalog")
)


def _stored_elsewhere(table: Any) -> Any:
    """Return whether a relation has no file of its own, as a view, or partitions that may not."""
    file = sa.func.pg_relation_filenode(table)
    split = sa.func.pg_get_partkeydef(table)
    return sa.and_(file.is_(None), sa.or_(split.is_(None), _FOREIGN.exists()))


def _regclass(table: Any) -> Any:
    return sa.cast(sa.literal(full_name(table), sa.Text()), postgresql.REGCLASS())


def token(tables: Collection[Any]) -> list[Any]:
    """Return the snapshot, and what else decides which rows are seen and how."""
    shown = sa.func.concat_ws(
        "/",
        sa.cast(sa.func.pg_current_snapshot(), sa.Text()),
        sa.func.pg_postmaster_start_time(),
        _RECOVERED,
        sa.literal_column("current_database()"),
        sa.literal_column("current_user"),
        sa.func.pg_my_temp_schema(),
        *(sa.func.current_setting(name) for name in _SETTINGS),
    )
    unknown = [sa.func.pg_is_in_recovery()]
    for table in map(_regclass, sorted(tables, key=str)):
        unknown += [sa.func.row_security_active(table), _stored_elsewhere(table)]
    return [sa.case((sa.or_(*unknown), sa.null()), else_=shown)]
