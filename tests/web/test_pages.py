"""The page as the server sends it."""

from html import unescape
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient


def test_the_page_is_html(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"


def test_the_page_shows_the_endpoint_as_it_is(app: Flask, client: FlaskClient) -> None:
    source = Path(app.root_path, "api", "users.py").read_text(encoding="utf-8")
    assert source in unescape(client.get("/").text)


def test_the_page_holds_nothing_that_its_policy_refuses(client: FlaskClient) -> None:
    page = client.get("/").text
    assert " style=" not in page
    assert "<style" not in page
    assert " on" not in page.split("<main", 1)[0].replace(" on ", "")
    assert page.count("<script") == page.count(' src="/static/') - page.count("<img src")


def test_every_file_that_the_page_names_is_served(client: FlaskClient) -> None:
    page = client.get("/").text
    names = {part.split('"', 1)[0] for mark in ('src="', 'href="') for part in page.split(mark)[1:]}
    files = [name for name in names if name.startswith("/static/")]
    assert len(files) >= 10
    assert {name: client.get(name, buffered=True).status_code for name in files} == dict.fromkeys(
        files, 200
    )
