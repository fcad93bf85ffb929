"""One request in every form that travels gets one answer."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from werkzeug.wrappers import Request

from app.serverside import params
from tests.serverside.answerable import generated
from tests.serverside.encodings import forms
from tests.serverside.examples_tried import looking
from tests.serverside.oracle_answers import answered
from tests.serverside.strategies import requests
from tests.serverside.tables import STAFF


@given(data=st.data())
@looking(share=5)
def test_every_encoding_means_the_same(tables: Engine, data: st.DataObject) -> None:
    request: dict[str, Any] = data.draw(requests(STAFF, generated()[-1]))
    answer = answered(STAFF, tables, request)
    for name, form in forms(request).items():
        parameters = params(form) if isinstance(form, Request) else form
        assert (name, answered(STAFF, tables, parameters)) == (name, answer)
