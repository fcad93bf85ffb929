"""The page that shows /openapi.json to people: each address, what it takes and answers, to try."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import Blueprint, render_template

from app.api.openapi import openapi

bp = Blueprint("docs", __name__)

Schema = dict[str, Any]
LIMITS = {
    "minimum": "at least {:,}",
    "maxLength": "at most {:,} characters",
    "minItems": "at least {:,}",
    "maxItems": "at most {:,}",
}


class Field(NamedTuple):
    """A parameter, or a member of a body, with all that is said of it."""

    name: str
    kind: str
    required: bool
    remarks: str


@dataclass(frozen=True)
class Response:
    """What an address may answer."""

    status: str
    description: str
    schemas: list[str]
    headers: list[str]


@dataclass(frozen=True)
class Operation:
    """An address and a method, as the page shows them."""

    method: str
    path: str
    summary: str
    fields: list[Field]
    body: str | None
    media: list[str]
    example: str
    responses: list[Response]

    @property
    def key(self) -> str:
        """Return a fragment that leads here."""
        return f"{self.method}{self.path.replace('/', '-')}"


@bp.get("/docs")
def docs() -> str:
    """Show the description of the endpoints that this app has."""
    document = openapi()
    schemas = document["components"]["schemas"]
    return render_template(
        "docs.html",
        page="docs",
        version=document["openapi"],
        operations=list(operations(document)),
        schemas={name: list(members(schema)) for name, schema in schemas.items()},
    )


def operations(document: Schema) -> Iterator[Operation]:
    """Give the operations of a description, in its order."""
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            content = described.get("requestBody", {}).get("content", {})
            parameters = described.get("parameters", [])
            yield Operation(
                method,
                path,
                described["summary"],
                [field for parameter in parameters for field in _parameter(parameter)],
                next((_reference(media["schema"]) for media in content.values()), None),
                list(content),
                _example(parameters, content),
                [_response(status, of) for status, of in sorted(described["responses"].items())],
            )


def members(schema: Schema, name: str = "", form: str = "{}.{}") -> Iterator[Field]:
    """Give the members of an object, those of objects and lists in it after each; `form` nests."""
    if schema.get("type") == "array" and "properties" in schema.get("items", {}):
        yield from members(schema["items"], f"{name}[i]", form)
    for key, inner in schema.get("properties", {}).items():
        nested = form.format(name, key) if name else key
        yield Field(nested, kind(inner), key in schema["required"], remarks(inner))
        yield from members(inner, nested, form)


def kind(schema: Schema) -> str:
    """Say what values a schema takes."""
    if "$ref" in schema:
        return _reference(schema)
    if "enum" in schema:
        return " or ".join(f"“{value}”" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {kind(schema['items'])}" if "items" in schema else "list"
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    names = {"string": schema.get("format", "text"), "null": "null"}
    return " or ".join(str(names.get(name, name)) for name in types)


def remarks(schema: Schema) -> str:
    """Say a schema's description and its limits; that counts start at nothing goes without."""
    limits = [text.format(schema[key]) for key, text in LIMITS.items() if schema.get(key, 0) > 0]
    return "; ".join([*filter(None, [schema.get("description", "").rstrip(".")]), *limits])


def _parameter(parameter: Schema) -> Iterator[Field]:
    """Give a query's parameter and what is nested in it, in brackets."""
    name, schema = parameter["name"], parameter["schema"]
    if schema["type"] not in {"array", "object"} or not list(members(schema)):
        yield Field(name, kind(schema), parameter["required"], remarks(schema))
    yield from members(schema, name, "{}[{}]")


def _example(parameters: list[Schema], content: Schema) -> str:
    """Return a request to try as JSON, a line for each member, where one is described."""
    bodies = [media["example"] for media in content.values() if "example" in media]
    named = {p["name"]: p["example"] for p in parameters if "example" in p}
    for example in filter(None, [named, *bodies]):
        lines = [f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in example.items()]
        return "{\n" + ",\n".join(lines) + "\n}"
    return ""


def _response(status: str, described: Schema) -> Response:
    contents = [media["schema"] for media in described.get("content", {}).values()]
    options = [option for schema in contents for option in schema.get("anyOf", [schema])]
    names = [_reference(option) for option in options if "$ref" in option]
    return Response(status, described["description"], names, list(described.get("headers", {})))


def _reference(schema: Schema) -> str:
    """Return the name of the schema that another one refers to."""
    return str(schema["$ref"]).rpartition("/")[2]
