"""Both tables side by side: one view for both, timed in turn, and what differs said."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, Request, Route, expect
from sqlalchemy import Engine

from tests.api.draws import KEYS
from tests.browser.checks import LOOKS, look, overflow, serious_findings

STOCK, OURS = "**/api/stock/users", "**/api/users"


class Compare:
    """Find the parts of the page by what a reader sees or hears."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.search_box = page.get_by_role("searchbox", name="Search both tables")
        self.medians = page.locator("#medians")
        self.verdict = page.get_by_role("status").filter(has_text="total")

    def open(self) -> None:
        self.page.goto("compare")
        self.settled(1)

    def settled(self, draws: int) -> None:
        """Wait until so many draws were timed on both sides."""
        said = "One draw" if draws == 1 else f"last {draws} draws"
        expect(self.medians).to_contain_text(said)

    def side(self, key: str) -> Locator:
        return self.page.locator(f'.side[data-side="{key}"]')

    def rows(self, key: str, column: str) -> list[str]:
        return self.side(key).locator(f"tbody td.{column}").all_text_contents()


@pytest.fixture
def compare(page: Page) -> Compare:
    compare = Compare(page)
    compare.open()
    return compare


def test_both_show_the_same_rows(compare: Compare) -> None:
    compare.page.get_by_role("button", name="First page by ID").click()
    compare.settled(2)
    assert compare.rows("stock", "id") == [str(n) for n in range(1, 11)]
    for column in ("id", "name", "city"):
        assert compare.rows("stock", column) == compare.rows("ours", column)
    expect(compare.page.locator("#verdict")).to_contain_text("Same total: 500")
    expect(compare.page.locator("#verdict")).to_contain_text("Same rows in the same order")
    for key in ("stock", "ours"):
        expect(compare.side(key).locator(".total")).to_have_text("500 of 500 users")
        expect(compare.side(key).locator(".sent")).to_contain_text("kB sent")


def test_one_search_box_and_one_order_are_for_both(compare: Compare) -> None:
    compare.search_box.fill("maria")
    compare.settled(2)
    compare.page.get_by_label("Order both tables by").select_option("id desc")
    compare.settled(3)
    for key in ("stock", "ours"):
        names, ids = compare.rows(key, "name"), compare.rows(key, "id")
        assert names
        assert [int(i) for i in ids] == sorted((int(i) for i in ids), reverse=True)
        expect(compare.side(key).locator("th.id")).to_have_attribute("aria-sort", "descending")


def test_one_pager_is_for_both(compare: Compare) -> None:
    compare.page.get_by_label("Order both tables by").select_option("id asc")
    compare.settled(2)
    pages = compare.page.get_by_role("navigation", name="Pages of both tables")
    pages.get_by_role("button", name="Next page").press("Enter")
    compare.settled(3)
    assert compare.rows("stock", "id") == compare.rows("ours", "id") == [
        str(n) for n in range(11, 21)
    ]  # fmt: skip
    box = pages.get_by_label("Page", exact=True)
    box.fill("999")
    box.press("Enter")
    compare.settled(4)
    expect(box).to_have_value("50")
    expect(pages.get_by_role("button", name="Next page")).to_be_disabled()
    assert compare.rows("ours", "id")[-1] == compare.rows("stock", "id")[-1] == "500"


def test_each_draw_asks_both_in_turn(compare: Compare) -> None:
    asked: list[str] = []
    compare.page.on("request", lambda request: asked.append(_path(request)))
    for draws in (2, 3):
        compare.page.get_by_role("button", name="Rare search").click()
        compare.settled(draws)
    assert asked in (
        ["/api/stock/users", "/api/users", "/api/users", "/api/stock/users"],
        ["/api/users", "/api/stock/users", "/api/stock/users", "/api/users"],
    )


def _path(request: Request) -> str:
    return "/" + request.url.split("/", 3)[3]


def test_both_get_the_same_request(compare: Compare) -> None:
    bodies: list[Any] = []
    compare.page.on("request", lambda request: bodies.append(request.post_data))
    compare.page.get_by_role("button", name="Search, ordered by city").click()
    compare.settled(2)
    assert len(bodies) == 2
    assert "search%5Bvalue%5D=maria" in bodies[0]
    assert _but_draw(bodies[0]) == _but_draw(bodies[1])


def _but_draw(body: str) -> str:
    return re.sub(r"^draw=\d+", "", body)


def test_all_scenarios_are_played_one_after_the_other(compare: Compare) -> None:
    compare.page.get_by_role("button", name="Try them all").click()
    compare.settled(9)
    expect(compare.page.locator("#plot")).to_have_attribute(
        "aria-label", re.compile("last 9 draws: the library [0-9,.]+ ms, this engine [0-9,.]+ ms")
    )


def answer(route: Route, ids: list[int], total: float, timing: str | None = None) -> None:
    """Answer a draw with rows of those ids."""
    asked = dict(part.split("=") for part in (route.request.post_data or "").split("&"))
    shown = {"active": True, "created_at": "2020-01-01T00:00:00Z"}
    rows = [dict.fromkeys(KEYS) | shown | {"id": n, "name": f"User {n}"} for n in ids]
    body = {"draw": int(asked["draw"]), "recordsTotal": 500, "recordsFiltered": 100, "data": rows}
    headers = {"content-type": "application/json"}
    headers |= {"Server-Timing": timing.format(total)} if timing else {}
    route.fulfill(body=json.dumps(body), headers=headers)


