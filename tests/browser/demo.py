"""The demo page in the words of its reader."""

from playwright.sync_api import Locator, Page, expect

API = "**/api/users"


class Demo:
    """Find the parts of the page by what a reader sees or hears."""

    def __init__(self, page: Page) -> None:
        """Look at a page; its parts are found when they are needed."""
        self.page = page
        self.rows = page.locator("#users tbody tr[id]")
        self.table = page.get_by_role("table")
        self.search_box = page.get_by_role("searchbox")
        self.info = page.locator(".dt-info")
        self.banner = page.get_by_role("alert")
        self.retry = page.get_by_role("button", name="Retry")

    def open(self) -> None:
        """Load the page and wait for its rows."""
        self.page.goto("./")
        expect(self.rows.first).to_be_visible()
        expect(self.table).to_have_attribute("aria-busy", "false")

    def column(self, key: str) -> list[str]:
        """Read a column's cells from top to bottom, once nothing is being asked any more."""
        expect(self.table).to_have_attribute("aria-busy", "false")
        index = self.heading(key).evaluate("cell => cell.cellIndex")
        return self.rows.locator(f"td:nth-child({index + 1})").all_text_contents()

    def heading(self, key: str) -> Locator:
        """Find a column's heading."""
        return self.page.locator(f'#users thead th[data-data="{key}"]')

    def turn_to(self, label: str) -> None:
        """Press a button of the pager, named as a screen reader says it."""
        self.pager(label).click()

    def pager(self, label: str) -> Locator:
        """Find a button of the pager."""
        return self.page.get_by_label("pagination").get_by_role("link", name=label, exact=True)
