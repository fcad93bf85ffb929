"""JSON by orjson: many times faster than the standard library on a page of rows."""

from decimal import Decimal

import orjson
from flask import Response, g
from flask.json.provider import JSONProvider


class OrjsonProvider(JSONProvider):
    """Write dates as ISO text and decimals as numbers, digit for digit."""

    def dumps(self, obj: object, **_options: object) -> str:
        """Write a value as JSON text."""
        return orjson.dumps(obj, default=_plain).decode()

    def loads(self, s: str | bytes, **_options: object) -> object:
        """Read JSON text; raise `ValueError` where it is none."""
        return orjson.loads(s)

    def response(self, *args: object, **kwargs: object) -> Response:
        """Answer with a value as JSON."""
        g.answer = self._prepare_response_obj(args, kwargs)  # for who tells of it
        body = orjson.dumps(g.answer, default=_plain)
        return Response(body, mimetype="application/json")


def _plain(value: object) -> orjson.Fragment:
    """Write what orjson does not know: decimals as `1234.50`, never through a float."""
    if isinstance(value, Decimal) and value.is_finite():
        return orjson.Fragment(f"{value:f}")
    raise TypeError(f"{type(value).__name__} has no JSON form")
