"""Small tables to search: their rows, what a draw finds in them, and by which index."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from app.serverside import ColumnDT, DataTables
from app.serverside.dialects.catalogue import looking

TEXTS = ["plain", "Zoé Ångström", "50% off", "a\\b", "it's", "日本語テキスト", "", "zoetrope"]


def rows(table: sa.Table, *names: str, key: str = "id") -> list[dict[str, Any]]:
    """Return rows for a table, the same texts in another order in each column."""
    return [
        {key: n + 1} | {name: TEXTS[n * (2 * place + 1) % 8] for place, name in enumerate(names)}
        for n in range(len(TEXTS))
    ]


def fill(engine: Engine, table: sa.Table, *names: str, key: str = "id") -> None:
    with engine.begin() as connection:
        connection.execute(table.insert(), rows(table, *names, key=key))


def draw(bind: Any, table: Any, term: str, columns: Sequence[Any] = ()) -> list[Any]:
    """Return the first column's values of the rows that a term finds."""
    shown = [ColumnDT(c, mData=f"c{n}") for n, c in enumerate(columns or table.c)]
    request = {
        "draw": 1, "start": 0, "length": 100, "search": {"value": f'"{term}"'},
        "columns": [{"data": column.mData} for column in shown],
    }  # fmt: skip
    with Session(bind) as session:
        query = sa.select().select_from(table)
        answer = DataTables(request, query, shown, session=session).output_result()
    assert "error" not in answer
    assert answer["recordsFiltered"] == len(answer["data"])
    return sorted(row["c0"] for row in answer["data"])


@contextmanager
def recorded(engine: Engine, *, catalogue_too: bool = False) -> Iterator[list[str]]:
    """Record the statements of draws, without those that ask for the schema, or with them."""
    sent: list[str] = []

    def note(*call: Any) -> None:
        if catalogue_too or not looking.get():
            sent.append(str(call[2]))

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def uses_index(engine: Engine, table: Any, term: str = "angstrom", **options: Any) -> bool:
    """Tell whether a draw's statement reads a search index."""
    with recorded(engine) as sent:
        draw(engine, table, term, **options)
    return any("search_text_" in sql or "_search_index" in sql for sql in sent)
