"""Small tables whose changes are marked, and what a draw over them says, beside what they hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.serverside import ColumnDT, DataTables, Tuning, track_changes
from app.serverside.dialects.change_marks import MarkState

METADATA = sa.MetaData()
MAKERS = sa.Table(
    "Makers",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text),
)
GOODS = sa.Table(
    "goods",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text),
    sa.Column("code", sa.Text, unique=True),
    sa.Column("maker", sa.ForeignKey(MAKERS.c.id, ondelete="CASCADE")),
    sa.Column("part_of", sa.ForeignKey("goods.id", ondelete="CASCADE")),
)
CHANGES = track_changes(GOODS, MAKERS)
[OF_GOODS, OF_MAKERS] = CHANGES.tables
COLUMNS = [
    ColumnDT(GOODS.c.id, mData="id"),
    ColumnDT(GOODS.c.name, mData="name", options=True),
    ColumnDT(MAKERS.c.name, mData="maker"),
]
ROWS = [
    {"id": n, "name": f"good {n}", "code": f"c{n}", "maker": n % 3 + 1, "part_of": None}
    for n in range(1, 21)
]
Shown = tuple[int, int, list[tuple[Any, ...]]]


def goods() -> sa.Select[Any]:
    """Select the goods and their makers."""
    return sa.select().select_from(GOODS.outerjoin(MAKERS))


def fill(engine: Engine) -> None:
    """Make the tables anew, with twenty goods of three makers."""
    METADATA.drop_all(engine)
    METADATA.create_all(engine)
    with engine.begin() as connection:
        connection.execute(sa.insert(MAKERS), [{"id": n, "name": f"maker {n}"} for n in (1, 2, 3)])
        connection.execute(sa.insert(GOODS), ROWS)


def shown(bind: Any, query: Any = None, *, tuning: Tuning = Tuning(), **parts: Any) -> Shown:  # noqa: B008
    """Return both totals and the rows that a draw answers."""
    request = {
        "draw": 1, "start": 0, "length": 100,
        "columns": [{"data": column.mData} for column in COLUMNS],
    } | parts  # fmt: skip
    with Session(bind) as session:
        table = DataTables(
            request, goods() if query is None else query, COLUMNS, session=session, tuning=tuning
        )
        answer = table.output_result()
    assert "error" not in answer
    rows = [tuple(row.values()) for row in answer["data"]]
    return answer["recordsTotal"], answer["recordsFiltered"], rows


def held(bind: Engine) -> Shown:
    """Return what the tables hold, read in plain SQL."""
    query = goods().add_columns(GOODS.c.id, GOODS.c.name, MAKERS.c.name).order_by(GOODS.c.id)
    with bind.connect() as connection:
        rows = [tuple(row) for row in connection.execute(query)]
    return len(rows), len(rows), rows


def states(engine: Engine) -> list[MarkState]:
    """Return the state of the goods' marks, and the makers'."""
    with engine.connect() as connection:
        return CHANGES.states_in(connection)


def run(engine: Engine, *statements: str) -> None:
    """Run statements in one transaction."""
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@contextmanager
def falsified(engine: Engine, by: int = 1000) -> Iterator[None]:
    """Let the marks of the goods tell another number of rows: who believes it has not counted."""
    change = {
        "sqlite": "UPDATE goods_change_marks SET total = total + {}",
        "postgresql": "UPDATE goods_change_marks SET delta = delta + {} "
        "WHERE id = (SELECT max(id) FROM goods_change_marks)",
    }[engine.dialect.name]
    run(engine, change.format(by))
    yield
    run(engine, change.format(-by))
