"""Ask a test table in short, and name the rows that plain Python would find."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from app.serverside import BadRequest, DataTables, Limits
from tests.serverside.tables import STAFF, Table

Row = dict[str, Any]


def request_for(table: Table, **parts: Any) -> dict[str, Any]:
    """Give a request for all rows and columns; each part but a column's own joins it as it is."""
    columns = [{"data": column.data} for column in table.described]
    return {"draw": 1, "start": 0, "length": 1000, "columns": columns, **parts}


def found(table: Table, engine: Engine, **parts: Any) -> list[int]:
    """Return the ids of the rows that a request finds."""
    answer = table.draw(engine, request_for(table, **parts))
    assert answer["recordsFiltered"] == len(answer["data"])
    return [row["id"] for row in answer["data"]]


def noticed(table: Table, engine: Engine, **parts: Any) -> list[str]:
    """Return the notices of an answer."""
    return list(table.draw(engine, request_for(table, **parts)).get("notices", []))


def those(table: Table, test: Callable[[Row], Any]) -> list[int]:
    """Return the ids of the rows that pass a test; there must be some, and not all."""
    ids = [row["id"] for row in table.rows if test(row)]
    assert 0 < len(ids) < len(table.rows)
    return ids


def everyone(table: Table) -> list[int]:
    """Return all ids."""
    return [row["id"] for row in table.rows]


def refused(table: Table, limits: Limits, **parts: Any) -> str:
    """Return the parameter that a bad request is refused for; no database is asked."""
    never_asked = create_engine("sqlite://", creator=lambda: pytest.fail("a database is asked"))
    request = request_for(table, **parts)
    with Session(never_asked) as session, pytest.raises(BadRequest) as caught:
        DataTables(request, table.query(), table.columns, session=session, limits=limits)
    assert caught.value.parameter in str(caught.value)
    return caught.value.parameter


def criterion(data: str, condition: str, *values: str, **more: Any) -> dict[str, Any]:
    """Give one of SearchBuilder's criteria."""
    return {"origData": data, "condition": condition, "value": list(values), **more}


def group(*criteria: Any, logic: str = "AND") -> dict[str, Any]:
    """Give one of SearchBuilder's groups."""
    return {"criteria": list(criteria), "logic": logic}


def built(engine: Engine, *criteria: Any, logic: str = "AND", table: Table = STAFF) -> list[int]:
    """Return the ids of the rows that SearchBuilder's criteria find."""
    return found(table, engine, searchBuilder=group(*criteria, logic=logic))


def control(
    table: Table, data: str, entries: Any = None, /, *, searchable: bool = True, **search: str
) -> list[dict[str, Any]]:
    """Give the columns of a request, one with ColumnControl's input and list."""
    asked = {"search": search, "list": entries}
    return [
        {"data": column.data, "searchable": searchable}
        | ({"columnControl": asked} if column.data == data else {})
        for column in table.described
    ]


def typed(
    engine: Engine, data: str, logic: str, value: str, *, mask: str = "", table: Table = STAFF
) -> list[int]:
    """Return the ids of the rows that one column's input finds."""
    return found(table, engine, columns=control(table, data, logic=logic, value=value, mask=mask))
