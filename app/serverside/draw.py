"""Running a draw: its totals and its page, by the way that costs least.

Rare matches are looked up and cut, common ones walked along the page's order: from the start, from
an anchor, or from the end.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from .asking import JUST_NOW, Asking, Entries, Page, SeveralStatementsError
from .dialects import TIMEOUT
from .memory import Entry, Key
from .paging import Window
from .shape import LENGTH, START, Fact


@dataclass(frozen=True, slots=True)
class Drawn:
    """Both totals, and the shown values of the page's rows."""

    total: int
    filtered: int
    rows: Sequence[Sequence[Any]]
    at_least: bool = False  # whether more rows match than were counted


class Draw(Asking):
    """One draw over a scope."""

    def run(self) -> Drawn:
        """Read the totals and the page."""
        shape = self.shape
        if not (shape.narrow and self.tuning.late_rows):
            return self._plainly()
        entries = {fact.name: self._entry(fact) for fact in shape.facts}
        hint = entries.get("filtered")  # how many rows matched when last counted
        few = hint.value <= self.tuning.few if hint else not self._tried(shape.filtered)
        if shape.filtered and shape.promising and self.tuning.lookup and few:
            found = self._looked_up(entries, shape.filtered)
            if found is not None:
                return found
        drawn = self._walked(entries)
        number = self._counted(shape.filtered) if drawn.at_least and shape.filtered else None
        return drawn if number is None else replace(drawn, filtered=number, at_least=False)

    def _plainly(self) -> Drawn:
        """Read the page in the plainest way: for scopes whose rows have no key of one table."""
        facts = self.shape.plain_facts
        rows = self._execute(facts, ("plain",), self.shape.plain_page, {})
        return self._drawn(rows, {fact.name: rows[0]._mapping[fact.name] for fact in facts})

    def _looked_up(self, entries: Entries, filtered: Fact) -> Drawn | None:
        """Find all matches by indexes, unless they are many; count them and cut the page."""
        lookup = self.shape.lookup(self.tuning.few)

        def valid(values: dict[str, int]) -> bool:
            small = all(values[guard.name] <= self.dialect.parents for guard in lookup.guards)
            return small and values["filtered"] <= self.tuning.few

        own = Fact("filtered", lookup.count, filtered.key)
        known = {"total": entries["total"]}
        page = Page(("lookup", self.tuning.few), lambda: lookup.page, {})
        rows, values = self._asked(known, [own, *lookup.guards], page, page, valid)
        return self._drawn(rows, values) if valid(values) else None

    def _walked(self, entries: Entries) -> Drawn:
        """Read the page along its order, from an anchor or from the end where that is nearer."""
        last = self.shape.facts[-1]
        if entries[last.name] is None and self.plan.start >= self.tuning.deep:
            entries[last.name] = self._counted_first(last)
        anchors = self._anchors(entries[last.name])
        page = self._page(self._window(entries[last.name], anchors))
        plain = self._page(Window(self.plan.start, self.plan.length))
        rows, values = self._asked(entries, [], page, plain, lambda _: True, anchors)
        return self._drawn(rows, values)

    def _counted_first(self, fact: Fact) -> Entry | None:
        """Count before a deep page is read, which may be nearer to the end."""
        if self.tuning.count_budget_ms or not self.tuning.from_the_end:
            return None
        if self.settled and not self.alone:
            return None  # the page might be read from another state
        if self.scope.is_optional(self.shape.keys[0].expression):
            return None  # rows without a value come first from there, and take long to find
        rows, reading = self._further(sa.select(fact.select.label("number")))
        number: int = rows[0][0]
        if fact.key is not None:
            self._keep(fact.key, rows, reading, lambda _: number)
        return Entry(JUST_NOW, number, 0)

    def _counted(self, fact: Fact) -> int | None:
        """Count all matches, unless that takes longer than the budget, or took just now."""
        if self._tried(fact):
            return None
        if not self.settled:
            raise SeveralStatementsError
        try:
            with self.dialect.within(self.connection, self.tuning.count_budget_ms):
                rows, reading = self._further(sa.select(fact.select.label("number")))
        except sa.exc.DBAPIError as error:
            if self.dialect.user_error(error) != TIMEOUT:
                raise
            if self.memory and fact.key:
                self.memory.put((_OVER, *fact.key), None, time.monotonic())
            return None
        number: int = rows[0][0]
        return self._keep(fact.key, rows, reading, lambda _: number) if fact.key else number

    def _tried(self, fact: Fact | None) -> bool:
        """Tell whether counting these matches took longer than the budget just now."""
        key = fact.key if fact else None
        tried = self.memory.get((_OVER, *key)) if self.memory and key else None
        return tried is not None and time.monotonic() - tried.value < _TRIED_SECONDS

    def _page(self, window: Window) -> Page:
        """Make a window's values parameters, so that one statement serves all windows alike."""
        slots, values = self.shape.slots(window.anchor)
        start, length = START, LENGTH
        anchored = None if window.anchor is None else tuple(v is None for v in window.anchor)

        def build() -> Any:
            return self.shape.walk(Window(start, length, slots, window.backwards))

        parameters = {start.key: window.start, length.key: window.length} | values
        return Page(("walk", window.backwards, anchored), build, parameters)

    def _window(self, entry: Entry | None, anchors: Entry | None) -> Window:
        start, length = self.plan.start, self.plan.length
        if entry is not None and self.tuning.from_the_end:
            left = entry.value - start
            if left > 0 and (left < start if anchors is None else left <= self.tuning.deep):
                length = min(length, left)
                return Window(left - length, length, backwards=True)
        if anchors is not None:
            step, values = anchors.value
            nearest = min(start // step, len(values) - 1)
            return Window(start - nearest * step, length, values[nearest])
        return Window(start, length)

    def _anchors(self, entry: Entry | None) -> Entry | None:
        """Return the anchors of this filter and order, made now if the page lies deep."""
        start = self.plan.start
        if not (self.tuning.anchors and self.memory and entry):
            return None
        left = entry.value - start
        if min(start, left) < self.tuning.deep or left <= 0:
            return None
        key = self.shape.anchors_key
        if key is None or start < self.shape.cheap_offset:
            return None
        step = max(self.tuning.anchor_step, entry.value // _MOST_ANCHORS)
        key = (*key, step)
        anchors, pause = self.memory.get(key), self.memory.get((_PAUSE, *key))
        if anchors or (pause and time.monotonic() < pause.value):
            return anchors
        return self._made_anchors(key, step)

    def _made_anchors(self, key: Key, step: int) -> Entry | None:
        began = time.monotonic()
        rows, reading = self._beside_token(self.shape.anchors(step))
        if self.memory:
            now = time.monotonic()
            self.memory.put((_PAUSE, *key), None, now + _REST * (now - began))
        self._keep(
            key, rows, reading, lambda rows: (step, [row[:-1] for row in sorted(rows, key=_last)])
        )
        return self.memory.get(key) if self.memory else None

    def _drawn(self, rows: Sequence[Any], values: dict[str, int]) -> Drawn:
        width = len(self.scope.columns)
        shown = [row[-width:] for row in rows if row[-width - 1] is not None]
        if "at_least" in values:
            number = values["at_least"]
            return Drawn(values["total"], number, shown, at_least=number == self._most)
        return Drawn(values["total"], values.get("filtered", values["total"]), shown)


_MOST_ANCHORS = 5_000
_PAUSE = "no anchors before"
_REST = 10  # times what making them took: where data changes all the time, they are not worth it
_OVER = "over budget"
_TRIED_SECONDS = 60  # a count that took too long is not tried again for so long


def _last(row: Sequence[Any]) -> Any:
    return row[-1]
