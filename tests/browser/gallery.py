"""An example's page in the words of its reader."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, Request, expect

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT.joinpath("node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
SERIOUS = """async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
  .filter(({ impact }) => ['serious', 'critical'].includes(impact))
  .map(({ id }) => id)"""
POLLS, POLL_MS = 60, 100
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


class Gallery:
    """Find the parts of an example's page."""

    def __init__(self, page: Page) -> None:
        """Look at a page; its parts are found when they are needed."""
        self.page = page
        self.requests: list[Request] = []
        page.on("request", self._note)
        self.live = page.locator(".live")
        self.table = page.locator("#table")
        self.rows = self.table.locator("tbody tr:not(.dtrg-group)")
        self.info = page.locator(".dt-info, .dataTables_info").first
        self.search_box = page.get_by_role("searchbox", name="Search:")
        self.says = page.locator(".above [role=status]")

    def open(self, slug: str, query: str = "") -> None:
        """Load an example and wait for its rows."""
        self.page.goto(f"examples/{slug}/{query}")
        self.drawn()

    def drawn(self) -> None:
        """Wait until nothing is being asked and rows are shown."""
        expect(self.rows.first.locator("td").first).to_be_visible()
        expect(self.page.locator(".dt-processing, .dataTables_processing").first).to_be_hidden()

    def cells(self, place: int) -> list[str]:
        """Read a column's cells from top to bottom, once nothing is being asked any more."""
        self.drawn()
        return self.rows.locator(f"td:nth-child({place})").all_text_contents()

    def shows(self, place: int, sound: Callable[[list[str]], bool]) -> list[str]:
        """Wait until a column's cells are sound, and return them."""
        for _ in range(POLLS):
            if sound(cells := self.cells(place)):
                return cells
            self.page.wait_for_timeout(POLL_MS)
        raise AssertionError(f"column {place} shows {cells}")

    def heading(self, name: str) -> Locator:
        """Find a heading of the table."""
        return self.page.locator("#table thead th, .dt-scroll-head th").filter(has_text=name).first

    def found(self, count: int) -> None:
        """Expect so many matching rows."""
        expect(self.info).to_contain_text(f"of {count:,} entr")

    def asked(self) -> list[Request]:
        """Return the requests for rows so far."""
        return [one for one in self.requests if one.url.partition("?")[0].endswith("/rows")]

    def problems(self) -> list[Any]:
        """Return what axe finds serious."""
        self.page.evaluate(AXE)
        found: list[Any] = self.page.evaluate(SERIOUS)
        return found

    def fits(self) -> bool:
        """Return whether the page is no wider than the window."""
        return bool(self.page.evaluate(FITS))

    def _note(self, request: Request) -> None:
        self.requests.append(request)
