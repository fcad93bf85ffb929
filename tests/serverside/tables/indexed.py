"""`people` and `places` once more, with a search index on each; plain tables without models."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Column, ForeignKey, Select, Table, select

from app.serverside import search_index
from tests.serverside.tables.base import Base
from tests.serverside.tables.people import PEOPLE, Person, Place


def _twin(table: Any, name: str, *instead: Column[Any]) -> Table:
    """Copy a table under another name, some columns replaced."""
    replaced = {column.name for column in instead}
    kept = (column._copy() for column in table.columns if column.name not in replaced)
    return Table(name, Base.metadata, *kept, *instead)


PLACES = _twin(Place.__table__, "indexed_places")
FOUND = _twin(
    Person.__table__, "indexed_people", Column("place_id", ForeignKey(PLACES.c.id), index=True)
)
SEARCHES = (search_index(FOUND.c.name, FOUND.c.nick), search_index(PLACES.c.city, PLACES.c.country))


def _query() -> Select[Any]:
    return select().select_from(FOUND.outerjoin(PLACES))


def _expression(name: str) -> Any:
    table, _, own = name.rpartition(".")
    return (PLACES if table else FOUND).c[own]


INDEXED = replace(
    PEOPLE,
    models={PLACES: PEOPLE.models[Place], FOUND: PEOPLE.models[Person]},
    expressions={column.data: _expression(column.data) for column in PEOPLE.described},
    query=_query,
)
