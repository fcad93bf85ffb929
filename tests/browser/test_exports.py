"""Exports: how many rows is said before, what comes is shown and kept, and can be stopped.

The rows are answered here, so that the page can be seen at work whatever the server sends.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect
from sqlalchemy import Engine

from tests.browser.conftest import served
from tests.browser.demo import Demo

EXPORT = "**/api/users/export.csv"
ROWS = "id,name\r\n" + "".join(f"{number},Zoë\r\n" for number in range(1, 501))


@pytest.fixture(scope="module")
def site(seeded_engine: Engine, make_app: Callable[..., Flask]) -> Iterator[str]:
    """Serve an app that has exports."""
    app = make_app(seeded_engine.url.render_as_string(hide_password=False))
    address = "/api/users/export.csv"
    if address not in {rule.rule for rule in app.url_map.iter_rules()}:
        app.add_url_rule(address, "export", lambda: "", methods=["POST"])
    with served(app) as address:
        yield address


def answer(route: Route) -> None:
    """Send all rows."""
    headers = {"X-Export-Rows": "500", "Content-Type": "text/csv"}
    route.fulfill(body=ROWS, headers=headers)


def test_the_rows_are_counted_before_and_saved(demo: Demo, tmp_path: Path) -> None:
    demo.page.route(EXPORT, answer)
    expect(demo.page.locator("#export summary")).to_have_text("Export 500")
    demo.press("Export")
    menu = demo.page.locator("#export")
    expect(menu).to_contain_text("500 rows, in the order shown")
    with demo.page.expect_download() as download:
        menu.get_by_role("button", name="CSV").click()
    assert download.value.suggested_filename == "users.csv"
    download.value.save_as(tmp_path / "users.csv")
    assert tmp_path.joinpath("users.csv").read_bytes().decode() == ROWS
    expect(menu.get_by_role("status")).to_contain_text("500 rows in users.csv")


def test_the_export_asks_what_the_table_asks(page: Page) -> None:
    demo = Demo(page)
    demo.open("?q=an&order=-balance&country=Germany")
    page.route(EXPORT, answer)
    demo.press("Export")
    with page.expect_request(EXPORT) as asked:
        page.get_by_role("button", name="CSV").click()
    question = asked.value.post_data_json
    assert question["search"]["value"] == "an"
    assert question["order"][0]["dir"] == "desc"
    assert question["length"] == -1
    assert question["columns"][5]["columnControl"]["list"] == {"0": "Germany"}


def test_a_failure_is_said_in_its_sentence(demo: Demo) -> None:
    sentence = {"error": "Too many exports at once."}
    demo.page.route(EXPORT, lambda route: route.fulfill(status=503, json=sentence))
    demo.press("Export")
    demo.page.get_by_role("button", name="CSV").click()
    expect(demo.page.locator("#export")).to_contain_text("Too many exports at once.")


def test_an_export_is_cancelled(demo: Demo) -> None:
    held: list[Route] = []
    demo.page.route(EXPORT, lambda route: held.append(route))  # noqa: PLW0108 - wants a function
    demo.press("Export")
    demo.page.get_by_role("button", name="CSV").click()
    demo.page.get_by_role("button", name="Cancel").click()
    expect(demo.page.locator("#export")).to_contain_text("Cancelled")
    assert held


def test_a_cut_is_said(demo: Demo) -> None:
    headers = {"X-Export-Rows": "500", "X-Export-Cut": "500"}
    demo.page.route(EXPORT, lambda route: route.fulfill(body=ROWS, headers=headers))
    demo.press("Export")
    demo.page.get_by_role("button", name="CSV").click()
    expect(demo.page.locator("#export").get_by_role("status")).to_contain_text("cut there")
