"""PostgreSQL: the types of expressions, as the database tells them, and what their cells show."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ...columns.shown import Foreign, Natural, Padded, kind_of_type
from ..expressions import Expression

# pg_type.oid, which is fixed for the types that are built in
_KNOWN: dict[int, Any] = {
    16: sa.Boolean(), 17: sa.LargeBinary(), 20: sa.BigInteger(), 21: sa.SmallInteger(),
    23: sa.Integer(), 25: sa.Text(), 26: pg.OID(), 114: sa.JSON(), 650: pg.CIDR(), 700: sa.REAL(),
    701: sa.Double(), 790: pg.MONEY(), 869: pg.INET(), 1042: sa.CHAR(), 1043: sa.Text(),
    1082: sa.Date(), 1083: sa.Time(), 1114: sa.DateTime(), 1184: sa.DateTime(timezone=True),
    1186: pg.INTERVAL(), 1700: sa.Numeric(), 2950: sa.Uuid(), 3802: pg.JSONB(),
    1005: pg.ARRAY(sa.Integer()), 1007: pg.ARRAY(sa.Integer()), 1016: pg.ARRAY(sa.BigInteger()),
    1009: pg.ARRAY(sa.Text()), 1015: pg.ARRAY(sa.Text()), 2951: pg.ARRAY(sa.Uuid()),
}  # fmt: skip
# What drivers make something of their own of: times with a zone, arrays, records, ranges.
_MADE = sa.text(
    "SELECT oid FROM pg_catalog.pg_type WHERE oid = ANY(:oids) "
    "AND (oid IN (1266, 2249) OR typcategory IN ('A', 'R') OR typtype IN ('c', 'm'))"
)


def types_of(connection: sa.Connection, rows: sa.Select[Any]) -> list[Any]:
    """Describe a query without rows; a domain is described as what it is made of."""
    found = connection.execute(rows.order_by(None).limit(0).offset(None))
    described: Any = found.cursor
    oids = [column[1] for column in described.description]
    found.close()
    rest = [oid for oid in oids if oid not in _KNOWN]
    made = set(connection.scalars(_MADE, {"oids": rest})) if rest else set()
    return [_KNOWN.get(oid) or (Natural() if oid in made else Foreign()) for oid in oids]


_UNORDERED = (pg.JSON, sa.JSON, Foreign)
_WRITTEN = (
    pg.CIDR, pg.MACADDR, pg.MACADDR8, pg.BIT, pg.TSVECTOR, pg.TSQUERY, pg.HSTORE, pg.MONEY,
    pg.REGCLASS, pg.REGCONFIG, pg.INT4RANGE, pg.INT8RANGE, pg.NUMRANGE, pg.DATERANGE, Foreign,
)  # fmt: skip
_ITEMS = ("text", "integer", "boolean", "uuid")
_DOUBLE_DIGITS = 15  # that a double holds of any number
_REAL_BITS = 24


def orders(type_: Any) -> bool:
    """Return whether there is an order of a type's values."""
    return isinstance(type_, pg.JSONB) or not isinstance(type_, _UNORDERED)


def as_shown(expression: Any, type_: Any) -> Expression | None:
    """Compare texts exactly and without padding, and short floats by the digits they show."""
    if isinstance(type_, sa.Float):
        return _double(expression, type_)
    if isinstance(type_, sa.Numeric):
        fits = type_.asdecimal or 0 < (type_.precision or 0) <= _DOUBLE_DIGITS
        return None if fits else sa.cast(expression, sa.Double())
    return None if isinstance(type_, sa.Enum) else _text(expression, type_)


def _double(expression: Any, type_: Any) -> Expression | None:
    short = isinstance(type_, sa.REAL) or 0 < (type_.precision or 0) <= _REAL_BITS
    return sa.cast(sa.cast(expression, sa.Text()), sa.Double()) if short else None


def _text(expression: Any, type_: Any) -> Expression | None:
    if isinstance(type_, sa.CHAR):
        return sa.cast(expression, Padded())
    if isinstance(type_, pg.CITEXT):
        return sa.cast(expression, sa.Text())
    if isinstance(type_, sa.String) and type_.collation:
        return sa.type_coerce(sa.collate(expression, "C"), sa.Text())
    return None


def shown_text(expression: Any, type_: Any) -> Expression | None:
    """Write a value of the rarer types as its cell shows it."""
    plain, text = sa.type_coerce(expression, sa.types.NullType()), sa.Text()
    if isinstance(type_, sa.JSON):
        return _json(plain, type_)
    if isinstance(type_, pg.INET):
        return sa.func.abbrev(plain, type_=text)
    if isinstance(type_, sa.LargeBinary):
        return sa.func.encode(plain, "hex", type_=text)
    if isinstance(type_, sa.Time) and not type_.timezone:
        clock = sa.func.to_char(sa.cast(plain, pg.INTERVAL()), "HH24:MI:SS.US", type_=text)
        return sa.func.replace(clock, ".000000", "", type_=text)
    if isinstance(type_, sa.ARRAY):
        return _listed(plain, type_)
    written = isinstance(type_, (*_WRITTEN, pg.OID))
    return sa.cast(plain, text) if written else None


def _json(plain: Any, type_: Any) -> Expression:
    """Write a text by itself, all else as JSON; a NUL can't be a text's, and stays escaped."""
    own: Expression = plain.op("#>>", return_type=sa.Text())(sa.literal_column("'{}'"))
    if isinstance(type_, pg.JSONB):
        return own
    whole = sa.cast(plain, sa.Text())
    return sa.case((whole.contains("\\u0000", autoescape=True), whole), else_=own)


def _listed(plain: Any, type_: Any) -> Expression | None:
    """Write the items with commas between them, as a browser does; an empty one for NULL."""
    if kind_of_type(type_.item_type) not in _ITEMS:
        return None
    items = sa.cast(plain, pg.ARRAY(sa.Text()))
    return sa.func.array_to_string(items, ",", "", type_=sa.Text())
