"""Light and dark, wide and narrow, and nothing that jumps."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.demo import Demo

THEME = "document.documentElement.dataset.bsTheme"
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(246, 247, 249)", "rgb(13, 16, 22)"


def test_the_system_chooses_between_light_and_dark(demo: Demo) -> None:
    assert demo.page.evaluate(BACKGROUND) == LIGHT
    demo.page.emulate_media(color_scheme="dark")
    expect(demo.page.locator("body")).to_have_css("background-color", DARK)


def test_the_readers_choice_outlives_a_reload(demo: Demo) -> None:
    demo.page.get_by_role("button", name="Switch between light and dark").click()
    assert demo.page.evaluate(BACKGROUND) == DARK
    demo.page.reload()
    assert demo.page.evaluate(BACKGROUND) == DARK


def test_the_theme_is_chosen_before_the_page_is_read(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.add_init_script(
        f"new MutationObserver(() => {{ if (document.body) window.seen ??= {THEME}; }})"
        ".observe(document, { childList: true, subtree: true });"
    )
    page.goto("./")
    assert page.evaluate("window.seen") == "dark"


@pytest.mark.parametrize("width", [360, 390])
def test_on_a_phone_a_row_is_a_card_with_nothing_cut(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    demo = Demo(page)
    demo.open()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    for part in ("button.name", ".email", ".balance", ".country", ".pill"):
        box = demo.rows.first.locator(part).bounding_box()
        assert box
        assert 0 <= box["x"] < box["x"] + box["width"] <= width
    expect(demo.search_box).to_be_in_viewport()
    page.get_by_label("Sort by").select_option("balance:desc")
    expect(demo.heading("balance")).to_have_attribute("aria-sort", "descending")


def test_the_compound_filter_fits_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 740})
    demo = Demo(page)
    demo.open()
    demo.press("+ Filter")
    page.get_by_label("Column", exact=True).select_option(label="Birthday")
    page.get_by_label("Condition", exact=True).select_option(label="Between")
    expect(page.locator("#builder input.dtsb-value")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_many_columns_scroll_the_table_not_the_page_and_the_name_stays(demo: Demo) -> None:
    demo.open("?columns=id,name,email,company,city,country,balance,birthday,phone,street,state")
    assert demo.page.evaluate("document.documentElement.scrollWidth") == 1440
    demo.page.locator("#rows").evaluate("rows => { rows.scrollLeft = 600; }")
    left = demo.rows.first.locator("td.name").bounding_box()
    assert left
    assert left["x"] < 40


def test_columns_keep_their_widths_between_pages(demo: Demo) -> None:
    widths = "all => all.map(th => th.getBoundingClientRect().width)"
    before = demo.page.locator("#users th").evaluate_all(widths)
    demo.turn_to("Last")
    expect(demo.info).to_contain_text("491 to 500")
    assert demo.page.locator("#users th").evaluate_all(widths) == before


@pytest.mark.parametrize("width", [1440, 1280, 390])
@pytest.mark.parametrize("query", ["", "?q=an&order=-balance&rows=25", "?country=Germany"])
def test_nothing_jumps_while_rows_load(page: Page, width: int, query: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    Demo(page).open(query)
    page.wait_for_timeout(300)
    assert page.evaluate("shifted") < 0.01


def test_the_page_keeps_its_height_whatever_is_found(demo: Demo) -> None:
    height = demo.page.locator(".table-panel").bounding_box()
    demo.search_box.fill(demo.column("email")[0])
    expect(demo.rows).to_have_count(1)
    assert demo.page.locator(".table-panel").bounding_box() == height
    demo.search_box.fill("nobody at all")
    expect(demo.page.get_by_text("No users match")).to_be_visible()
    assert demo.page.locator(".table-panel").bounding_box() == height
