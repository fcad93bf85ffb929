"""PostgreSQL: which state of the data a statement saw."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from ..change_marks import together
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


def _storage(table: Any) -> Any:
    """Return where rows lie, as it is now and not in the snapshot; NULL for a view and its like.

    A file that is emptied or rewritten shows snapshots from before that no rows.
    """
    file = sa.cast(sa.func.pg_relation_filenode(table), sa.Text())
    return sa.func.coalesce(file, sa.func.pg_get_partkeydef(table))


def _stored_elsewhere(table: Any) -> Any:
    """Return whether a relation has no file of its own, as a view, or partitions that may not."""
    file = sa.func.pg_relation_filenode(table)
    split = sa.func.pg_get_partkeydef(table)
    return sa.and_(file.is_(None), sa.or_(split.is_(None), _FOREIGN.exists()))


def _regclass(table: Any) -> Any:
    return sa.cast(sa.literal(full_name(table), sa.Text()), postgresql.REGCLASS())


def _of_the_cluster() -> Any:
    """Return what changes with every commit to any database; NULL on a standby."""
    snapshot = sa.cast(sa.func.pg_current_snapshot(), sa.Text())
    shown = sa.func.concat_ws("/", snapshot, sa.func.pg_postmaster_start_time(), _RECOVERED)
    return sa.case((sa.func.pg_is_in_recovery(), sa.null()), else_=shown)


def token(tables: Collection[Any], marks: Sequence[Any]) -> list[Any]:
    """Return the tables' marks or the snapshot, and what else decides what is seen and how."""
    data = sa.func.coalesce(together(marks), _of_the_cluster()) if marks else _of_the_cluster()
    relations = [*map(_regclass, sorted(tables, key=str))]
    stored = [*map(_storage, relations)]
    around = sa.func.concat_ws(
        "/",
        "",
        *stored,
        sa.literal_column("current_database()"),
        sa.literal_column("current_user"),
        sa.func.pg_my_temp_schema(),
        *(sa.func.current_setting(name) for name in _SETTINGS),
    )
    unknown = (
        *map(sa.func.row_security_active, relations),
        *map(_stored_elsewhere, relations),
    )
    shown = sa.type_coerce(data, sa.Text()).concat(around)
    return [sa.case((sa.or_(sa.false(), *unknown), sa.null()), else_=shown)]
