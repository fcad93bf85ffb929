"""JSON schemas of requests and answers, from declared columns and limits."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import FromClause

from app.serverside import ColumnDT, Limits

Schema = dict[str, Any]

REF = "#/components/schemas/"
TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
MILLISECONDS: Schema = {"type": "number", "minimum": 0}
TEXTS: Schema = {"type": "array", "items": TEXT}
KINDS: dict[str, Schema] = {
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "float": {"type": "number"},
    "boolean": FLAG,
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "uuid": {"type": "string", "format": "uuid"},
}


def obj(properties: Schema, required: Sequence[str] | None = None) -> Schema:
    """Describe an object; all its members are required unless some are named."""
    required = list(properties) if required is None else list(required)
    return {"type": "object", "properties": properties, "required": required}


def row(columns: Sequence[ColumnDT], table: FromClause, *members: str) -> Schema:
    """Describe a row: its columns by kind; what is not from `table` itself may be null."""
    cells = {str(column.mData): _cell(column, table) for column in columns}
    return obj(cells | dict.fromkeys(members, TEXT))


def _cell(column: ColumnDT, table: FromClause) -> Schema:
    shown = column.sqla_expr
    schema = KINDS.get(column.shown_kind, TEXT)
    if getattr(shown, "table", None) is table and not shown.nullable:
        return schema
    return schema | {"type": [schema["type"], "null"]}


def answer(row: str, *, inspected: bool) -> Schema:
    """Describe the answer to a draw; extensions add members of their own."""
    rows = _list({"$ref": REF + row})
    totals = {"draw": COUNT, "recordsTotal": COUNT, "recordsFiltered": COUNT, "data": rows}
    notices = TEXTS | {"description": "Remarks for the user."}
    more = {"inspector": inspector()} if inspected else {}
    return obj(totals | {"notices": notices} | more, required=list(totals))


def inspector() -> Schema:
    """Describe how an answer was made."""
    request = {"draw": COUNT, "start": COUNT, "length": COUNT, "search": TEXT, "columns": TEXTS}
    step = obj({"depth": COUNT, "text": TEXT, "detail": TEXT})
    statement = {
        "purpose": {"type": "string", "enum": ["page", "count", "anchors", "options", "schema"]},
        "sql": TEXT, "milliseconds": MILLISECONDS, "rows": COUNT | {"type": ["integer", "null"]},
        "plan": _list(step),
    }  # fmt: skip
    return obj(
        {
            "database": TEXT,
            "milliseconds": MILLISECONDS,
            "request": obj(request),
            "conditions": _list(obj({"source": TEXT, "words": TEXT})),
            "order": TEXTS,
            "statements": _list(obj(statement, required=[n for n in statement if n != "plan"])),
            "remembered": _list(obj({"what": TEXT, "used": FLAG, "why": TEXT})),
            "rows": COUNT,
            "matched": COUNT,
            "total": COUNT,
        }
    )


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def failure() -> Schema:
    """Describe the answer where something is wrong: no rows, and one sentence."""
    none = {"type": "array", "maxItems": 0}
    return obj(
        {
            "draw": COUNT,
            "recordsTotal": COUNT,
            "recordsFiltered": COUNT,
            "data": none,
            "error": TEXT,
        }
    )


def draw(columns: Sequence[ColumnDT], limits: Limits) -> Schema:
    """Describe a request, within the limits; the form of a query is the same in brackets."""
    sources = {"type": ["string", "object", "null"], "description": _names(columns)}
    asked = obj(
        {
            "data": sources, "name": TEXT, "searchable": FLAG, "orderable": FLAG,
            "search": _search(limits), "columnControl": {"type": "object"},
        },
        required=["data"],
    )  # fmt: skip
    direction = {"type": "string", "enum": ["asc", "desc", ""]}
    order = obj({"column": COUNT, "dir": direction, "name": TEXT}, required=[])
    criteria = {"type": "array", "items": {"type": "object"}, "maxItems": limits.max_criteria}
    logic = {"type": "string", "enum": ["AND", "OR"]}
    length = {"type": "integer", "minimum": -1}
    return obj(
        {
            "draw": COUNT,
            "start": COUNT,
            "length": length | {"description": f"Rows; -1 and more than {limits.max_length} are "
                                               f"cut to {limits.max_length}."},
            "search": _search(limits),
            "columns": {"type": "array", "items": asked, "minItems": 1,
                        "maxItems": limits.max_columns},
            "order": {"type": "array", "items": order, "maxItems": limits.max_orders},
            "searchBuilder": obj({"criteria": criteria, "logic": logic}, required=[]),
            "searchPanes": {"type": "object"},
        },
        required=["columns"],
    )  # fmt: skip


def export(columns: Sequence[ColumnDT], limits: Limits) -> Schema:
    """Describe a request for all rows, in which nothing is required."""
    seen = {"type": "array", "items": TEXT, "maxItems": limits.max_columns,
            "description": "Which of `columns` the file has, by their `data`."}  # fmt: skip
    return obj(draw(columns, limits)["properties"] | {"visible": seen}, required=[])


def _search(limits: Limits) -> Schema:
    term = TEXT | {"maxLength": limits.max_term_length}
    fixed = obj({"name": TEXT, "term": term}, required=["term"])
    terms = {"type": "array", "items": fixed, "maxItems": limits.max_terms}
    return obj({"value": term, "regex": FLAG, "fixed": terms}, required=[])


def _names(columns: Sequence[ColumnDT]) -> str:
    return "One of " + ", ".join(str(column.mData) for column in columns) + "; or the client's own."
