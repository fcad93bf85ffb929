"""Requests of other frameworks, and requests that somebody has read before."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from sqlalchemy import Engine
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from app.serverside import BadRequest, Limits, params
from app.serverside.wire.decode import read
from tests.serverside.awaiting import result_of
from tests.serverside.foreign_requests import (
    FORM,
    DjangoRequest,
    QueryDict,
    StarletteMultiDict,
    StarletteRequest,
    WebObMultiDict,
    WebObRequest,
)
from tests.serverside.stock_defects.sixty_users import columns, ids, ours, where

NAMES = ("id", "name", "age")
FLAT = [
    ("draw", "3"), ("length", "100"), ("columns[0][data]", "id"), ("columns[1][data]", "name"),
    ("columns[2][data]", "age"), ("columns[2][search][value]", ">= 30"),
    ("search[groups][0][columns][]", "1"), ("search[groups][0][columns][]", "2"),
    ("search[groups][0][term]", "50%"), ("draw", "9"),
]  # fmt: skip
NESTED = {
    "draw": 3, "length": 100, "columns": [{"data": name} for name in NAMES],
    "search": {"value": "50%&=é"},
}  # fmt: skip
QUERY = urlencode(FLAT)
JSON = json.dumps(NESTED, separators=(",", ":"), ensure_ascii=False)
READ = read(dict(FLAT[:6]) | {"search": {"groups": {"0": {"columns": {"0": "1", "1": "2"},
                                                         "term": "50%"}}}})  # fmt: skip
BOUNDARY = "multipart/form-data; boundary=X"
MULTIPART = "".join(
    f'--X\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
    for name, value in FLAT
) + "--X--\r\n"  # fmt: skip

Reader = Callable[[Request], object]
READERS: dict[str, Reader] = {
    "nobody": lambda request: None,
    "request.form": lambda request: request.form,
    "request.values": lambda request: request.values.get("team"),
    "get_data": lambda request: request.get_data(),
    "get_data, form": lambda request: (request.get_data(), request.form),
    "get_data(parse_form_data=True)": lambda request: request.get_data(parse_form_data=True),
    "get_json": lambda request: request.get_json(silent=True),
    "params": params,
}


def posted(body: str, kind: str) -> Request:
    return Request(EnvironBuilder(method="POST", data=body, content_type=kind).get_environ())


def texts(value: Any) -> Any:
    """Write every number as text, as a body is read."""
    if isinstance(value, dict):
        return {name: texts(member) for name, member in value.items()}
    return [texts(member) for member in value] if isinstance(value, list) else str(value)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("body", "kind", "found"),
    [
        (QUERY, FORM, READ),
        (MULTIPART, BOUNDARY, READ),
        (JSON, "application/json", texts(NESTED)),
        (JSON, FORM, texts(NESTED)),
    ],
    ids=["form", "multipart", "JSON", "JSON labelled a form"],
)
def test_a_body_that_was_read_before_is_read_all_the_same(
    body: str, kind: str, found: object, reader: str
) -> None:
    request = posted(body, kind)
    READERS[reader](request)
    assert params(request) == found
    assert params(request) == found


@pytest.mark.parametrize("text", ["a b", "a+b", "%41", "a&x&y&x&z"])
def test_json_that_a_form_reader_may_have_changed_is_refused(text: str) -> None:
    request = posted(json.dumps({"search": text}, separators=(",", ":")), FORM)
    assert request.form
    with pytest.raises(BadRequest, match="JSON that was read as a form") as caught:
        params(request)
    assert caught.value.parameter == "The body"


@pytest.mark.parametrize("kind", [FORM, BOUNDARY, "application/json"])
def test_a_body_that_is_gone_is_refused_in_a_sentence(kind: str) -> None:
    request = posted(MULTIPART if kind == BOUNDARY else QUERY, kind)
    request.stream.read()
    with pytest.raises(BadRequest, match="was used up before"):
        params(request)


def test_a_form_that_was_read_before_has_its_limits() -> None:
    for limits in (Limits(max_parameters=5), Limits(max_body=50)):
        for request in (posted(QUERY, FORM), posted(MULTIPART, BOUNDARY)):
            assert request.form
            with pytest.raises(BadRequest, match=r"longer than 50 bytes|more than 5 parameters"):
                params(request, limits)


@pytest.mark.parametrize(
    "request_",
    [DjangoRequest("GET", QUERY), WebObRequest("GET", QUERY), StarletteRequest("GET", QUERY)],
)
def test_a_query_string_is_read_from_any_request(request_: Any) -> None:
    assert params(request_) == READ


@pytest.mark.parametrize("query", ["search[value]=Zo\u00e9", "search[value]=Zo\u00c3\u00a9"])
def test_a_query_string_is_text_or_what_wsgi_makes_of_bytes(query: str) -> None:
    for request in (DjangoRequest("GET", query), WebObRequest("GET", query)):
        assert params(request) == {"search": {"value": "Zoé"}}


@pytest.mark.parametrize("kind", [DjangoRequest, WebObRequest])
@pytest.mark.parametrize("first", [False, True])
def test_a_posted_form_or_json_is_read_from_any_request(kind: Any, first: bool) -> None:
    for body, label, found in (
        (QUERY, FORM, READ), (JSON, FORM, texts(NESTED)),
        (JSON, "application/json", texts(NESTED)),
    ):  # fmt: skip
        request = kind("POST", "_=1", body.encode(), label)
        assert not first or request.POST is not None
        assert params(request) == found


def test_a_body_that_django_has_used_up_is_refused_in_a_sentence() -> None:
    request = DjangoRequest("POST", "", QUERY.encode(), FORM)
    request.read()
    with pytest.raises(BadRequest, match="was used up before"):
        params(request)


@pytest.mark.filterwarnings("error")
def test_a_body_to_be_awaited_is_refused_with_what_to_pass_instead() -> None:
    request = StarletteRequest("POST", "", JSON.encode())
    with pytest.raises(TypeError, match=r"params\(await request.body\(\)\).*await request.form"):
        params(request)
    assert params(result_of(request.body())) == texts(NESTED)
    form = StarletteRequest("POST", "", QUERY.encode())
    assert params(result_of(form.body())) == READ == read(result_of(form.form()))


@pytest.mark.parametrize(
    "parameters",
    [
        StarletteMultiDict(FLAT), QueryDict(QUERY), WebObMultiDict(FLAT),
        parse_qs(QUERY, keep_blank_values=True), Request(EnvironBuilder(query_string=QUERY)
        .get_environ()).values,
    ],
    ids=["Starlette", "Django", "WebOb", "parse_qs", "Werkzeug"],
)  # fmt: skip
def test_every_multi_dict_is_taken_and_the_first_value_counts(
    sixty: Engine, parameters: Any
) -> None:
    answer = ours(sixty, parameters, columns(*NAMES))
    assert answer["draw"] == 3
    assert ids(answer) == where(lambda u: u["age"] >= 30 and "50%" in u["name"])


def test_of_a_name_given_twice_the_first_counts_in_json_as_well() -> None:
    request = posted('{"draw":1,"search":{"value":"a","value":"b"},"draw":2}', "application/json")
    assert params(request) == {"draw": "1", "search": {"value": "a"}}


def test_json_in_somebody_elses_form_is_refused_in_a_sentence(sixty: Engine) -> None:
    form = result_of(StarletteRequest("POST", "", JSON.encode()).form())
    with pytest.raises(BadRequest, match="JSON that was read as a form"):
        ours(sixty, form, columns(*NAMES))


@pytest.mark.parametrize("wrong", [FLAT, StarletteRequest("GET", QUERY), None])
def test_what_are_no_parameters_is_refused_with_what_to_pass_instead(
    sixty: Engine, wrong: Any
) -> None:
    with pytest.raises(TypeError, match=r"pass params\(request\)"):
        ours(sixty, wrong, columns(*NAMES))
