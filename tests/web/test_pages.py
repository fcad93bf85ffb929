"""The page as the server sends it."""

import re
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
    assert page.count("<script") == page.count('<script src="/static/') + page.count(
        '<script defer src="/static/'
    ) + page.count('<script type="module" src="/static/')


def test_every_file_that_the_page_names_is_served(client: FlaskClient) -> None:
    page = client.get("/").text
    names = {part.split('"', 1)[0] for mark in ('src="', 'href="') for part in page.split(mark)[1:]}
    files = [name for name in names if name.startswith("/static/")]
    assert len(files) >= 10
    assert {name: client.get(name, buffered=True).status_code for name in files} == dict.fromkeys(
        files, 200
    )


def test_an_address_that_leads_nowhere_shows_the_way_back(client: FlaskClient) -> None:
    answer = client.get("/no/<where>")
    assert answer.status_code == 404
    assert "No page at this address" in answer.text
    assert "<where>" not in answer.text
    assert "No page at this address" not in client.get("/api/nothing").text


def test_the_navigation_names_the_pages_there_are_and_the_one_of_now(
    app: Flask, client: FlaskClient
) -> None:
    navigation = client.get("/").text.split("<nav", 1)[1].split("</nav>", 1)[0]
    links = re.findall(r'<a href="([^"]+)"( aria-current="page")?>', navigation)
    addresses = {rule.rule.rstrip("/") or "/" for rule in app.url_map.iter_rules()}
    wanted = [path for path in ("/", "/compare", "/examples", "/docs") if path in addresses]
    assert [address for address, _ in links] == [*wanted, "/#source"]
    assert [address for address, now in links if now] == ["/"]
