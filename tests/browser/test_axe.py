"""axe finds nothing wrong, in light and dark, wide and narrow, whatever is open."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.demo import Demo

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# Colours fade in; what moves for ever is not waited for.
FADED = """Promise.allSettled(document.getAnimations()
  .filter(each => each.effect.getComputedTiming().endTime !== Infinity).map(each => each.finished))
  .then(() => true)"""
FINDINGS = """axe.run().then(({ violations }) => violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(node => node.target + ' ' + node.failureSummary)}`))"""


def findings(page: Page) -> list[str]:
    """Return what axe finds wrong with a page."""
    page.evaluate(FADED)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return list(page.evaluate(FINDINGS))


def _search(demo: Demo) -> None:
    demo.search_box.fill("maria")
    expect(demo.page.locator("mark").first).to_be_visible()


def _nothing(demo: Demo) -> None:
    demo.search_box.fill("nobody at all")
    expect(demo.page.get_by_text("No users match")).to_be_visible()


def _details(demo: Demo) -> None:
    demo.rows.nth(1).get_by_role("button").click()
    if demo.page.viewport_size == {"width": 1280, "height": 900}:
        demo.rows.nth(1).get_by_role("checkbox").check()
    expect(demo.page.locator("tr.details")).to_be_visible()


def _builder(demo: Demo) -> None:
    demo.press("+ Filter")
    demo.page.get_by_label("Column", exact=True).select_option(label="Birthday")
    demo.page.get_by_label("Condition", exact=True).select_option(label="After")


def _keys(demo: Demo) -> None:
    demo.page.keyboard.press("?")


def _views(demo: Demo) -> None:
    demo.press("Views")
    expect(demo.page.get_by_label("Name of the view")).to_be_visible()


def _filter(demo: Demo) -> None:
    demo.heading("country").get_by_role("button").nth(1).click()
    expect(demo.page.locator(".dtcc-dropdown")).to_be_visible()


EVERYWHERE = (_search, _nothing, _details, _builder, _keys, _views)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("use", EVERYWHERE)
def test_axe_finds_nothing(
    page: Page, use: Callable[[Demo], None], width: int, scheme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    demo = Demo(page)
    demo.open()
    use(demo)
    assert findings(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_with_a_filter_in_a_heading(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    demo = Demo(page)
    demo.open()
    _filter(demo)
    assert findings(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_with_a_page_that_is_not_there(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto("./nowhere")
    expect(page.get_by_role("heading", name="No page at this address")).to_be_visible()
    assert findings(page) == []


def test_the_page_of_now_can_be_told_in_forced_colours(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    demo = Demo(page)
    demo.open()
    colours = "link => [getComputedStyle(link).backgroundColor, getComputedStyle(link).color]"
    assert demo.pager("1").evaluate(colours) != demo.pager("2").evaluate(colours)


def test_who_wants_no_motion_gets_none(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.route("**/api/users", lambda route: None)
    page.goto("./")
    bar = page.locator(".skeleton i").first
    expect(bar).to_be_visible()
    assert bar.evaluate("bar => getComputedStyle(bar).animationIterationCount") == "1"
