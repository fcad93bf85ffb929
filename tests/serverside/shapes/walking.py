"""A walk over all pages of a request, there and back, against the truth of that moment."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.serverside import Tuning
from tests.serverside.oracle import UserError
from tests.serverside.shapes.asking import Example
from tests.serverside.shapes.judging import Walk, WrongError
from tests.serverside.shapes.requests import Request
from tests.serverside.shapes.truth import wanted

PAGES = 6


def walk(example: Example, engine: sa.Engine, request: Request, tuning: Tuning, length: int) -> int:
    """Read the first page, then all from beyond the last one back; return how many draws."""
    truth = example.truth(engine)
    try:
        right = wanted(truth, request)
    except UserError:
        _bad_pattern(example, engine, request, tuning)
        return 1
    walked = Walk(right, example.names)
    starts = [0, *reversed(_pages(right.filtered, length))]
    for start in starts:
        answer = example.answer(engine, request | {"start": start, "length": length}, tuning)
        walked.take(answer, start, length)
        walked.offers(answer)
    return len(starts)


def _pages(count: int, length: int) -> Sequence[int]:
    """Give where pages start, the first and the last ones where there are many."""
    pages = range(0, count + length, length)
    return pages if len(pages) <= PAGES else [*pages[:2], *pages[2 - PAGES :]]


def _bad_pattern(example: Example, engine: sa.Engine, request: Request, tuning: Tuning) -> None:
    answer = example.answer(engine, request | {"start": 0, "length": 10}, tuning)
    if not answer.get("error"):
        raise WrongError("a bad pattern was taken")
