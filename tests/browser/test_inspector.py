"""The strip below the rows, and the drawer that says what the last draw did.

What the server tells of a draw is put into its answer here, so that these tests say what the page
shows of it whatever a database did.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.demo import API, Demo

SQL = "SELECT users.id -- the page\nFROM users\nWHERE users.name LIKE '%<b>%' LIMIT 10"
PLAN = [
    {"depth": 0, "text": "Limit", "detail": ""},
    {"depth": 1, "text": "Scan of users", "detail": "by ix_users_name"},
]
TIMING = 'db;dur=3.14;desc="1 statement", total;dur=4.0'


def told(answer: dict[str, Any], *, plan: bool) -> dict[str, Any]:
    """Tell how an answer was made."""
    statement = {"purpose": "page and total", "sql": SQL, "milliseconds": 3.14, "rows": 10}
    return {
        "database": "SQLite",
        "milliseconds": 3.14,
        "request": {
            "draw": answer["draw"], "start": 0, "length": 10, "search": "an",
            "columns": ["id", "name"],
        },
        "conditions": [{"source": "search", "words": "a column contains “<b>”"}],
        "order": ["name asc"],
        "statements": [statement | ({"plan": PLAN} if plan else {})],
        "remembered": [
            {"what": "total", "used": True, "why": "the data is unchanged"},
            {"what": "anchor", "used": False, "why": "the first page needs none"},
        ],
        "rows": len(answer["data"]),
        "matched": answer["recordsFiltered"],
        "total": answer["recordsTotal"],
    }  # fmt: skip


def tell(route: Route) -> None:
    """Answer as the server does, and tell how the answer was made."""
    found = route.fetch()
    answer = found.json()
    answer["inspector"] = told(answer, plan='"inspector":"plan"' in (route.request.post_data or ""))
    route.fulfill(json=answer, headers={**found.headers, "Server-Timing": TIMING})


@pytest.fixture
def demo(demo: Demo) -> Iterator[Demo]:
    """Give the page whose every answer tells how it was made."""
    demo.page.route(API, tell)
    demo.turn_to("Next")
    expect(demo.info).to_contain_text("11 to 20")
    yield demo
    demo.page.unroute_all(behavior="ignoreErrors")


def test_the_strip_says_the_servers_time_and_the_browsers(demo: Demo) -> None:
    cost = demo.page.get_by_label("What the last draw cost")
    expect(cost).to_contain_text("1 statement")
    expect(cost).to_contain_text("3.1 ms in ")
    expect(cost).to_contain_text("10 of 500 rows")
    expect(cost).to_contain_text("total remembered")
    expect(cost).to_contain_text("browser ")
    expect(demo.page.locator("#figure-time")).to_have_text("3.1 ms")
    expect(demo.page.locator("#figure-statements")).to_have_text("1")


def test_the_drawer_shows_the_draw_as_text(demo: Demo) -> None:
    demo.page.get_by_role("button", name="Inspect").click()
    drawer = demo.page.locator("#drawer")
    expect(drawer.get_by_role("tabpanel", name="SQL")).to_contain_text(SQL.replace("\n", " "))
    expect(drawer.locator("pre .word").first).to_have_text("SELECT")
    expect(drawer.locator("pre .text")).to_have_text("'%<b>%'")
    drawer.get_by_role("tab", name="In words").click()
    expect(drawer.get_by_role("tabpanel")).to_contain_text("a column contains “<b>”")
    drawer.get_by_role("tab", name="In words").press("ArrowLeft")
    expect(drawer.get_by_role("tabpanel", name="Request")).to_contain_text("order")
    drawer.get_by_role("tab", name="Memory").click()
    expect(drawer.get_by_role("tabpanel")).to_contain_text("the data is unchanged")
    expect(drawer.get_by_label("Where the time went")).to_contain_text("3.1 ms")
    assert drawer.locator("b:has-text('<b>')").count() == 0


def test_the_plan_is_asked_for_when_it_is_looked_at(demo: Demo) -> None:
    demo.page.get_by_role("button", name="Inspect").click()
    with demo.page.expect_request(API) as asked:
        demo.page.get_by_role("tab", name="Plan").click()
    assert '"inspector":"plan"' in (asked.value.post_data or "")
    expect(demo.page.locator(".plan li")).to_have_text(["Limit", "Scan of users by ix_users_name"])


def test_the_statements_are_copied_and_follow_the_draws(demo: Demo) -> None:
    demo.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    demo.page.keyboard.press("i")
    demo.page.locator("#drawer").get_by_role("button", name="Copy").click()
    expect(demo.page.locator("#drawer").get_by_role("button", name="Copied")).to_be_visible()
    copied = demo.page.evaluate("navigator.clipboard.readText()")
    assert copied == f"-- page and total\n{SQL};\n"
    demo.page.get_by_role("tab", name="Request").click()
    demo.turn_to("Next")
    expect(demo.info).to_contain_text("21 to 30")
    expect(demo.page.locator("#drawer").get_by_role("tabpanel")).to_be_visible()


def test_where_the_server_tells_nothing_there_is_no_drawer(demo: Demo) -> None:
    def tell_nothing(route: Route) -> None:
        answer = route.fetch().json()
        route.fulfill(json={key: answer[key] for key in answer if key != "inspector"})

    demo.page.unroute_all(behavior="wait")
    demo.page.route(API, tell_nothing)
    demo.turn_to("Next")
    expect(demo.info).to_contain_text("21 to 30")
    expect(demo.page.get_by_role("button", name="Inspect")).to_be_hidden()
    expect(demo.page.get_by_label("What the last draw cost")).to_contain_text("10 of 500 rows")
