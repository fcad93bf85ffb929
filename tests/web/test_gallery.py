"""The gallery as the server sends it."""

import json
import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from app.examples.clients import Client, loaded
from app.examples.registry import EXAMPLES, tried
from app.web.assets import url_path
from app.web.highlight import highlight
from tests.packaging import ROOT

TAG = re.compile(r"<[^>]+>")


def shown(page: str) -> list[str]:
    """Return the sources that a page shows."""
    return [
        unescape(TAG.sub("", code))
        for code in re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)
    ]


@pytest.mark.parametrize("slug", EXAMPLES)
def test_a_page_shows_what_runs(slug: str, client: FlaskClient) -> None:
    page = client.get(f"/examples/{slug}/").text
    module = (ROOT / f"app/examples/{slug.replace('-', '_')}.py").read_text(encoding="utf-8")
    endpoint, script, html = shown(page)
    body = endpoint.partition("bp = ")[2]
    assert body
    assert body in module
    assert script == client.get(f"{url_path()}/examples/{slug}.js", buffered=True).text
    assert '<table id="table"' in html
    assert "app." not in endpoint.partition("bp = ")[0]


@pytest.mark.parametrize("slug", EXAMPLES)
def test_a_page_links_to_a_part_of_the_reference(slug: str, client: FlaskClient) -> None:
    document, anchor = EXAMPLES[slug].page.reference.split("#")
    assert f'href="/reference/{document}#{anchor}"' in client.get(f"/examples/{slug}/").text
    assert f'<section id="{anchor}"' in client.get(f"/reference/{document}").text


@pytest.mark.parametrize("slug", EXAMPLES)
def test_a_page_holds_nothing_that_its_policy_refuses(slug: str, client: FlaskClient) -> None:
    page = client.get(f"/examples/{slug}/").text
    tags = " ".join(TAG.findall(page))
    assert not re.search(r"\s(style|on\w+)=", tags)
    assert "<style" not in tags
    assert not re.search(r"<script(?![^>]* src=)", tags)


def test_the_minimum_has_twenty_lines() -> None:
    lines = [line for line in EXAMPLES["minimum"].source.splitlines() if line.strip()]
    assert len(lines) <= 20


def test_the_index_leads_to_every_page(client: FlaskClient) -> None:
    page = client.get("/examples").text
    for slug in EXAMPLES:
        assert f'href="/examples/{slug}/"' in page
        assert client.get(f"/examples/{slug}/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/examples/none/",
        "/examples/none.zip",
        "/examples/minimum/?with=9",
        "/examples/minimum.zip?with=9",
        "/reference/none",
    ],
)
def test_what_is_not_there_is_404(path: str, client: FlaskClient) -> None:
    assert client.get(path).status_code == 404


def test_an_unsound_draw_of_an_example_is_400(client: FlaskClient) -> None:
    answer = client.get("/examples/minimum/rows?columns[0][data]=id&start=x")
    assert (answer.status_code, answer.json["error"]) == (400, "start must be a whole number.")


def test_versions_are_those_installed() -> None:
    asked = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    for client in {client for client, _, _ in tried()}:
        for file in client.files:
            folder = file.partition("/")[0]
            package = re.sub(r"^datatables(?=-|$)", "datatables.net", folder)
            assert asked[package].rpartition("@")[2] == client.version, file


def test_a_client_comes_after_what_it_needs() -> None:
    one = Client("one", "1", ("one.js",))
    two, three = (
        Client("two", "1", ("two.js",), (one,)),
        Client("three", "1", ("three.js",), (one,)),
    )
    assert loaded([two, three, one]) == [one, two, three]


@pytest.mark.parametrize(
    ("language", "source", "marked"),
    [
        (
            "py",
            'x = "a" # 1',
            'x = <span class="text">&#34;a&#34;</span> <span class="remark"># 1</span>',
        ),
        (
            "js",
            "new A('<')",
            '<span class="word">new</span> A(<span class="text">&#39;&lt;&#39;</span>)',
        ),
        (
            "html",
            "<p>7</p>",
            '<span class="word">&lt;p</span>&gt;7<span class="word">&lt;/p</span>&gt;',
        ),
    ],
)
def test_words_texts_and_remarks_are_marked(language: str, source: str, marked: str) -> None:
    assert str(highlight(source, language)) == marked
