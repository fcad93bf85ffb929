"""Draws over tables and queries unlike the demo's: every way the engine has gives one answer."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from app.serverside import ColumnDT, DataTables, Tuning

DEFAULT_TUNING = Tuning()
TINY = Tuning(few=3, deep=2, anchor_step=2)
PLAIN = Tuning(late_rows=False)
TUNINGS = (DEFAULT_TUNING, TINY, PLAIN)


def sent(columns: Sequence[ColumnDT], **parts: Any) -> dict[str, Any]:
    """Build a request over all columns; `order` is a list of (column, direction)."""
    order = [{"column": n, "dir": way} for n, way in parts.pop("order", [])]
    search = {"value": parts.pop("search", "")}
    wanted = parts.pop("wanted", {})
    listed = [
        {"data": column.mData, "search": {"value": wanted.get(column.mData, "")}}
        for column in columns
    ]
    window = {"draw": 1, "start": 0, "length": 100}
    return {**window, "columns": listed, "order": order, "search": search, **parts}


def answer(
    engine: Engine | Connection,
    query: Any,
    columns: Sequence[ColumnDT],
    tuning: Tuning = DEFAULT_TUNING,
    **parts: Any,
) -> dict[str, Any]:
    """Answer one draw; `query` may be a function of the session."""
    with Session(engine) as session:
        own = query(session) if callable(query) else query
        table = DataTables(sent(columns, **parts), own, columns, session=session, tuning=tuning)
        result: dict[str, Any] = table.output_result()
    assert "error" not in result
    return result


def drawn(
    engine: Engine | Connection, query: Any, columns: Sequence[ColumnDT], **parts: Any
) -> Any:
    """Return (recordsTotal, recordsFiltered, rows), the same in whatever way they are found."""
    found = []
    for tuning in TUNINGS:
        for _ in range(2):  # the second finds remembered what the first has read
            got = answer(engine, query, columns, tuning, **parts)
            rows = [tuple(row[str(column.mData)] for column in columns) for row in got["data"]]
            found.append((got["recordsTotal"], got["recordsFiltered"], rows))
    assert all(one == found[0] for one in found), found
    return found[0]


def rows(engine: Engine | Connection, query: Any, columns: Sequence[ColumnDT], **parts: Any) -> Any:
    """Return the rows of a draw."""
    return drawn(engine, query, columns, **parts)[2]


def walked(
    engine: Engine | Connection, query: Any, columns: Sequence[ColumnDT], length: int, **parts: Any
) -> list[Any]:
    """Return the rows of all pages, one after the other."""
    total = drawn(engine, query, columns, **parts)[1]
    return [
        row
        for start in range(0, total, length)
        for row in rows(engine, query, columns, start=start, length=length, **parts)
    ]
