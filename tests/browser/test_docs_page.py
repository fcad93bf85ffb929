"""The API's reference: what the description says is there to read, and each request to try."""

import json

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Locator, Page, expect

from tests.browser.checks import LOOKS, look, overflow, serious_findings


@pytest.fixture
def docs(page: Page) -> Page:
    page.goto("docs")
    expect(page.get_by_role("button", name="Send").first).to_be_visible()
    return page


def entry(docs: Page, method: str, path: str) -> Locator:
    """Open the entry of an operation by its link in the contents."""
    name = f"{method} {path}"
    docs.get_by_role("navigation", name="Addresses").get_by_role(
        "link", name=name, exact=True
    ).click()
    found = docs.locator(f'[id="{method.lower()}{path.replace("/", "-")}"]')
    expect(found).to_have_attribute("open", "")
    return found


def test_every_operation_is_there_with_its_summary(docs: Page, client: FlaskClient) -> None:
    described = client.get("/openapi.json").json["paths"]
    for path, methods in described.items():
        for method, operation in methods.items():
            found = entry(docs, method.upper(), path)
            expect(found.locator("summary")).to_contain_text(operation["summary"])
            expect(found.locator(".answers dt")).to_have_text(sorted(operation["responses"]))


def test_every_shape_is_there_with_its_members(docs: Page, client: FlaskClient) -> None:
    for name, schema in client.get("/openapi.json").json["components"]["schemas"].items():
        names = docs.locator(f"#{name} tbody th code").all_text_contents()
        assert set(schema["properties"]) <= set(names)


def test_a_get_is_tried_and_answered(docs: Page) -> None:
    found = entry(docs, "GET", "/api/users")
    box = found.get_by_label("The request, as JSON")
    asked = json.loads(box.input_value()) | {"length": 1}
    box.fill(json.dumps(asked))
    with docs.expect_request("**/api/users?*") as sent:
        found.get_by_role("button", name="Send").press("Enter")
    assert "columns%5B0%5D%5Bdata%5D=name" in sent.value.url
    expect(found.locator(".answer")).to_contain_text("200 · ")
    expect(found.locator(".answer")).to_contain_text("application/json")
    expect(found.get_by_label("The answer")).to_contain_text('"recordsTotal": 500')
    expect(found.locator("pre .word").first).to_have_text('"draw"')


def test_a_post_is_tried_by_keyboard_and_means_the_same(docs: Page) -> None:
    totals = []
    for method in ("GET", "POST"):
        found = entry(docs, method, "/api/users")
        found.get_by_label("The request, as JSON").press("Control+Enter")
        expect(found.locator(".answer")).to_contain_text("200 · ")
        text = found.get_by_label("The answer").text_content() or ""
        totals.append(text.split('"recordsFiltered": ')[1].split(",")[0])
    assert totals[0] == totals[1]
    assert 0 < int(totals[0]) < 500


def test_a_refusal_is_shown_as_it_is(docs: Page) -> None:
    found = entry(docs, "GET", "/api/users")
    found.get_by_label("The request, as JSON").fill('{"columns": [{"data": "id"}], "start": "x"}')
    found.get_by_role("button", name="Send").click()
    expect(found.locator(".answer")).to_contain_text("400 · ")
    expect(found.get_by_label("The answer")).to_contain_text("start")


def test_what_is_no_json_is_said_before_it_is_sent(docs: Page) -> None:
    found = entry(docs, "POST", "/api/users")
    found.get_by_label("The request, as JSON").fill("{")
    found.get_by_role("button", name="Send").click()
    expect(found.locator(".answer")).to_contain_text("The request is not JSON")
    expect(found.get_by_label("The answer")).to_be_hidden()


def test_a_lost_connection_is_one_sentence(docs: Page) -> None:
    docs.route("**/healthz", lambda route: route.abort())
    found = entry(docs, "GET", "/healthz")
    found.get_by_role("button", name="Send").click()
    expect(found.locator(".answer")).to_have_text("The server cannot be reached.")


def test_a_long_answer_is_cut(docs: Page) -> None:
    docs.route("**/healthz", lambda route: route.fulfill(body="x" * 300_000))
    found = entry(docs, "GET", "/healthz")
    found.get_by_role("button", name="Send").click()
    expect(found.get_by_label("The answer")).to_contain_text("… and more")
    assert len(found.get_by_label("The answer").text_content() or "") < 13_000


def test_a_request_is_copied_as_curl(docs: Page) -> None:
    docs.context.grant_permissions(["clipboard-read", "clipboard-write"])
    found = entry(docs, "POST", "/api/users")
    found.get_by_label("The request, as JSON").fill('{"columns": [{"data": "it\'s"}]}')
    found.get_by_role("button", name="Copy as curl").click()
    expect(found.get_by_role("button", name="Copied")).to_be_visible()
    copied = docs.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("curl -X POST 'http://127.0.0.1:")
    assert copied.endswith("""-d '{"columns":[{"data":"it'\\''s"}]}'""")


def test_a_link_opens_what_it_leads_to(page: Page) -> None:
    page.goto("docs#User")
    expect(page.locator("#User")).to_have_attribute("open", "")
    expect(page.locator("#User tbody th").first).to_be_in_viewport()


def test_it_can_be_read_without_a_script(client: FlaskClient) -> None:
    html = client.get("/docs").text
    for words in ("columns[i][search][value]", "Not a sound DataTables request", "birthday"):
        assert words in html


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_it_is_sound_at_every_size(page: Page, width: int, scheme: str) -> None:
    look(page, width, scheme)
    page.goto("docs")
    page.get_by_role("button", name="Send").first.click()
    expect(page.locator(".answer").first).to_contain_text("200 · ")
    for summary in page.locator("details.shape summary").all():
        summary.click()
    assert overflow(page) <= 0
    assert serious_findings(page) == []
