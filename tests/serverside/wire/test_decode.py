"""One request in every form that travels gets one answer."""

from typing import Any
from urllib.parse import parse_qsl, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from werkzeug.wrappers import Request

from app.serverside import BadRequest, params
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


PIECES = ["a", "b", "[", "]", "][", "[]", "%5B", "%", "+", "é", "5D"]
texts = st.lists(st.sampled_from(PIECES)).map("".join)
segments = st.sampled_from(["a", "b", "0", "", "[]"]).map("[{}]".format)
names = st.one_of(texts, st.lists(segments, max_size=4).map("".join)).map("x{}".format)


def _plainly(pairs: list[tuple[str, str]]) -> dict[str, Any] | None:
    """Nest pairs one by one, as the protocol says it; None where a value has members too."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        root, bracket, rest = name.partition("[")
        nested = bracket and rest.endswith("]")
        *above, last = [root, *rest[:-1].split("][")] if nested else [name]
        here = tree
        for segment in above:
            here = here.setdefault(segment, {})
            if not isinstance(here, dict):
                return None
        last = last or str(len(here))
        if isinstance(here.setdefault(last, value), dict):
            return None
    return tree


@given(written=st.lists(st.tuples(names, texts), max_size=12), quoted=st.booleans())
def test_names_are_nested_as_they_are_written(written: list[tuple[str, str]], quoted: bool) -> None:
    text = "&".join(
        f"{quote_plus(name)}={quote_plus(value)}" if quoted else f"{name}={value}"
        for name, value in written
    )
    expected = _plainly(parse_qsl(text, keep_blank_values=True))
    if expected is None:
        with pytest.raises(BadRequest, match="has a value and members"):
            params(text)
    else:
        assert params(text) == expected
