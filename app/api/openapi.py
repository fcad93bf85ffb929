"""/openapi.json: the endpoints described in OpenAPI 3.1, generated from what they declare."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, current_app

from app.api import schemas
from app.api.export import KINDS
from app.api.options import engine_options
from app.api.users import COLUMNS
from app.models import User
from app.serverside import ColumnDT, Limits

bp = Blueprint("openapi", __name__)

Described = dict[str, Any]

FORMS = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")
FAILURES = {
    "400": "Not a sound DataTables request; `error` names the parameter.",
    "413": "The body is too large.",
    "429": "Too many requests of this client are under way.",
    "500": "A defect; `error` carries an id that is in the log.",
    "503": "The database does not answer right now, or the server has too much to do.",
}
RETRIED = ("429", "503")
# What the server answers by itself, before a request is one of ours.
SERVERS = {
    "408": "The request took too long to arrive.",
    "414": "The request line is longer than 4,094 bytes; send the draw by POST.",
    "431": "The headers are too large.",
    "501": "The transfer coding is none that is known.",
}
TIMING = {
    "Server-Timing": {
        "description": "What it took: in milliseconds, `total`, and `db` with its statements.",
        "schema": {"type": "string"},
        "example": 'db;dur=3.1;desc="1 statement", total;dur=4.0',
    }
}
RETRY = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
EXPORT_HEADERS = {
    "X-Export-Rows": {"description": "Rows in the file.", "schema": schemas.COUNT},
    "X-Export-Cut": {
        "description": "Whether more rows match, beyond MAX_EXPORT_ROWS or an Excel sheet.",
        "schema": {"type": "string", "enum": ["true", "false"]},
    },
    "Content-Disposition": {"description": "The file's name.", "schema": schemas.TEXT},
}
EXAMPLE = {
    "draw": 1,
    "start": 0,
    "length": 10,
    "search": {"value": "an", "regex": False},
    "columns": [{"data": "name"}, {"data": "birthday", "search": {"value": ">=1990"}}],
    "order": [{"column": 1, "dir": "desc"}],
}


@bp.get("/openapi.json")
def openapi() -> Described:
    """Describe the endpoints that this app has."""
    return document({rule.rule for rule in current_app.url_map.iter_rules()})


def document(addresses: set[str]) -> Described:
    """Return the description of those addresses that are ours to describe."""
    limits, inspected = engine_options()["limits"], engine_options()["inspect"]
    paths = {"/api/users": _draw("Answer one DataTables draw over users and their addresses.")}
    if "/api/stock/users" in addresses:
        paths["/api/stock/users"] = _draw("The same by the unchanged library; totals are text.")
    for suffix, kind in KINDS.items():
        paths[f"/api/users/export.{suffix}"] = _export(suffix, kind.media_type)
    paths["/healthz"] = {"get": _status("alive", "The process lives.", {})}
    away = {"503": _json("Not ready.", {"$ref": schemas.REF + "Status"})}
    paths["/readyz"] = {"get": _status("ready", "The database answers and is seeded.", away)}
    return {
        "openapi": "3.1.1",
        "info": {"title": "Server-side DataTables", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": {
                "Draw": schemas.draw(COLUMNS, limits),
                "Export": schemas.export(COLUMNS, limits),
                "User": schemas.row(COLUMNS, User.__table__, "DT_RowId"),
                "Answer": schemas.answer("User", inspected=inspected),
                "Failure": schemas.failure(),
                "Status": schemas.obj({"status": {"type": "string"}}),
            }
        },
    }


def _draw(summary: str) -> Described:
    found = _json(
        "The page; or, with `error`, what is wrong with what the user typed.",
        {"anyOf": [{"$ref": schemas.REF + "Answer"}, {"$ref": schemas.REF + "Failure"}]},
    )
    return _both(summary, {"200": found | {"headers": TIMING}})


def _export(suffix: str, media: str) -> Described:
    found = {
        "description": "All rows that match, in order; an answer that breaks off is not all.",
        "headers": EXPORT_HEADERS | TIMING,
        "content": {media: {"schema": schemas.TEXT if suffix != "xlsx" else {}}},
    }
    summary = f"Send all rows that match the same parameters as {suffix}."
    return _both(summary, {"200": found}, schema="Export")


def _both(summary: str, found: Described, schema: str = "Draw") -> Described:
    responses = found | {status: _failure(status) for status in FAILURES}
    responses |= {status: {"description": said} for status, said in SERVERS.items()}
    operation = {"summary": summary, "responses": responses}
    sent = {"$ref": schemas.REF + schema}
    forms: dict[str, Described] = {form: {"schema": sent} for form in FORMS}
    forms["application/json"] |= {"example": EXAMPLE}
    return {
        "get": operation | {"parameters": _parameters(_REQUESTS[schema])},
        "post": operation | {"requestBody": {"required": True, "content": forms}},
    }


_REQUESTS = {"Draw": schemas.draw, "Export": schemas.export}


def _parameters(described: Callable[[Sequence[ColumnDT], Limits], Described]) -> list[Described]:
    """Describe a query string; nested names are in brackets, as in ``columns[0][data]=name``."""
    draw = described(COLUMNS, engine_options()["limits"])
    parameters = []
    for name, schema in draw["properties"].items():
        parameter: Described = {"name": name, "in": "query", "required": name in draw["required"]}
        nested = {} if schema["type"] == "integer" else {"style": "deepObject", "explode": True}
        example = {"example": EXAMPLE[name]} if name in EXAMPLE else {}
        parameters.append(parameter | nested | {"schema": schema} | example)
    return parameters


def _failure(status: str) -> Described:
    described = _json(FAILURES[status], {"$ref": schemas.REF + "Failure"})
    return described | {"headers": TIMING | (RETRY if status in RETRIED else {})}


def _status(example: str, description: str, more: Described) -> Described:
    answer = _json(description, {"$ref": schemas.REF + "Status"})
    answer["content"]["application/json"]["example"] = {"status": example}
    return {"summary": description, "responses": {"200": answer} | more}


def _json(description: str, schema: Described) -> Described:
    return {"description": description, "content": {"application/json": {"schema": schema}}}
