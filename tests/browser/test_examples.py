"""The gallery in a browser: each example looks sound in every light, and does what it says."""

import pytest
from playwright.sync_api import Page

from app.examples.registry import EXAMPLES
from tests.browser.gallery import Gallery
from tests.browser.uses import USES

# What axe finds in the clients themselves, and no option of a page mends: DataTables' scrolling
# table says its headings twice.
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
