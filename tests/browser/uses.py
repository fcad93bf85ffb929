"""Each example of the gallery used once for real; a function each, under the example's name."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.gallery import Gallery

Use = Callable[[Gallery], None]
USES: dict[str, Use] = {}


def uses(slug: str) -> Callable[[Use], Use]:
    """Register the use of an example."""

    def register(use: Use) -> Use:
        USES[slug] = use
        return use

    return register


@uses("minimum")
def search_sort_and_turn(example: Gallery) -> None:
    example.heading("Email").click()
    emails = example.shows(3, lambda cells: cells == sorted(cells))
    example.search_box.fill(emails[3])
    example.found(1)
    assert example.cells(3) == [emails[3]]


@uses("post-json")
def ask_in_json(example: Gallery) -> None:
    [first] = example.asked()
    assert (first.method, first.headers["content-type"]) == ("POST", "application/json")
    assert json.loads(first.post_data or "")["columns"][6]["data"] == "country"
    example.search_box.fill("germany")
    example.shows(7, lambda cells: set(cells) == {"Germany"})


@uses("own-parameter")
def narrow_the_query(example: Gallery) -> None:
    example.page.get_by_label("Users of").select_option("Germany")
    example.shows(5, lambda cells: set(cells) == {"Germany"})
    expect(example.info).not_to_contain_text("filtered")


@uses("visibility")
def be_somebody_else(example: Gallery) -> None:
    assert set(example.cells(4)) <= {"Germany", "Greece"}
    example.page.get_by_label("Signed in as").select_option("bo")
    example.shows(4, lambda cells: set(cells) == {"Sweden"})
    example.search_box.fill("germany")
    expect(example.page.get_by_text("No matching records found")).to_be_visible()
    example.search_box.fill("")
    example.page.get_by_label("Signed in as").select_option("")
    expect(example.info).to_contain_text("0 entries")


@uses("notices")
def read_a_notice(example: Gallery) -> None:
    example.live.get_by_role("searchbox", name="Balance").fill("lots")
    expect(example.says).to_contain_text("matches nothing")
    example.live.get_by_role("searchbox", name="Balance").fill(">= 50000")
    expect(example.says).to_have_text("")
    example.shows(3, lambda cells: all(float(cell or 0) >= 50_000 for cell in cells))


@uses("regex")
def search_by_patterns(example: Gallery) -> None:
    example.search_box.fill("(")
    expect(example.says).to_contain_text("regular expression")
    example.search_box.fill(r"^[a-e]\w+\.[a-c].*@example\.org$")
    expect(example.says).to_have_text("")
    example.shows(2, lambda cells: all(re.match(r"[a-e].*@example\.org$", cell) for cell in cells))


@uses("three-versions")
def ask_with_each_version(example: Gallery) -> None:
    first = example.cells(2)
    for version in ("3.1.5", "2.3.8", "1.13.11"):
        example.page.get_by_role("link", name=f"On DataTables {version}").click()
        assert example.cells(2) == first
        assert example.page.evaluate("DataTable.version") == version
        example.search_box.fill(first[4])
        expect(example.info).to_contain_text("filtered from 500")
        assert first[4] in example.cells(2)


@uses("arrays")
def click_a_row(example: Gallery) -> None:
    example.rows.nth(2).click()
    expect(example.page.locator("#clicked")).to_have_text("user_3")


@uses("deferred")
def see_rows_before_any_request(example: Gallery) -> None:
    assert example.asked() == []
    example.found(500)
    first = example.cells(3)
    example.live.get_by_role("link", name="Next").click()
    expect(example.rows.first.locator("td").first).to_have_text("11")
    assert len(example.asked()) == 1
    example.live.get_by_role("link", name="Previous").click()
    expect(example.rows.first.locator("td").first).to_have_text("1")
    assert example.cells(3) == first


@uses("to-one")
def search_the_other_table(example: Gallery) -> None:
    city = example.cells(4)[2]
    example.search_box.fill(f'"{city}"')
    example.shows(4, lambda cells: set(cells) == {city})
    example.heading("Country").click()
    example.drawn()


@uses("to-many")
def find_where_somebody_lives(example: Gallery) -> None:
    people, names = example.cells(4), example.cells(5)
    assert [len(n.split(", ")) for n in names] == [int(p) for p in people]
    wanted = names[0].split(", ")[1]
    example.search_box.fill(f'"{wanted}"')
    example.shows(5, lambda cells: all(wanted in cell for cell in cells))


@uses("group-by")
def filter_groups(example: Gallery) -> None:
    example.live.get_by_role("searchbox", name="People").fill(">= 3")
    expect(example.info).to_contain_text("filtered")
    example.shows(3, lambda cells: all(int(cell) >= 3 for cell in cells))


@uses("window-function")
def keep_the_first_of_each(example: Gallery) -> None:
    example.page.get_by_label("The richest").select_option("of each country")
    example.found(12)
    example.shows(2, lambda cells: set(cells) == {"1"})
    countries = example.cells(1)
    assert len(set(countries)) == len(countries) == 10


@uses("exports")
def take_the_request_along(example: Gallery) -> None:
    example.search_box.fill("germany")
    example.shows(4, lambda cells: set(cells) == {"Germany"})
    link = example.live.get_by_role("link", name="Export all that match")
    expect(link).to_have_attribute("href", re.compile("germany"))
    with example.page.expect_download() as download:
        link.click()
    rows = [json.loads(line) for line in Path(download.value.path()).read_text().splitlines()]
    example.found(len(rows))
    assert len(rows) > len(example.cells(1))
    assert [row["name"] for row in rows[: len(example.cells(1))]] == example.cells(1)
