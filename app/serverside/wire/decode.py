"""The wire: query strings, form bodies and JSON bodies become one nested dict.

Numbers and texts stay as they were written; `request.py` gives them types. What each client sends
is in the DataTables manual, https://datatables.net/manual/server-side.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote, unquote_plus

from ..errors import BadRequest
from ..limits import DEFAULT_LIMITS, Limits
from . import frameworks

Tree = dict[str, Any]

_CACHE_BUSTER = re.compile(r"&_=\d+\Z")
_MULTIPART = "multipart/form-data"
_JSON = ("{", "[")
_SEGMENTS = 40


def params(request: Any, limits: Limits = DEFAULT_LIMITS) -> Tree:
    """Return the parameters of a GET, form POST or JSON POST as one nested dict.

    `request` is one of Werkzeug's (Flask), Django's, WebOb's or Starlette's, or the bytes of a body
    that had to be awaited. A body that starts with ``{`` is JSON whatever its header says:
    DataTables 3 labels it a form. With POST the query string holds only a cache-buster and is not
    read. Raises `BadRequest`; `TypeError` where the body has to be awaited.
    """
    if isinstance(request, bytes | str):
        return _parsed(request, limits)
    if request.method in ("GET", "HEAD"):
        found = frameworks.query(request).strip()
        if found[:3].upper().startswith(("{", "%7B")):
            found = unquote(_CACHE_BUSTER.sub("", found))
        return _parsed(found, limits)
    if frameworks.mimetype(request) == _MULTIPART:
        return _form(request, limits)
    raw = frameworks.body(request)
    return _parsed(raw, limits) if raw else _form(request, limits)


def _parsed(raw: bytes | str, limits: Limits) -> Tree:
    """Read a query string or a body."""
    if len(raw) > limits.max_body:
        raise _too_long(limits)
    text = frameworks.text(raw).strip()
    if text.startswith(_JSON):
        return from_json(text)
    parts = _with_brackets(text).split("&")
    if len(parts) > limits.max_parameters:
        raise _too_many(limits)
    return nest(_parameters(parts))


def _with_brackets(text: str) -> str:
    """Decode what nearly all names hold, and no text is split at: once, not for each name."""
    return text.replace("%5B", "[").replace("%5D", "]")


def _form(request: Any, limits: Limits) -> Tree:
    """Take a form as the framework reads it: a multipart one, or whose body is used up by that."""
    length = frameworks.length(request)
    if length > limits.max_body:
        raise _too_long(limits)
    pairs = frameworks.form(request)
    if length and not pairs:
        raise BadRequest("The body", "was used up before `params` could read it")
    if _is_json(pairs):
        return from_json(_unparsed(pairs, length))
    return _bounded(pairs, limits)


def _is_json(pairs: frameworks.Pairs) -> bool:
    return bool(pairs) and pairs[0][0].lstrip().startswith(_JSON)


def _unparsed(pairs: frameworks.Pairs, length: int) -> str:
    """Return the JSON body that was read as a form, where that lost nothing.

    A space may have been a plus, a name that comes again elsewhere, and what has not its length
    was encoded. Raises `BadRequest`.
    """
    text = "&".join(f"{name}={value}" if value else name for name, value in pairs)
    names = {name for name, _ in pairs}
    if " " in text or len(names) < len(pairs) or len(text.encode("utf-8", "replace")) != length:
        raise _misread()
    return text


def _misread() -> BadRequest:
    return BadRequest("The body", "is JSON that was read as a form; let `params` read it first")


def from_json(text: str) -> Tree:
    """Parse a JSON body; numbers stay texts, so that a body means the same as a form."""
    try:
        tree = json.loads(
            text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_first
        )
    except (ValueError, RecursionError):
        raise BadRequest("The body", "is not valid JSON") from None
    if not isinstance(tree, dict):
        raise BadRequest("The body", "is not a JSON object")
    return tree


def _first(members: list[tuple[str, Any]]) -> Tree:
    """Make an object; of a name given twice the first value counts, as everywhere."""
    tree = dict(members)
    return tree if len(tree) == len(members) else dict(reversed(members))


def _too_long(limits: Limits) -> BadRequest:
    return BadRequest("The request", f"is longer than {limits.max_body} bytes")


def _too_many(limits: Limits) -> BadRequest:
    return BadRequest("The request", f"has more than {limits.max_parameters} parameters")


def read(parameters: Mapping[str, Any], limits: Limits = DEFAULT_LIMITS) -> Tree:
    """Return flat bracketed names, any framework's multi-dict or nested parameters as one dict."""
    return _bounded(frameworks.pairs(parameters), limits)


def _bounded(pairs: frameworks.Pairs, limits: Limits) -> Tree:
    if len(pairs) > limits.max_parameters:
        raise _too_many(limits)
    if _is_json(pairs):
        raise _misread()
    return nest(pairs)


def nest(pairs: Iterable[tuple[str, Any]]) -> Tree:
    """Build the nested dict from bracketed names; of a repeated name the first value counts."""
    tree: Tree = {}
    here, inside = tree, ""
    for full_name, value in pairs:
        head, inner, last = full_name.rpartition("][")
        if inner and head == inside and last[-1:] == "]":  # beside the one before, as most are
            name = last[:-1]
        else:
            *above, name = _segments(full_name)
            here, inside = _member(tree, above), head if full_name[-1:] == "]" else ""
        name = name or str(len(here))
        if name not in here:
            here[name] = value
        elif isinstance(here[name], dict):
            raise _mixed(_segments(full_name))
    return tree


def _parameters(parts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Read form-encoded parameters; without a value, a name has an empty one."""
    for part in parts:
        if part:
            name, _, value = part.partition("=")
            yield _decoded(name), _decoded(value)


def _decoded(text: str) -> str:
    """Decode a name or a value, most of which have nothing to decode."""
    return unquote_plus(text) if "%" in text or "+" in text else text


def _member(tree: Tree, path: Sequence[str]) -> Tree:
    for place, name in enumerate(path, 1):
        tree = tree.setdefault(name, {})
        if not isinstance(tree, dict):
            raise _mixed(path[:place])
    return tree


def _mixed(path: Sequence[str]) -> BadRequest:
    name = path[0] + "".join(f"[{segment}]" for segment in path[1:])
    return BadRequest(name[:200], "has a value and members at the same time")


def _segments(key: str) -> Sequence[str]:
    """Split at ``][``: a data source may itself hold brackets, as in ``users[, ].name``."""
    root, bracket, rest = key.partition("[")
    if not bracket or not rest.endswith("]"):
        return (key,)
    segments = rest[:-1].split("][")
    if len(segments) > _SEGMENTS:
        raise BadRequest(key[:200], "is nested too deeply")
    return (root, *segments)
