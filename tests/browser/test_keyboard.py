"""The page without a mouse."""

import re

from playwright.sync_api import expect

from tests.browser.demo import Demo


def test_slash_searches_and_escape_leaves(demo: Demo) -> None:
    demo.page.keyboard.press("/")
    expect(demo.search_box).to_be_focused()
    demo.page.keyboard.type("maria/")
    expect(demo.search_box).to_have_value("maria/")
    demo.page.keyboard.press("Escape")
    expect(demo.search_box).not_to_be_focused()


def test_arrows_page_and_move_enter_opens_space_selects(demo: Demo) -> None:
    press = demo.page.keyboard.press
    press("ArrowRight")
    expect(demo.info).to_contain_text("11 to 20")
    press("End")
    expect(demo.info).to_contain_text("491 to 500")
    press("Home")
    expect(demo.info).to_contain_text("1 to 10")
    press("ArrowDown")
    press("ArrowDown")
    expect(demo.rows.nth(1)).to_be_focused()
    press("Enter")
    expect(demo.page.locator("tr.details")).to_have_count(1)
    press("Space")
    expect(demo.rows.nth(1)).to_have_class(re.compile("selected"))
    press("ArrowUp")
    expect(demo.rows.nth(0)).to_be_focused()


def test_a_question_mark_lists_the_keys(demo: Demo) -> None:
    demo.page.keyboard.press("?")
    keys = demo.page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("search")
    demo.page.keyboard.press("ArrowRight")
    demo.page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    expect(demo.info).to_contain_text("1 to 10")


def test_a_filter_is_set_and_removed_by_keyboard_alone(demo: Demo) -> None:
    press = demo.page.keyboard.press
    demo.heading("country").get_by_role("button").nth(1).press("Enter")
    expect(demo.page.locator(".dtcc-dropdown")).to_be_visible()
    demo.page.keyboard.type("germ")
    demo.page.locator(".dtcc-dropdown").get_by_role("button", name="Germany").press("Enter")
    expect(demo.chips).to_have_text(["Country is Germany✕"])
    press("Escape")
    expect(demo.page.locator(".dtcc-dropdown")).to_have_count(0)
    demo.chips.first.press("Enter")
    expect(demo.chips).to_have_count(0)


def test_a_page_is_gone_to_by_g(demo: Demo) -> None:
    demo.page.keyboard.press("g")
    demo.page.keyboard.type("12")
    demo.page.keyboard.press("Enter")
    expect(demo.info).to_contain_text("111 to 120")
