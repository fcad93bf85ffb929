"""The demo page in the words of its reader."""

from playwright.sync_api import Locator, Page, expect

API = "**/api/users"


class Demo:
    """Find the parts of the page by what a reader sees or hears."""

    def __init__(self, page: Page) -> None:
        """Look at a page; its parts are found when they are needed."""
        self.page = page
        self.rows = page.locator("#users tbody tr[id]")
        self.table = page.locator("#users")
        self.search_box = page.get_by_role("searchbox", name="Search users")
        self.info = page.locator("#info")
        self.chips = page.get_by_label("Filters").get_by_role("button")
        self.banner = page.get_by_role("alert")
        self.retry = page.get_by_role("button", name="Retry")

    def open(self, query: str = "") -> None:
        """Load the page and wait for its rows."""
        self.page.goto(f"./{query}")
        expect(self.rows.first).to_be_visible()
        expect(self.table).to_have_attribute("aria-busy", "false")

    def column(self, key: str) -> list[str]:
        """Read a visible column from top to bottom, once nothing is being asked any more."""
        expect(self.table).to_have_attribute("aria-busy", "false")
        inside = {"id": "td.id .value", "name": "button.name", "email": ".second.email"}
        return self.rows.locator(inside.get(key, f"td.{key} .cell")).all_text_contents()

    def heading(self, key: str) -> Locator:
        """Find a column's heading."""
        return self.page.locator(f'#users thead th[data-key="{key}"]')

    def sort(self, key: str) -> Locator:
        """Find the button in a heading that sorts by it."""
        return self.heading(key).locator(".dt-column-order")

    def turn_to(self, label: str) -> None:
        """Press a button of the pager, named as a screen reader says it."""
        self.pager(label).click()

    def pager(self, label: str) -> Locator:
        """Find a button of the pager."""
        return self.page.get_by_label("pagination").get_by_role("link", name=label, exact=True)

    def press(self, name: str) -> None:
        """Press a button of the bar above the rows, or open its menu."""
        bar = self.page.locator(".toolbar")
        bar.locator("button, summary").filter(has_text=name).first.click()
