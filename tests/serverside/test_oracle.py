"""Generated requests: both databases give the oracle's rows, order and totals, or refuse too."""

from itertools import count
from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from sqlalchemy import Engine

from tests.serverside.answerable import generated
from tests.serverside.examples_tried import looking
from tests.serverside.oracle_answers import answered, assert_agree, expected
from tests.serverside.strategies import requests
from tests.serverside.tables import METHODS, PEOPLE, STAFF

_number = count()


@pytest.mark.parametrize("family", generated())
@given(data=st.data())
@looking()
def test_people_are_found_as_by_the_oracle(
    tables: Engine, family: str, data: st.DataObject
) -> None:
    table = METHODS if family == "yadcf" else PEOPLE
    request: dict[str, Any] = data.draw(requests(table, family))
    note(str(request))
    if tables.dialect.name == "mysql" and next(_number) % 2:
        return  # half as many, as each takes longer
    assert_agree(answered(table, tables, request), expected(table, request))


@given(request=requests(STAFF))
@looking(share=2)
def test_without_regular_expressions_every_term_is_words(
    tables: Engine, request: dict[str, Any]
) -> None:
    note(str(request))
    answer = answered(STAFF, tables, request, regex=False)
    assert_agree(answer, expected(STAFF, request, regex=False))