TIMING = 'db;dur=1.5;desc="3 statements", total;dur={}'


def test_times_are_the_servers_where_both_tell_them(compare: Compare) -> None:
    compare.page.route(STOCK, lambda route: answer(route, [1], 1250.0, TIMING))
    compare.page.route(OURS, lambda route: answer(route, [1], 2.5, TIMING))
    compare.page.get_by_role("button", name="Rare search").click()
    compare.settled(2)
    bars = compare.page.locator(".bars output")
    expect(bars).to_have_text(["1,250 ms", "2.5 ms"])
    expect(compare.page.locator("#times")).to_have_text("500×")
    expect(compare.page.locator("#clock")).to_contain_text("the server’s")
    expect(compare.side("ours").locator(".sent")).to_contain_text("3 statements")
    widths = compare.page.locator(".bars .bar").evaluate_all("all => all.map(b => b.style.width)")
    assert widths == ["100%", "0.4%"]


def test_a_slower_engine_is_called_slower(compare: Compare) -> None:
    compare.page.route(STOCK, lambda route: answer(route, [1], 10.0, TIMING))
    compare.page.route(OURS, lambda route: answer(route, [1], 25.0, TIMING))
    compare.page.get_by_role("button", name="Rare search").click()
    compare.settled(2)
    expect(compare.page.locator("#times")).to_have_text("2.5×")
    expect(compare.page.locator("#than")).to_have_text("slower, this draw")


def test_a_time_of_the_server_is_not_held_against_one_of_the_browser(compare: Compare) -> None:
    compare.page.route(OURS, lambda route: answer(route, [1], 123_456.0, TIMING))
    compare.page.route(STOCK, lambda route: answer(route, [1], 0.0))
    compare.page.get_by_role("button", name="Rare search").click()
    compare.settled(2)
    expect(compare.page.locator("#clock")).to_contain_text("the browser’s")
    expect(compare.page.locator(".bars output").last).not_to_have_text("123,456 ms")


def test_a_row_on_two_pages_is_marked(compare: Compare) -> None:
    pages = iter([range(1, 11), [10, *range(12, 21)], range(1, 11)])
    compare.page.route(STOCK, lambda route: answer(route, list(next(pages)), 1.0, TIMING))
    compare.page.route(OURS, lambda route: answer(route, list(range(1, 11)), 1.0, TIMING))
    compare.page.get_by_role("button", name="Rare search").click()
    compare.settled(2)
    compare.page.get_by_role("button", name="Next page").click()
    compare.settled(3)
    row = compare.side("stock").locator("tr.repeated")
    expect(row).to_contain_text("User 10")
    expect(row).to_contain_text("also on page 1")
    expect(compare.page.locator("#verdict")).to_contain_text(
        re.compile("sqlalchemy-datatables [0-9.]+: 1 row of this page was on another page already")
    )
    compare.page.get_by_role("button", name="Previous page").click()
    compare.settled(4)
    expect(compare.side("stock").locator("tr.repeated")).to_have_count(0)


def test_a_failure_of_one_side_is_said_there(compare: Compare) -> None:
    failed = {"draw": 2, "recordsTotal": 0, "recordsFiltered": 0, "data": [], "error": "Too slow."}
    compare.page.route(STOCK, lambda route: route.fulfill(json=failed))
    compare.page.get_by_role("button", name="Rare search").click()
    expect(compare.side("stock").get_by_role("alert")).to_have_text("Too slow.")
    expect(compare.page.locator(".bars output").first).to_have_text("failed")
    expect(compare.side("ours").get_by_role("alert")).to_be_hidden()
    compare.page.unroute(STOCK)
    compare.page.get_by_role("button", name="First page by ID").click()
    expect(compare.side("stock").get_by_role("alert")).to_be_hidden()


def test_a_lost_connection_is_one_sentence(compare: Compare) -> None:
    compare.page.route(OURS, lambda route: route.abort())
    compare.page.get_by_role("button", name="Rare search").click()
    expect(compare.side("ours").get_by_role("alert")).to_have_text("The server cannot be reached.")


def test_it_says_how_many_rows_there_are_and_how_to_get_more(compare: Compare) -> None:
    main = compare.page.get_by_role("main")
    expect(main).to_contain_text("This database holds 500 users.")
    expect(main).to_contain_text("make run SEED_USERS=1000000 RESET=1")


def test_without_the_library_the_page_says_so(
    make_app: Callable[..., Flask], seeded_engine: Engine
) -> None:
    app = make_app(seeded_engine.url.render_as_string(hide_password=False))
    answer = app.test_client().get("/compare").text
    assert "There is nothing to compare with" in answer
    assert "STOCK_BASELINE=true" in answer
    assert "compare.js" not in answer


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_it_is_sound_at_every_size(page: Page, width: int, scheme: str) -> None:
    look(page, width, scheme)
    Compare(page).open()
    assert overflow(page) <= 0
    assert serious_findings(page) == []
    assert page.evaluate("shifted") < 0.01


def test_it_works_by_keyboard_alone(compare: Compare) -> None:
    compare.search_box.focus()
    compare.page.keyboard.type("hensley")
    compare.settled(2)
    compare.page.keyboard.press("Tab")
    expect(compare.page.get_by_label("Order both tables by")).to_be_focused()
    compare.page.keyboard.press("ArrowDown")
    compare.settled(3)
    compare.page.keyboard.press("Tab")
    expect(compare.page.get_by_label("Page", exact=True)).to_be_focused()
