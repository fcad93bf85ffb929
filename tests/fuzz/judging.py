"""What no answer may be, whatever was asked."""

import json
from collections.abc import Iterator
from typing import Any

from werkzeug.test import TestResponse

from tests.api.test_failures import FORBIDDEN
from tests.fuzz.making import Asked

STATUSES = {200, 400, 413, 414, 429, 431}
NAMES = (
    {"draw", "recordsTotal", "recordsFiltered", "data"},
    {"sEcho", "iTotalRecords", "iTotalDisplayRecords", "aaData"},
)


def faults(asked: Asked, response: TestResponse) -> Iterator[str]:
    """Yield what is wrong with an answer, a sentence each."""
    if response.status_code not in STATUSES:
        yield f"the status is {response.status_code}"
        return
    try:
        answer = json.loads(response.get_data())
    except ValueError:
        yield "the body is no JSON"
        return
    names = next((names for names in NAMES if names <= set(answer)), None)
    if names is None:
        yield f"the members are {sorted(answer)}"
        return
    yield from _wrong_numbers(answer)
    yield from _words(asked, response, answer)


def _wrong_numbers(answer: dict[str, Any]) -> Iterator[str]:
    total = int(answer.get("recordsTotal", answer.get("iTotalRecords", 0)))
    filtered = int(answer.get("recordsFiltered", answer.get("iTotalDisplayRecords", 0)))
    rows = answer.get("data", answer.get("aaData", []))
    if not 0 <= filtered <= total:
        yield f"{filtered} of {total} match"
    if len(rows) > filtered:
        yield f"{len(rows)} rows of {filtered}"
    if answer.get("error") and rows:
        yield "rows beside an error"


def _words(asked: Asked, response: TestResponse, answer: dict[str, Any]) -> Iterator[str]:
    """Look for what tells of the inside, where the client did not write it itself."""
    said = {name: answer.get(name) for name in ("error", "sError", "notices")}
    text = f"{json.dumps(said)} {response.headers}".lower()
    sent = asked.text()
    yield from (f"it says {word!r}" for word in FORBIDDEN if word in text and word not in sent)
