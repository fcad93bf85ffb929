"""What is shown is in the address: links, reloads, back and forward; and views that are kept."""

from playwright.sync_api import Page, expect

from tests.browser.demo import Demo

VIEW = "?q=an&order=-balance&page=2&rows=25&columns=id,name,balance,phone&country=Germany"


def test_an_address_shows_its_view_and_keeps_it(page: Page) -> None:
    demo = Demo(page)
    demo.open(VIEW)
    expect(demo.search_box).to_have_value("an")
    expect(demo.heading("balance")).to_have_attribute("aria-sort", "descending")
    expect(demo.info).to_contain_text("26 to ")
    expect(demo.chips).to_have_text(["Country is Germany✕"])
    shown = page.locator("#users thead th").evaluate_all("all => all.map(th => th.dataset.key)")
    assert shown == ["id", "name", "balance", "phone"]
    rows = demo.column("id")
    page.reload()
    expect(demo.rows.first).to_be_visible()
    assert demo.column("id") == rows
    assert page.url.endswith(VIEW)


def test_back_and_forward_go_from_view_to_view(demo: Demo) -> None:
    demo.search_box.fill("maria")
    expect(demo.info).to_contain_text("matching")
    found = demo.info.text_content()
    demo.sort("city").click()
    expect(demo.heading("city")).to_have_attribute("aria-sort", "ascending")
    demo.press("+ Filter")
    demo.page.get_by_label("Column", exact=True).select_option(label="Phone")
    demo.page.get_by_label("Condition", exact=True).select_option(label="Empty")
    expect(demo.chips).to_have_text(["Phone is empty✕"])
    demo.page.go_back()
    expect(demo.chips).to_have_count(0)
    expect(demo.heading("city")).to_have_attribute("aria-sort", "ascending")
    demo.page.go_back()
    expect(demo.heading("id")).to_have_attribute("aria-sort", "ascending")
    expect(demo.info).to_have_text(str(found))
    demo.page.go_back()
    expect(demo.info).to_have_text("1 to 10 of 500 users")
    expect(demo.search_box).to_have_value("")
    demo.page.go_forward()
    expect(demo.info).to_have_text(str(found))
    demo.page.go_forward()
    demo.page.go_forward()
    expect(demo.chips).to_have_text(["Phone is empty✕"])


def test_back_goes_to_a_page_far_behind_the_rows_of_now(demo: Demo) -> None:
    demo.turn_to("Last")
    expect(demo.info).to_have_text("491 to 500 of 500 users")
    demo.search_box.fill(demo.column("email")[0])
    expect(demo.rows).to_have_count(1)
    demo.page.go_back()
    expect(demo.info).to_have_text("491 to 500 of 500 users")
    expect(demo.page.get_by_label("Go to page")).to_have_value("50")


def test_an_address_without_sense_shows_the_table(page: Page) -> None:
    demo = Demo(page)
    demo.open("?order=nothing,-city&page=-3&rows=x&columns=none&where={broken&balance=greater")
    expect(demo.heading("city")).to_have_attribute("aria-sort", "descending")
    expect(demo.info).to_have_text("1 to 10 of 500 users")


def test_the_link_is_copied(demo: Demo) -> None:
    demo.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    demo.turn_to("3")
    expect(demo.info).to_contain_text("21 to 30")
    demo.press("Copy link")
    expect(demo.page.locator("#link")).to_have_text("Link copied")
    assert demo.page.evaluate("navigator.clipboard.readText()") == demo.page.url
    assert demo.page.url.endswith("?page=3")
    expect(demo.page.locator("#link")).to_have_text("Copy link")


def test_a_view_is_kept_shown_and_deleted(demo: Demo) -> None:
    demo.open("?q=an&order=-city&country=Spain")
    found = demo.info.text_content()
    demo.press("Views")
    menu = demo.page.locator("#views")
    expect(menu).to_contain_text("No views yet")
    menu.get_by_label("Name of the view").fill("<b>Marías</b>")
    menu.get_by_role("button", name="Save").click()
    kept = menu.get_by_role("button", name="<b>Marías</b>", exact=True)
    expect(kept).to_be_visible()
    demo.open()
    demo.press("Views")
    kept.click()
    expect(demo.info).to_have_text(str(found))
    expect(demo.heading("city")).to_have_attribute("aria-sort", "descending")
    expect(demo.chips).to_have_text(["Country is Spain✕"])
    expect(menu.locator("summary")).to_be_focused()
    demo.press("Views")
    menu.get_by_role("button", name="Delete the view <b>Marías</b>").click()
    expect(kept).to_have_count(0)


def test_two_views_of_one_name_are_refused_in_a_sentence(demo: Demo) -> None:
    menu = demo.page.locator("#views")
    demo.press("Views")
    for _ in range(2):
        menu.get_by_label("Name of the view").fill("twice")
        menu.get_by_role("button", name="Save").click()
        expect(menu.get_by_role("button", name="twice", exact=True)).to_be_visible()
    expect(menu.get_by_role("alert")).to_contain_text("taken by another")
    menu.get_by_role("button", name="Delete the view twice").click()
    expect(menu).to_contain_text("No views yet")
