"""After any failure: a sentence in a banner, a way to try again, and the last rows still there."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.demo import API, Demo

SENTENCE = "The search pattern is not complete."
EMPTY = {"draw": 2, "recordsTotal": 0, "recordsFiltered": 0, "data": []}
HTML = {"content_type": "text/html", "body": "<h1>Bad Gateway</h1>"}
UNREADABLE = "No readable answer (HTTP {}).".format
FAILURES = {
    "user error": ({"json": {**EMPTY, "error": SENTENCE}}, SENTENCE),
    "bad request": ({"status": 400, "json": {**EMPTY, "error": SENTENCE}}, SENTENCE),
    "too large": ({"status": 413, "json": {**EMPTY, "error": SENTENCE}}, SENTENCE),
    "defect": ({"status": 500, "json": {**EMPTY, "error": SENTENCE}}, SENTENCE),
    "database away": ({"status": 503, "json": {**EMPTY, "error": SENTENCE}}, SENTENCE),
    "proxy error": ({"status": 502, **HTML}, UNREADABLE(502)),
    "login page": ({"status": 200, **HTML}, UNREADABLE(200)),
    "null": ({"status": 200, "json": None}, UNREADABLE(200)),
}


@pytest.mark.parametrize(("answer", "sentence"), FAILURES.values(), ids=FAILURES.keys())
def test_a_failed_page_turn_keeps_the_rows(demo: Demo, answer: dict, sentence: str) -> None:
    before = demo.column("name")
    demo.page.route(API, lambda route: route.fulfill(**answer), times=1)
    demo.turn_to("2")
    expect(demo.banner).to_contain_text(sentence)
    expect(demo.table).to_have_attribute("aria-busy", "false")
    assert demo.column("name") == before
    demo.retry.click()
    expect(demo.info).to_have_text("11 to 20 of 500 users")
    expect(demo.retry).to_be_hidden()


def test_a_lost_connection_is_said_and_mended(demo: Demo) -> None:
    before = demo.column("name")
    demo.page.route(API, lambda route: route.abort("connectionfailed"), times=1)
    demo.turn_to("Next")
    expect(demo.banner).to_contain_text("The server cannot be reached.")
    expect(demo.table).to_have_attribute("aria-busy", "false")
    assert demo.column("name") == before
    demo.retry.click()
    expect(demo.info).to_have_text("11 to 20 of 500 users")


def test_the_same_button_works_again_after_a_failure(demo: Demo) -> None:
    demo.page.route(API, lambda route: route.abort(), times=1)
    demo.turn_to("2")
    expect(demo.retry).to_be_visible()
    demo.turn_to("2")
    expect(demo.info).to_have_text("11 to 20 of 500 users")
    expect(demo.retry).to_be_hidden()


def test_typing_on_mends_a_failed_search(demo: Demo) -> None:
    email = demo.column("email")[0]
    demo.page.route(API, lambda route: route.fulfill(**FAILURES["user error"][0]), times=1)
    demo.search_box.fill("(half")
    expect(demo.retry).to_be_visible()
    demo.search_box.fill(email)
    expect(demo.rows).to_have_count(1)
    expect(demo.retry).to_be_hidden()


def test_a_failed_first_draw_can_be_tried_again(demo: Demo) -> None:
    demo.page.route(API, lambda route: route.fulfill(**FAILURES["database away"][0]), times=1)
    demo.page.reload()
    expect(demo.banner).to_contain_text(SENTENCE)
    expect(demo.table).to_have_class(re.compile("failed"))  # nothing moves as if rows would come
    demo.retry.click()
    expect(demo.rows).to_have_count(10)
    expect(demo.search_box).to_be_focused()


def test_markup_in_an_error_is_text(demo: Demo) -> None:
    answer = {**EMPTY, "error": "<img src=x onerror=alert(1)>"}
    demo.page.route(API, lambda route: route.fulfill(json=answer), times=1)
    demo.turn_to("2")
    expect(demo.banner).to_contain_text("<img src=x onerror=alert(1)>")


def test_a_slow_answer_is_shown_as_busy(demo: Demo) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    demo.page.route(API, hold, times=1)
    demo.turn_to("2")
    expect(demo.table).to_have_attribute("aria-busy", "true")
    assert demo.rows.count() == 10
    held[0].continue_()
    expect(demo.info).to_have_text("11 to 20 of 500 users")
    expect(demo.table).to_have_attribute("aria-busy", "false")
