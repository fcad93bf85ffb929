"""Requests recorded from the real clients, replayed and compared with the oracle."""

from typing import Any

import pytest
from sqlalchemy import Engine

from app.serverside import BadRequest, params
from tests.serverside.oracle_answers import REFUSED, answered, assert_agree, expected
from tests.serverside.samples import Sample, alike, recorded
from tests.serverside.tables import STAFF

SAMPLES = recorded()
ALIKE = alike()


def replay(sample: Sample, engine: Engine) -> dict[str, Any]:
    try:
        parameters = params(sample.request())
    except BadRequest:
        return REFUSED
    return answered(STAFF, engine, parameters)


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.name for sample in SAMPLES])
def test_sample_is_answered_as_by_the_oracle(tables: Engine, sample: Sample) -> None:
    assert_agree(replay(sample, tables), expected(STAFF, sample.tree()))


@pytest.mark.parametrize("action", ALIKE)
def test_clients_of_every_generation_get_the_same_answer(tables: Engine, action: str) -> None:
    answers = [replay(sample, tables) for sample in ALIKE[action]]
    assert all({**answer, "draw": 0} == {**answers[0], "draw": 0} for answer in answers)


def test_samples_find_something() -> None:
    found = [expected(STAFF, sample.tree()) for sample in SAMPLES]
    assert sum(0 < answer.get("recordsFiltered", 0) < len(STAFF.rows) for answer in found) > 20
