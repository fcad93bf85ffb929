"""The uses of examples that are about an extension of DataTables."""

from playwright.sync_api import expect

from tests.browser.gallery import Gallery
from tests.browser.uses import USES, uses

__all__ = ["USES"]

GERMAN_STATES = {
    "Baden-Württemberg", "Bayern", "Berlin", "Brandenburg", "Bremen", "Hamburg", "Hessen",
    "Mecklenburg-Vorpommern", "Niedersachsen", "Nordrhein-Westfalen", "Rheinland-Pfalz", "Saarland",
    "Sachsen", "Sachsen-Anhalt", "Schleswig-Holstein", "Thüringen",
}  # fmt: skip


@uses("column-control")
def filter_in_the_headings(example: Gallery) -> None:
    page = example.page
    example.heading("Country").get_by_role("button", name="More...").click()
    page.get_by_role("button", name="Sweden").click()
    example.shows(6, lambda cells: set(cells) == {"Sweden"})
    page.keyboard.press("Escape")
    example.heading("Balance").get_by_role("button", name="More...").click()
    page.locator(".dtcc-dropdown select").select_option("greater")
    page.locator(".dtcc-dropdown input").fill("0")
    example.shows(3, lambda cells: all(float(cell or -1) > 0 for cell in cells))
    example.shows(6, lambda cells: set(cells) == {"Sweden"})


@uses("search-builder")
def build_a_filter(example: Gallery) -> None:
    page = example.page
    page.get_by_role("button", name="Add Condition").click()
    page.locator(".dtsb-data").select_option("Birthday")
    page.locator(".dtsb-condition").select_option(">")
    page.locator("input.dtsb-value").press_sequentially("2000-01-01")
    page.keyboard.press("Tab")
    example.shows(3, lambda cells: all(cell > "2000-01-01" for cell in cells))
    page.get_by_role("button", name="Add Condition").click()
    page.locator(".dtsb-data").last.select_option("Country")
    page.locator(".dtsb-condition").last.select_option("=")
    page.locator("select.dtsb-value:enabled").last.select_option("Germany")
    cells = example.shows(5, lambda cells: set(cells) == {"Germany"})
    assert all(born > "2000-01-01" for born in example.cells(3)[: len(cells)])


@uses("search-panes")
def pick_in_panes(example: Gallery) -> None:
    panes = example.live.locator(".dtsp-searchPane:visible")
    states, countries = panes.nth(1), panes.nth(2)
    names = states.locator("tbody .dtsp-name")
    foreign = names.nth(1).inner_text()
    assert foreign not in GERMAN_STATES
    countries.get_by_text("Germany", exact=True).click()
    example.shows(5, lambda cells: set(cells) == {"Germany"})
    expect(names.filter(has_text=foreign)).to_have_count(0)
    assert set(names.all_inner_texts()) <= GERMAN_STATES
    expect(countries.locator("tbody tr").filter(has_text="France")).to_have_count(1)


@uses("yadcf")
def filter_with_yadcf(example: Gallery) -> None:
    example.live.get_by_role("combobox", name="Country").select_option("Germany")
    example.shows(3, lambda cells: set(cells) == {"Germany"})
    example.page.get_by_placeholder("From").press_sequentially("50000")
    example.shows(2, lambda cells: all(float(cell or 0) >= 50_000 for cell in cells))
    example.shows(3, lambda cells: set(cells) == {"Germany"})


@uses("scroller")
def scroll_to_the_end(example: Gallery) -> None:
    example.page.locator(".dt-scroll-body").evaluate("body => { body.scrollTop = 1e9; }")
    expect(example.rows.last.locator("td").first).to_have_text("500")


@uses("row-groups")
def read_groups(example: Gallery) -> None:
    groups = example.table.locator("tr.dtrg-group")
    expect(groups.first).to_have_text("Brazil")
    example.heading("Name").click()
    example.shows(2, lambda cells: cells == sorted(cells, key=str.lower))
    example.live.get_by_role("link", name="Last").click()
    expect(groups.last).to_have_text("United States")


@uses("selection")
def select_on_two_pages_and_reload(example: Gallery) -> None:
    example.rows.nth(1).click()
    example.live.get_by_role("link", name="Next").click()
    expect(example.rows.first.locator("td").first).to_have_text("11")
    example.rows.nth(3).click()
    expect(example.page.locator("#selected")).to_have_text("user_2, user_14")
    example.page.reload()
    expect(example.rows.first.locator("td").first).to_have_text("11")
    expect(example.table.locator("tr.selected td").first).to_have_text("14")
    expect(example.page.locator("#selected")).to_have_text("user_14")


def search_and_sort(example: Gallery) -> list[str]:
    """Bring the table into a state that is not its first one."""
    example.search_box.fill("ann")
    expect(example.info).to_contain_text("filtered")
    example.heading("Email").click()
    return example.shows(3, lambda cells: cells == sorted(cells))


@uses("saved-states")
def save_and_load(example: Gallery) -> None:
    page = example.page
    rows = search_and_sort(example)
    page.get_by_role("textbox", name="Name:").fill("Anns & <b>others</b>")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Anns & <b>others</b>")).to_be_visible()
    page.reload()
    example.found(500)
    page.get_by_role("button", name="Anns & <b>others</b>").click()
    example.shows(3, lambda cells: cells == rows)
    expect(example.search_box).to_have_value("ann")
    forget(example, "state-remove")


@uses("saved-states-2")
def save_and_load_with_version_1(example: Gallery) -> None:
    page = example.page
    rows = search_and_sort(example)
    with page.expect_response("**/api/states"):
        page.get_by_role("button", name="Create State").click()
    page.reload()
    example.found(500)
    page.get_by_role("button", name="Saved States").click()
    page.locator(".dt-button-collection").get_by_text("State 1").click()
    example.shows(3, lambda cells: cells == rows)
    expect(example.search_box).to_have_value("ann")
    forget(example, "remove")


def forget(example: Gallery, action: str) -> None:
    """Delete the states that a use has made."""
    place = {"path": "/examples/saved-states/", "table": "table"}
    ajax = {"X-Requested-With": "XMLHttpRequest"}
    sent = place | {"action": action, "stateRestore[State 1]": "{}"}
    kept = example.page.request.post(
        "api/states", headers=ajax, form=place | {"action": "state-read"}
    )
    sent |= {f"ids[{n}]": state["id"] for n, state in enumerate(kept.json()["data"])}
    assert example.page.request.post("api/states", headers=ajax, form=sent).ok
