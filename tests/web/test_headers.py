"""Security headers on every kind of answer."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.settings import PROJECT
from app.web import assets, headers

PATHS = [
    "/",
    "/api/users?draw=x",
    "/healthz",
    f"{assets.url_path()}/app.css",
    "/static/older/app.css",
    "/no/such/page",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers(client: FlaskClient, path: str) -> None:
    answer = client.get(path, buffered=True)
    assert {name: answer.headers[name] for name in headers.HEADERS} == headers.HEADERS


def test_the_policy_allows_our_own_files_only() -> None:
    policy = headers.CONTENT_SECURITY_POLICY
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert not any("unsafe" in sources or "http" in sources for sources in policy.values())


@pytest.mark.parametrize("path", ["/api/users?draw=x", "/healthz", "/readyz"])
def test_live_data_is_not_stored(client: FlaskClient, path: str) -> None:
    assert client.get(path).headers["Cache-Control"] == "no-store"


def test_the_page_may_be_stored(client: FlaskClient) -> None:
    assert "no-store" not in client.get("/").headers.get("Cache-Control", "")


def test_a_view_may_set_a_header_itself() -> None:
    app = Flask(__name__)
    app.after_request(headers.apply)
    app.add_url_rule("/", view_func=lambda: ("", {"Referrer-Policy": "same-origin"}))
    assert app.test_client().get("/").headers["Referrer-Policy"] == "same-origin"


def test_the_table_of_headers_is_what_is_sent() -> None:
    document = (PROJECT / "SECURITY.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z][A-Za-z-]+)` \| `(.*)` \|$", document, re.MULTILINE)
    assert dict(rows) == headers.HEADERS
