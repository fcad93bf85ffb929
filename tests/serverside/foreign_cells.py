"""A table with a column of each type that stores something else than it shows."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from app.serverside import ColumnDT, DataTables
from app.serverside.columns.json_value import json_value
from tests.serverside.foreign_types import (
    Anything,
    Backwards,
    Cents,
    Day,
    Flag,
    Key,
    Level,
    Lower,
    Moment,
    Numbered,
    Price,
)

metadata = sa.MetaData()
FOREIGN = sa.Table(
    "foreign_types",
    metadata,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("cents", Cents()),
    sa.Column("price", Price()),
    sa.Column("flag", Flag()),
    sa.Column("moment", Moment()),
    sa.Column("day", Day()),
    sa.Column("key", Key()),
    sa.Column("level", Numbered()),
    sa.Column("backwards", Backwards()),
    sa.Column("anything", Anything()),
    sa.Column("lower", Lower()),
    sa.Column("lasts", sa.Interval()),
    sa.Column("code", sa.Uuid(as_uuid=False)),
    sa.Column("native", sa.Uuid(native_uuid=False)),
    sa.Column("variant", sa.Text().with_variant(sa.Integer(), "postgresql", "sqlite", "mysql")),
    sa.Column("json", sa.JSON().with_variant(postgresql.JSONB(), "postgresql")),
    sa.Column("plain", sa.JSON()),
    sa.Column("time", sa.Time()),
    sa.Column("bytes", sa.LargeBinary()),
    sa.Column("small", sa.REAL()),
    sa.Column("loose", sa.Numeric(asdecimal=False)),
    sa.Column("zoned", sa.DateTime(timezone=True)),
    sa.Column("rounded", sa.Float(asdecimal=True, decimal_return_scale=2)),
)


def _uuid(number: int) -> uuid.UUID:
    return uuid.UUID(int=number * 0x1234567890ABCDEF1234567 % 2**128, version=4)


def _row(n: int) -> dict[str, Any]:
    moment = datetime(2024, 1 + n % 12, 1 + n % 28, n % 24, n % 60, tzinfo=UTC)
    texts = ["Ann", "bob", "Zoé", "a,b", "true", "12"]
    return {
        "id": n,
        "cents": [Decimal(3), Decimal("25.5"), Decimal(-7), Decimal(100), Decimal("9.99")][n % 5],
        "price": Decimal(n * 7 % 11) / 4,
        "flag": n % 3 == 0,
        "moment": moment,
        "day": date(2023 + n % 2, 1 + n * 5 % 12, 1 + n % 28),
        "key": _uuid(n),
        "level": list(Level)[n % 3],
        "backwards": texts[n % 6],
        "anything": [n, str(n), [n], {"n": n}, True][n % 5],
        "lower": texts[n % 6].lower(),
        "lasts": timedelta(seconds=[90, 5400, 2024, -30, 1.5][n % 5]),
        "code": str(_uuid(n + 100)),
        "native": _uuid(n + 200),
        "variant": n * 5 % 13,
        "json": [{"name": "Zoé", "n": n}, "Zoé", [1, 2], n, "12"][n % 5],
        "plain": ["é \u0000 nul", {"k": texts[n % 6]}, texts[n % 6]][n % 3 if n % 4 else 2],
        "time": (
            datetime(2024, 1, 1, 9, tzinfo=UTC) + timedelta(minutes=n, milliseconds=n % 2 * 250)
        ).time(),
        "bytes": bytes([n, 255 - n]),
        "small": n / 10,
        "loose": n / 4,
        "zoned": datetime(1, 1, 1 + n % 9, tzinfo=UTC),
        "rounded": n % 7 / 3,
    }


_EMPTY = dict.fromkeys(FOREIGN.c.keys())
ROWS = [*map(_row, range(1, 31)), *(_EMPTY | {"id": n} for n in (31, 32))]
SHOWN = [
    {name: json_value(item) for name, item in row.items()}
    | {"flag": bool(row["flag"]), "rounded": row["rounded"] and round(row["rounded"], 2)}
    for row in ROWS
]
Ask = Callable[..., dict[str, Any]]


def load_foreign(engine: sa.Engine) -> Ask:
    """Create the table and fill it; return what draws its key and one column."""
    metadata.create_all(engine)
    with engine.begin() as connection:
        if not connection.scalar(sa.select(FOREIGN.c.id).limit(1)):
            connection.execute(sa.insert(FOREIGN), ROWS)

    def ask(name: str, *, method: str = "string_contains", **parts: Any) -> dict[str, Any]:
        request = {"draw": 1, "start": 0, "length": 100, "columns": column(name), **parts}
        declared = _declared(name, method)
        with Session(engine) as session:
            query = sa.select().select_from(FOREIGN)
            return DataTables(request, query, declared, True, session=session).output_result()

    return ask


@cache
def _declared(name: str, method: str) -> list[ColumnDT]:
    column = ColumnDT(FOREIGN.c[name], mData=name, search_method=method, options=True)
    return [ColumnDT(FOREIGN.c.id, mData="id"), column]


def column(name: str, **parts: Any) -> list[dict[str, Any]]:
    """Give the columns of a request, the second with parts of its own."""
    return [{"data": "id"}, {"data": name, **parts}]


def ids(answer: dict[str, Any]) -> list[int]:
    """Return the keys of the rows."""
    return [row["id"] for row in answer["data"]]


def those(test: Callable[[dict[str, Any]], Any]) -> list[int]:
    """Return the keys of the rows whose shown cells pass a test."""
    return [row["id"] for row in SHOWN if test(row)]


def written(cell: Any) -> str:
    """Write a cell as JavaScript does."""
    return str(cell).lower() if isinstance(cell, bool) else str(cell).removesuffix(".0")
