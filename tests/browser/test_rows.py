"""What is done with rows: details, selection across pages, copy, print; columns and density."""

from playwright.sync_api import Page, expect

from tests.browser.demo import Demo


def test_a_click_opens_the_details_and_another_closes_them(demo: Demo) -> None:
    demo.rows.nth(2).locator("td.company").click()
    details = demo.page.locator("tr.details")
    expect(details.locator("dt")).to_have_count(14)
    expect(details).to_contain_text("Postcode")
    button = demo.rows.nth(2).get_by_role("button")
    expect(button).to_have_attribute("aria-expanded", "true")
    button.click()
    expect(details).to_have_count(0)
    expect(button).to_have_attribute("aria-expanded", "false")


def test_rows_are_selected_across_pages_and_copied(demo: Demo) -> None:
    demo.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    bar = demo.page.get_by_role("toolbar", name="Selected rows")
    demo.rows.nth(0).get_by_role("checkbox").check()
    demo.turn_to("Next")
    expect(demo.info).to_contain_text("11 to 20")
    demo.rows.nth(3).get_by_role("checkbox").check()
    expect(bar).to_contain_text("2 selected")
    demo.turn_to("Previous")
    expect(demo.rows.nth(0)).to_have_class("selected")
    expect(demo.rows.nth(0).get_by_role("checkbox")).to_be_checked()
    bar.get_by_role("button", name="Copy").click()
    expect(bar).to_contain_text("Copied")
    lines = demo.page.evaluate("navigator.clipboard.readText()").split("\n")
    assert lines[0].split("\t")[:3] == ["ID", "Name", "E-mail"]
    assert [line.split("\t")[0] for line in lines[1:]] == ["1", "14"]
    bar.get_by_role("button", name="Clear").click()
    expect(bar).to_be_hidden()
    expect(demo.page.locator("tr.selected")).to_have_count(0)


def test_all_that_match_are_selected_and_copied(demo: Demo) -> None:
    demo.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    demo.rows.nth(0).get_by_role("checkbox").check()
    bar = demo.page.get_by_role("toolbar", name="Selected rows")
    bar.get_by_role("button", name="Select all 500 matching").click()
    expect(bar).to_contain_text("500 selected")
    demo.turn_to("Last")
    expect(demo.info).to_contain_text("491 to 500")
    expect(demo.page.locator("tr.selected")).to_have_count(10)
    bar.get_by_role("button", name="Copy").click()
    expect(bar).to_contain_text("Copied")
    lines = demo.page.evaluate("navigator.clipboard.readText()").split("\n")
    assert [line.split("\t")[0] for line in lines[1:]] == [str(n) for n in range(1, 501)]


def test_what_is_selected_is_printed(page: Page) -> None:
    page.add_init_script(
        "window.print = () => { window.printed = document.getElementById('print').innerText; };"
    )
    demo = Demo(page)
    demo.open()
    name = demo.column("name")[1]
    demo.rows.nth(1).get_by_role("checkbox").check()
    page.get_by_role("button", name="Print").click()
    page.wait_for_function("window.printed !== undefined")
    assert name in page.evaluate("printed")
    assert "Active" in page.evaluate("printed") or "Inactive" in page.evaluate("printed")


def test_columns_are_chosen_and_the_email_has_one_place(demo: Demo) -> None:
    demo.press("Columns")
    for label in ("Birthday", "E-mail"):
        demo.page.locator("#columns label", has_text=label).click()
    expect(demo.page.locator("#columns summary")).to_have_text("Columns 10/14")
    expect(demo.heading("birthday")).to_be_visible()
    expect(demo.rows.first.locator(".second.email")).to_be_hidden()
    expect(demo.rows.first.locator("td.email")).to_be_visible()
    demo.page.keyboard.press("Escape")
    expect(demo.page.locator("#columns summary")).to_be_focused()


def test_rows_can_be_compact_and_stay_so(demo: Demo) -> None:
    before = demo.rows.first.bounding_box()
    demo.press("Compact")
    expect(demo.page.locator("#density")).to_have_attribute("aria-pressed", "true")
    demo.page.reload()
    expect(demo.rows.first).to_be_visible()
    after = demo.rows.first.bounding_box()
    assert before
    assert after
    assert after["height"] < before["height"] - 10


def test_any_page_is_two_keys_away(demo: Demo) -> None:
    demo.page.locator(".ellipsis").click()
    demo.page.keyboard.type("37")
    demo.page.keyboard.press("Enter")
    expect(demo.info).to_have_text("361 to 370 of 500 users")
    field = demo.page.get_by_label("Go to page")
    field.fill("9999")
    field.press("Enter")
    expect(demo.info).to_have_text("491 to 500 of 500 users")


def test_money_below_nothing_is_red_with_a_real_minus(demo: Demo) -> None:
    demo.open("?order=balance&columns=id,name,balance")
    first = demo.rows.first.locator("td.balance span")
    expect(first).to_have_class("minus")
    assert (first.text_content() or "").startswith("\u2212")
    assert (
        demo.rows.first.locator("td.balance").evaluate(
            "td => getComputedStyle(td).fontVariantNumeric"
        )
        == "tabular-nums"
    )
    assert (
        demo.rows.first.locator("td.name").evaluate("td => getComputedStyle(td).fontVariantNumeric")
        == "normal"
    )
