"""A bounded part of `make fuzz`, and a judge that can say no."""

import pytest
from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from tests.fuzz.judging import faults
from tests.fuzz.making import Asked, Maker
from tests.fuzz.run import Run

STEPS = 120


def test_no_answer_gives_way(app: Flask) -> None:
    run = Run(app, seed=7)
    for _ in range(STEPS):
        run.step()
    assert run.tally.wrong == []
    assert run.tally.tried == STEPS
    assert {200, 400} <= set(run.tally.statuses), "some are sound, and some are not"


def test_the_same_seed_makes_the_same_requests() -> None:
    one, other = Maker(3), Maker(3)
    assert [one.make() for _ in range(20)] == [other.make() for _ in range(20)]


GOOD = '{"draw":1,"recordsTotal":5,"recordsFiltered":2,"data":[{}]}'
BAD = [
    (GOOD, 500),
    ("<html>", 200),
    ("{}", 200),
    (GOOD.replace('d":2', 'd":6'), 200),
    (GOOD.replace("[{}]", "[{},{},{}]"), 200),
    (GOOD.replace("}]}", '}],"error":"no"}'), 200),
    (GOOD.replace("[{}]}", '[],"error":"at /usr/lib"}'), 200),
    (GOOD.replace("}]}", '}],"notices":["psycopg"]}'), 200),
]


@pytest.mark.parametrize(("body", "status"), BAD)
def test_the_judge_sees_what_is_wrong(body: str, status: int, app: Flask) -> None:
    assert list(faults(Asked("GET"), _answer(app, body, status)))


def test_the_judge_sees_what_is_right(app: Flask) -> None:
    assert list(faults(Asked("GET"), _answer(app, GOOD, 200))) == []


def _answer(app: Flask, body: str, status: int) -> TestResponse:
    request = app.test_client().get("/healthz").request
    return TestResponse(
        [body.encode()], str(status), Headers({"Content-Type": "application/json"}), request
    )
