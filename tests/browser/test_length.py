"""The length of a page, where the server allows no more than sixty rows."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import Engine

from tests.browser.conftest import served
from tests.browser.demo import Demo

DOCUMENT = Path(__file__).parents[2].joinpath("docs/moving-over.md").read_text(encoding="utf-8")
SENTENCE = "A page holds at most 60 rows; page on for the others."


@pytest.fixture(scope="module")
def site(seeded_engine: Engine, make_app: Callable[..., Flask]) -> Iterator[str]:
    """Serve the app with short pages."""
    url = seeded_engine.url.render_as_string(hide_password=False)
    with served(make_app(url, max_page_length=60)) as address:
        yield address


def test_the_menu_goes_up_to_the_longest_page_and_all(demo: Demo) -> None:
    options = demo.page.get_by_label("Rows per page").locator("option")
    expect(options).to_have_text(
        ["10 per page", "25 per page", "50 per page", "60 per page", "All per page"]
    )


def test_all_that_is_cut_says_so_beside_the_count_and_can_be_paged_through(demo: Demo) -> None:
    demo.page.get_by_label("Rows per page").select_option("-1")
    expect(demo.info).to_have_text("1 to 60 of 500 users")
    notices = demo.page.locator("#notices")
    expect(notices).to_contain_text(SENTENCE)
    expect(notices).to_have_attribute("aria-live", "polite")
    expect(demo.page.get_by_label("Rows per page")).to_have_value("60")
    seen = demo.column("id")
    while len(seen) < 500:
        demo.turn_to("Next")
        expect(demo.info).to_contain_text(f"{len(seen) + 1} to ")
        seen += demo.column("id")
    assert seen == [str(number) for number in range(1, 501)]


def test_all_that_fits_is_all(demo: Demo) -> None:
    demo.search_box.fill(demo.column("email")[0])
    expect(demo.rows).to_have_count(1)
    demo.page.get_by_label("Rows per page").select_option("-1")
    expect(demo.table).to_have_attribute("aria-busy", "false")
    expect(demo.page.get_by_label("Rows per page")).to_have_value("-1")
    expect(demo.page.locator("#notices li")).to_have_count(0)


def test_a_narrow_page_shows_the_sentence_as_well(demo: Demo) -> None:
    demo.page.set_viewport_size({"width": 360, "height": 740})
    demo.page.get_by_label("Rows per page").select_option("-1")
    sentence = demo.page.get_by_text(SENTENCE)
    sentence.scroll_into_view_if_needed()
    expect(sentence).to_be_in_viewport()
    assert demo.page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_pages_recipe_gets_every_row(demo: Demo) -> None:
    (recipe,) = re.findall(r"```js\n(.*?)```", DOCUMENT, re.DOTALL)
    demo.sort("id").click()
    expect(demo.heading("id")).to_have_attribute("aria-sort", "descending")
    table = "const table = new DataTable.Api('#users');"
    rows = demo.page.evaluate(f"() => {{ {table} {recipe} return everyRow(table, 'api/users'); }}")
    assert [row["id"] for row in rows] == list(range(500, 0, -1))
