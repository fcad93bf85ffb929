"""Values written into statements are what the driver would have sent."""

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from app.serverside.dialects import dialect_of
from app.serverside.dialects.literals import filled
from tests.serverside.searched import TEXTS

NASTY = [
    "'",
    "''",
    "\\",
    "\\'",
    "%",
    "%%",
    "a\x1fb",
    "\n\t",
    "--",
    ";",
    "$1",
    ":x",
    "?",
    "\x1f\\'é",
]
BOTH: list[tuple[Any, str]] = [
    *((value, "text") for value in [*TEXTS, *NASTY]),
    (None, "text"), (0, "bigint"), (-1, "bigint"), (2**63 - 1, "bigint"), (-(2**63), "bigint"),
    (1.5, "float8"), (-1e300, "float8"), (math.inf, "float8"), (-math.inf, "float8"),
]  # fmt: skip
POSTGRESQL: list[tuple[Any, str]] = [
    (True, "boolean"), (False, "boolean"), (math.nan, "float8"), (b"\x00'\xff", "bytea"),
    (Decimal("-12.50"), "numeric"), (Decimal("1E+3"), "numeric"), (date(1990, 2, 28), "date"),
    (datetime(2024, 5, 31, 12, 30, 0, 5), "timestamp"),  # noqa: DTZ001 - as one without a zone
    (datetime(2024, 5, 31, 12, 30, tzinfo=UTC), "timestamptz"),
    (timedelta(days=-2, microseconds=5), "interval"), (UUID(int=7), "uuid"),
    (["a'", "\\", None], "text[]"), ([], "text[]"), ([[1, -2], [3, 4]], "int[]"),
    (SimpleNamespace(obj={"a": ["'", None]}), "jsonb"),
]  # fmt: skip
SQLITE: list[tuple[Any, str]] = [
    (True, "int"), (b"\x00'\xff", "blob"), ("a\x00b", "text"), (math.nan, "float"),
]  # fmt: skip
MYSQL: list[tuple[Any, str]] = [
    (True, "int"), (b"\x00'\xff", "blob"), ("a\x00b", "text"), (math.nan, "float"),
    (Decimal("-12.50"), "money"), (date(1990, 2, 28), "day"),
    (datetime(2024, 5, 31, 12, 30, 0, 5), "moment"),  # noqa: DTZ001 - as all are there
    (timedelta(days=-2, microseconds=5), "clock"), (timedelta(hours=7, seconds=3), "clock"),
]  # fmt: skip
OWN = {"sqlite": SQLITE, "postgresql": POSTGRESQL, "mysql": MYSQL}
MYSQL_CASTS = {
    "bigint": "CAST({} AS SIGNED)", "float8": "CAST({} AS DOUBLE)", "clock": "CAST({} AS TIME(6))",
    "money": "CAST({} AS DECIMAL(9,2))", "day": "CAST({} AS DATE)",
    "moment": "CAST({} AS DATETIME(6))",
}  # fmt: skip


@pytest.fixture
def literal(engine: Engine) -> Callable[[Any], str]:
    """Give the database's own way to write a value."""
    return dialect_of(engine).literal


@pytest.mark.parametrize(("value", "kind"), [*BOTH, *POSTGRESQL, *SQLITE, *MYSQL[4:]])
def test_a_literal_is_the_value(
    engine: Engine, literal: Callable[[Any], str], value: Any, kind: str
) -> None:
    name = engine.dialect.name
    if (value, kind) not in [*BOTH, *OWN[name]]:
        assert literal(value)
        return
    casts = {"postgresql": f"{{}}::{kind}", "mysql": MYSQL_CASTS.get(kind, "{}")}
    cast = casts.get(name, "{}")
    with engine.connect() as connection:
        cursor: Any = connection.connection.cursor()
        cursor.execute(f"SELECT {cast.format(literal(value))}")
        [got] = cursor.fetchone()
    wanted = getattr(value, "obj", value)
    if isinstance(value, float) and math.isnan(value):
        assert math.isnan(got) if name == "postgresql" else got is None
    elif value in (math.inf, -math.inf) and name == "mysql":
        assert got is None, "the driver refuses it"
    else:
        assert got == wanted


def test_a_minus_after_a_minus_is_no_comment(engine: Engine, literal: Callable[[Any], str]) -> None:
    with engine.connect() as connection:
        assert connection.scalar(text(f"SELECT 5 -{literal(-3)}")) == 8


PLACES = [
    ("qmark", "a = ? AND b = '?' AND \"?\" = ? -- ?\nOR c", (1, 2)),
    ("numeric", "a = :1 AND b = ':1' AND \":2\" = :2 -- :1\nOR c", (1, 2)),
    ("numeric_dollar", "a = $1 AND b = '$1' AND \"$2\" = $2 -- $1\nOR c", (1, 2)),
    ("named", "a = :x AND b = ':x' AND \":y\" = :y -- :x\nOR c", {"x": 1, "y": 2}),
    ("format", "a = %s AND b = '%%s' AND \"%%s\" = %s -- %%s\nOR c", (1, 2)),
    ("pyformat", "a = %(x)s AND b = '%%(x)s' AND \"%%\" = %(y y)s -- %%\nOR c",
     {"x": 1, "y y": 2}),
]  # fmt: skip


@pytest.mark.parametrize(("paramstyle", "sql", "parameters"), PLACES)
def test_only_parameters_are_filled_in(paramstyle: str, sql: str, parameters: Any) -> None:
    sign = {"qmark": "?", "format": "%s"}.get(paramstyle, "")
    found = filled(sql, parameters, paramstyle, lambda value: f"<{value}>")
    assert found.startswith("a = <1> AND b = '")
    assert '" = <2> -- ' in found
    assert found.count("<") == 2
    assert "%%" not in found
    assert found.count(sign) == 3 if sign else True


def test_a_cast_is_no_parameter() -> None:
    assert filled("a::int = :int", {"int": 1}, "named", str) == "a::int = 1"
