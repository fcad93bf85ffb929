"""Readers of the demo page, as Locust plays them: they page, jump, sort, type, filter and export.

Run it by `make load` while the demo is served. It sends to the one address given only, and reads
only; `writers.py` is for those who want somebody to write meanwhile.
"""

import random
from itertools import count

from locust import FastHttpUser, between, task

from tests.load import bounds
from tests.load.questions import COLUMNS, LENGTH, Table, criterion, wrong

WORDS = ["an", "smith", "maria", "united", '"new york"', "garcia", "zoe", "jo !ltd", "@example.com"]
CITIES = ["lon", "south", "burg", "san", "west"]
DEEP = 10_000
SCROLLED = 50
EXPORTED, MOST_EXPORTED = 1_000, 20_000  # rows at once, rows in all

__all__ = ["Reader", "bounds"]  # locust itself looks for what it finds here


class Reader(FastHttpUser):
    """Somebody who looks for people in the table."""

    host = "http://127.0.0.1:8000"
    wait_time = between(0.2, 1)

    def on_start(self) -> None:
        """Open the page and see its first rows."""
        self.draws = count(1)
        self.matches = 0
        self.table = Table()
        self.client.get("/", name="page")
        self.draw("first draw")

    @task(6)
    def turn_the_page(self) -> None:
        """Go on to the next rows, from the last ones to the first."""
        after = self.table.start + LENGTH
        self.table.start = after if after < self.matches else 0
        self.draw("next page")

    @task(2)
    def jump(self) -> None:
        """Go to any page."""
        self.table.start = random.randrange(max(self.matches // LENGTH, 1)) * LENGTH
        self.draw("jump, deep" if self.table.start >= DEEP else "jump")

    @task(1)
    def go_to_the_end(self) -> None:
        """Click the last page's number."""
        self.table.start = max(self.matches - 1, 0) // LENGTH * LENGTH
        self.draw("last page")

    @task(2)
    def sort(self) -> None:
        """Click a heading, sometimes a second one as well."""
        headings = random.sample(COLUMNS, random.choice([1, 1, 1, 2]))
        self.table.order = [(name, random.choice(["asc", "desc"])) for name in headings]
        self.table.start = 0
        self.draw("sort" if len(headings) == 1 else "sort by two")

    @task(3)
    def type_a_word(self) -> None:
        """Type a word letter by letter, look at a page of the matches, then clear the box."""
        word = random.choice(WORDS)
        self.table.start = 0
        for end in range(1, len(word) + 1):
            self.table.term = word[:end]
            self.draw(f"type, {'one letter' if end == 1 else 'two' if end == 2 else 'more'}")
        self.turn_the_page()
        self.table.term, self.table.start = "", 0
        self.draw("clear the search")

    @task(2)
    def filter_columns(self) -> None:
        """Type under a heading, page, and clear it."""
        self.table.start = 0
        self.table.filters = {"city": random.choice(CITIES), "balance": ">1000"}
        self.draw("filter columns")
        self.turn_the_page()
        self.table.filters, self.table.start = {}, 0
        self.draw("clear the filters")

    @task(1)
    def build_a_search(self) -> None:
        """Ask SearchBuilder for the birthdays of a month, and go back to everybody."""
        year = random.randrange(1950, 2000)
        self.table.start = 0
        span = criterion("birthday", "date", "between", f"{year}-06-01", f"{year}-06-30")
        self.table.criteria = [span]
        self.draw("build a search")
        self.table.criteria = []
        self.draw("clear the builder")

    @task(1)
    def scroll(self) -> None:
        """Drag the bar of an endless table somewhere, and scroll on from there."""
        self.table.length = SCROLLED
        self.table.start = random.randrange(max(self.matches - 5 * SCROLLED, 1))
        for _ in range(5):
            self.draw("scroll, deep" if self.table.start >= DEEP else "scroll")
            self.table.start += SCROLLED
        self.table.length, self.table.start = LENGTH, 0

    @task(1)
    def export(self) -> None:
        """Take the matches of a filter away, all of them, in pages as long as the server allows."""
        self.table.filters, self.table.length = {"city": random.choice(CITIES)}, EXPORTED
        for self.table.start in range(0, MOST_EXPORTED, EXPORTED):
            self.draw("export")
            if self.table.start + EXPORTED >= self.matches:
                break
        self.table.filters, self.table.length, self.table.start = {}, LENGTH, 0

    def draw(self, name: str) -> None:
        """Ask as the page does, and check the answer."""
        asked = self.table.question(next(self.draws))
        with self.client.post("/api/users", json=asked, name=name, catch_response=True) as got:
            if got.status_code == 0 or not got.text:
                got.failure("no answer")
                return
            answer = got.json()
            if reason := wrong(asked, answer):
                got.failure(reason)
            else:
                self.matches = answer["recordsFiltered"]
