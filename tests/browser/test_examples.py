"""The gallery in a browser: each example looks sound in every light, and does what it says."""

import pytest
from playwright.sync_api import Page, expect

from app.examples.registry import EXAMPLES
from tests.browser.gallery import ROOT, Gallery
from tests.browser.uses_extensions import USES

# What axe finds in the clients themselves and no option of a page mends; app/examples/limits.py
# tells it.
FAULTS = {"scroller": ["aria-prohibited-attr", "aria-required-children"]}
NARROW = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 900}
STILL = 0.1  # of the layout shifts that a browser adds up, what counts as still
CASES = [
    (slug, f"?with={instead}" if instead else "")
    for slug, example in sorted(EXAMPLES.items())
    for instead in ("", *example.page.instead)
]


def test_every_example_is_used() -> None:
    assert USES.keys() == EXAMPLES.keys()


@pytest.mark.parametrize(("slug", "query"), CASES)
def test_an_example_does_what_it_says(slug: str, query: str, page: Page) -> None:
    example = Gallery(page)
    page.set_viewport_size(WIDE)
    example.open(slug, query)
    assert example.problems() == FAULTS.get(slug, [])
    assert example.fits()
    assert page.evaluate("shifted") < STILL
    USES[slug](example)
    page.set_viewport_size(NARROW)
    page.emulate_media(color_scheme="dark")
    example.open(slug, query)
    assert example.problems() == FAULTS.get(slug, [])
    assert example.fits()
    assert page.evaluate("shifted") < STILL


@pytest.mark.parametrize("path", ["examples", "reference/reference"])
def test_the_pages_around_them_look_sound(path: str, page: Page) -> None:
    example = Gallery(page)
    for size, light in ((WIDE, "light"), (NARROW, "dark")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=light)
        page.goto(path)
        assert example.problems() == []
        assert example.fits()
        assert page.evaluate("shifted") < STILL


def test_a_source_is_copied_by_keyboard(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    example = Gallery(page)
    example.open("minimum")
    page.get_by_role("button", name="Copy minimum.js").press("Enter")
    expect(page.get_by_role("button", name="Copied minimum.js")).to_be_focused()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == (ROOT / "static/examples/minimum.js").read_text(encoding="utf-8")


def test_the_index_is_walked_by_keyboard(page: Page) -> None:
    page.goto("examples")
    page.get_by_role("link", name="The twenty-line minimum").first.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("The twenty-line minimum")
    page.get_by_role("link", name="Next").last.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("POST and JSON")
