"""The wire: query strings, form bodies and JSON bodies become one nested dict.

Numbers and texts stay as they were written; `request.py` gives them types. What each client sends
is in the DataTables manual, https://datatables.net/manual/server-side.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import unquote, unquote_plus

from .errors import BadRequest
from .limits import DEFAULT_LIMITS, Limits

Tree = dict[str, Any]
Path = tuple[str, ...]
Parameter = tuple[Path, str, Any]  # where it stands, its name there, its value

_CACHE_BUSTER = re.compile(r"&_=\d+\Z")
_SEGMENTS = 40
_ROOT: Path = ()


class HTTPRequest(Protocol):
    """What `params` needs of a request; Werkzeug's and Flask's have it."""

    method: str
    mimetype: str
    query_string: bytes
    form: Any
    get_data: Callable[[], bytes]


def params(request: HTTPRequest | Any, limits: Limits = DEFAULT_LIMITS) -> Tree:
    """Return the parameters of a GET, form POST or JSON POST as one nested dict.

    A body that starts with ``{`` is JSON whatever its header says: DataTables 3 labels it a form.
    With POST the query string holds only a cache-buster and is not read. Raises `BadRequest`.
    """
    if request.mimetype == "multipart/form-data":
        return nest(request.form.items(multi=True))
    query = request.method in ("GET", "HEAD")
    raw = request.query_string if query else request.get_data()
    if len(raw) > limits.max_body:
        raise BadRequest("The request", f"is longer than {limits.max_body} bytes")
    text = raw.decode("utf-8", "replace").strip()
    if query and text[:3].upper().startswith(("{", "%7B")):
        text = unquote(_CACHE_BUSTER.sub("", text))
    if text.startswith(("{", "[")):
        return from_json(text)
    parts = text.split("&")
    if len(parts) > limits.max_parameters:
        raise BadRequest("The request", f"has more than {limits.max_parameters} parameters")
    return _nested(_parameters(parts))


def from_json(text: str) -> Tree:
    """Parse a JSON body; numbers stay texts, so that a body means the same as a form."""
    try:
        tree = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise BadRequest("The body", "is not valid JSON") from None
    if not isinstance(tree, dict):
        raise BadRequest("The body", "is not a JSON object")
    return tree


def read(parameters: Mapping[str, Any], limits: Limits = DEFAULT_LIMITS) -> Tree:
    """Return flat bracketed names, a MultiDict or nested parameters as one nested dict."""
    if not any("[" in key for key in parameters):
        return dict(parameters.items())
    if hasattr(parameters, "getlist"):  # Werkzeug's MultiDict holds repeated names
        pairs: Iterable[tuple[str, Any]] = parameters.items(multi=True)  # type: ignore[call-arg]
    else:
        pairs = parameters.items()
    if len(parameters) > limits.max_parameters:
        raise BadRequest("The request", f"has more than {limits.max_parameters} parameters")
    return nest(pairs)


def nest(pairs: Iterable[tuple[str, Any]]) -> Tree:
    """Build the nested dict from bracketed names; of a repeated name the first value counts."""
    return _nested(_placed(name, value) for name, value in pairs)


def _parameters(parts: Iterable[str]) -> Iterator[Parameter]:
    """Read form-encoded parameters."""
    for part in parts:
        if part:
            yield _known_parameter(part) if len(part) <= _KNOWN_LENGTH else _parameter(part)


def _parameter(part: str) -> Parameter:
    """Read `name=value`; without a value, a name has an empty one."""
    name, _, value = part.partition("=")
    return _placed(unquote_plus(name), unquote_plus(value))


# A page sends the same hundred parameters with every draw, all but a few.
_KNOWN_LENGTH = 100
_known_parameter = lru_cache(maxsize=4096)(_parameter)


def _placed(name: str, value: Any) -> Parameter:
    *above, last = _segments(name)
    return tuple(above), last, value


def _nested(parameters: Iterable[Parameter]) -> Tree:
    tree: Tree = {}
    here, inside = tree, _ROOT
    for above, last, value in parameters:
        if above != inside:
            here, inside = _member(tree, above), above
        name = last or str(len(here))
        if name not in here:
            here[name] = value
        elif isinstance(here[name], dict):
            raise _mixed((*above, last))
    return tree


def _member(tree: Tree, path: Path) -> Tree:
    for place, name in enumerate(path, 1):
        tree = tree.setdefault(name, {})
        if not isinstance(tree, dict):
            raise _mixed(path[:place])
    return tree


def _mixed(path: Path) -> BadRequest:
    name = path[0] + "".join(f"[{segment}]" for segment in path[1:])
    return BadRequest(name[:200], "has a value and members at the same time")


def _segments(key: str) -> Path:
    """Split at ``][``: a data source may itself hold brackets, as in ``users[, ].name``."""
    root, bracket, rest = key.partition("[")
    if not bracket or not rest.endswith("]"):
        return (key,)
    segments = rest[:-1].split("][")
    if len(segments) > _SEGMENTS:
        raise BadRequest(key[:200], "is nested too deeply")
    return (root, *segments)
