"""Requests and multi-dicts of web frameworks, known by what they offer; none of them is imported.

Werkzeug (Flask, Quart), Django (and its REST framework), WebOb (Pyramid), Starlette (FastAPI).
"""

import inspect
from typing import Any

Pairs = list[tuple[str, Any]]

_AWAIT = (
    "The body of this request has to be awaited: pass params(await request.body()), or where it is "
    "multipart DataTables(await request.form(), ...)."
)
_NO_PARAMETERS = (
    "DataTables takes a request's parameters, not {}: pass params(request), or its query or form."
)


def query(request: Any) -> str:
    """Return the query string as it travelled."""
    if hasattr(request, "query_string"):  # Werkzeug's and WebOb's
        found = request.query_string
    elif hasattr(request, "META"):  # Django's
        found = request.META.get("QUERY_STRING", "")
    else:  # Starlette's
        found = request.url.query
    return text(found.encode("latin-1")) if _is_wsgi(found) else text(found)


def text(raw: bytes | str) -> str:
    """Return what travelled as text."""
    return raw if isinstance(raw, str) else raw.decode("utf-8", "replace")


def mimetype(request: Any) -> str:
    """Return the kind of body, without its parameters; empty where the request does not say."""
    found = getattr(request, "mimetype", None) or getattr(request, "content_type", None) or ""
    return str(found).partition(";")[0].strip().lower()


def length(request: Any) -> int:
    """Return the length of the body that the request announces; 0 where it does not say."""
    found = getattr(request, "content_length", None)
    if found is None:
        found = getattr(request, "META", {}).get("CONTENT_LENGTH")
    return int(found) if found and str(found).isdigit() else 0


def body(request: Any) -> bytes:
    """Return the body as it travelled; empty where others have used it up. Raises `TypeError`."""
    try:
        found = request.get_data() if hasattr(request, "get_data") else request.body
    except AttributeError:
        raise TypeError(_AWAIT) from None
    except Exception as error:
        if type(error).__name__ != "RawPostDataException":  # Django's, for: used up
            raise
        return b""
    if not isinstance(found, bytes):
        if inspect.iscoroutine(found):
            found.close()  # or Python warns that nobody awaited it
        raise TypeError(_AWAIT)
    return found


def form(request: Any) -> Pairs:
    """Return the fields of a form that the framework has read. Raises `TypeError`."""
    found = request.POST if hasattr(request, "POST") else getattr(request, "form", None)
    if found is None or callable(found) or inspect.isawaitable(found):
        if inspect.iscoroutine(found):
            found.close()
        raise TypeError(_AWAIT)
    return pairs(found)


def pairs(parameters: Any) -> Pairs:
    """Return names and values, of a name given twice in the order sent. Raises `TypeError`."""
    if hasattr(parameters, "method") or not hasattr(parameters, "items"):
        raise TypeError(_NO_PARAMETERS.format(type(parameters).__name__))
    if hasattr(parameters, "multi_items"):  # Starlette's, whose items() are the last values
        return list(parameters.multi_items())
    if hasattr(parameters, "lists"):  # Django's, whose items() are the last values; Werkzeug's
        return _spread(parameters.lists())
    found = list(parameters.items())
    several = found and all(_are_texts(values) for _, values in found)
    return _spread(found) if several else found  # those of `urllib.parse.parse_qs`


def _are_texts(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


def _spread(lists: Any) -> Pairs:
    return [(name, value) for name, values in lists for value in values]


def _is_wsgi(found: bytes | str) -> bool:
    """Tell bytes that WSGI hands over as a text of Latin-1 letters from text."""
    try:
        return isinstance(found, str) and bool(found.encode("latin-1").decode("utf-8"))
    except UnicodeError:
        return False
