"""The page by keyboard, and what it tells a screen reader."""

import pytest
from playwright.sync_api import expect

from tests.browser.demo import Demo

FOCUSED_TEXT = "document.activeElement.textContent.trim()"
FOCUSED_NAME = "document.activeElement.ariaLabel ?? document.activeElement.textContent.trim()"


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_heading_sorts_by_keyboard(demo: Demo, key: str) -> None:
    demo.sort("city").press(key)
    expect(demo.heading("city")).to_have_attribute("aria-sort", "ascending")
    cities = demo.column("city")
    assert cities == sorted(cities, key=str.lower)
    expect(demo.sort("city")).to_be_focused()
    assert demo.page.evaluate("scrollY") == 0


def test_one_heading_tells_the_order(demo: Demo) -> None:
    expect(demo.page.locator("th[aria-sort]")).to_have_count(1)
    demo.sort("city").click()
    expect(demo.heading("city")).to_have_attribute("aria-sort", "ascending")
    expect(demo.page.locator("th[aria-sort]")).to_have_count(1)


def test_pages_turn_by_keyboard_and_keep_the_focus(demo: Demo) -> None:
    demo.pager("Next").press("Enter")
    expect(demo.info).to_have_text("11 to 20 of 500 users")
    expect(demo.pager("Next")).to_be_focused()


def test_the_first_stop_skips_to_the_table(demo: Demo) -> None:
    demo.page.keyboard.press("Tab")
    assert demo.page.evaluate(FOCUSED_TEXT) == "Skip to the table"
    demo.page.keyboard.press("Enter")
    expect(demo.page.locator("main")).to_be_focused()


def test_the_stops_follow_the_page(demo: Demo) -> None:
    demo.search_box.focus()
    seen = []
    for _ in range(10):
        demo.page.keyboard.press("Tab")
        seen.append(demo.page.evaluate(FOCUSED_NAME))
    assert seen == [
        "+ Filter", "Columns 8/14", "Compact", "Views", "Export 500",
        "Copy link", "Keyboard shortcuts",
        "Rows", "ID: Activate to invert sorting", "Filter by ID",
    ]  # fmt: skip


def test_the_focus_is_visible(demo: Demo) -> None:
    button = demo.page.get_by_role("button", name="Switch between light and dark")
    demo.page.locator(".masthead nav a").last.focus()
    demo.page.keyboard.press("Tab")
    expect(button).to_be_focused()
    assert button.evaluate("button => getComputedStyle(button).outlineStyle") == "solid"


def test_everything_has_a_name(demo: Demo) -> None:
    expect(demo.table).to_have_accessible_name(
        "Users and their addresses; headings with a button sort."
    )
    expect(demo.search_box).to_have_accessible_name("Search users")
    expect(demo.search_box).to_have_accessible_description(
        'Words in any order, "a phrase" in quotes, !word to leave rows out'
    )
    scopes = demo.page.locator("#users thead th").evaluate_all("all => all.map(th => th.scope)")
    assert scopes == ["col"] * 8
    nameless = demo.page.get_by_role("button").evaluate_all(
        "all => all.filter(button => !button.ariaLabel && !button.textContent.trim()).length"
    )
    assert nameless == 0


def test_the_count_is_announced(demo: Demo) -> None:
    expect(demo.info).to_have_role("status")


def test_the_state_of_a_user_is_said_in_words(demo: Demo) -> None:
    assert set(demo.column("active")) <= {"Active", "Inactive"}
