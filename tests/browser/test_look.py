"""Light and dark, wide and narrow, and nothing that jumps."""

from playwright.sync_api import Page, expect

from tests.browser.demo import Demo

THEME = "document.documentElement.dataset.bsTheme"
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(244, 245, 249)", "rgb(15, 17, 23)"


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


def test_a_phone_scrolls_the_table_not_the_page(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    demo = Demo(page)
    demo.open()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.locator("#rows").evaluate("rows => { rows.scrollLeft = 600; }")
    expect(demo.rows.first.locator("td.name")).to_be_in_viewport()
    left = demo.rows.first.locator("td.name").bounding_box()
    assert left is not None
    assert left["x"] < 30
    expect(demo.search_box).to_be_in_viewport()


def test_nothing_jumps_while_rows_load(demo: Demo) -> None:
    demo.page.wait_for_timeout(300)
    assert demo.page.evaluate("shifted") < 0.01


def test_the_page_keeps_its_height_whatever_is_found(demo: Demo) -> None:
    height = demo.page.locator(".table-panel").bounding_box()
    demo.search_box.fill(demo.column("email")[0])
    expect(demo.rows).to_have_count(1)
    assert demo.page.locator(".table-panel").bounding_box() == height
    demo.search_box.fill("nobody at all")
    expect(demo.page.get_by_text("No users match")).to_be_visible()
    assert demo.page.locator(".table-panel").bounding_box() == height
