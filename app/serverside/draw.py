"""Running a draw: its totals and its page, from one state of the data, in one or two statements.

Every statement carries the totals that nobody remembers and the token of the data it saw. What is
remembered is assumed to hold, and checked against that token afterwards: where it does not hold,
the statement is asked again with nothing assumed.
"""

import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from .dialects import TIMEOUT, Dialect
from .memory import Entry, Key, Memory, Reading, weight_of
from .paging import Window
from .plan import Plan
from .scope import Scope
from .shape import LENGTH, MOST, START, Fact, labelled, shape_of
from .tuning import Tuning

Entries = dict[str, Entry | None]


@dataclass(frozen=True, slots=True)
class Page:
    """A kind of page, how to write it, and the values of its parameters."""

    kind: Key
    build: Callable[[], Any]
    parameters: dict[str, Any]


class SeveralStatementsError(Exception):
    """The answer needs a further statement, which must see the same state of the data."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Both totals, and the shown values of the page's rows."""

    total: int
    filtered: int
    rows: Sequence[Sequence[Any]]
    at_least: bool = False  # whether more rows match than were counted


class Draw:
    """One draw over a scope; `memory` is None where nothing may be remembered.

    `settled` allows further statements beside the draw's own, which are `torn` from it when the
    data changed in between; not where this answer is `alone` in a transaction of one state.
    """

    def __init__(
        self,
        scope: Scope,
        plan: Plan,
        dialect: Dialect,
        connection: sa.Connection,
        memory: Memory | None,
        tuning: Tuning,
    ) -> None:
        self.scope, self.plan, self.dialect = scope, plan, dialect
        self.connection, self.memory, self.tuning = connection, memory, tuning
        self.settled = self.alone = self.torn = False
        self.reading: Reading | None = None
        self.reshape()

    def reshape(self) -> None:
        """Take up what the plan says now."""
        self.shape = shape_of(self.scope, self.plan, self.dialect, self.connection)
        self.token = self.shape.token if self.memory else []

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

    def _entry(self, fact: Fact) -> Entry | None:
        return self.memory.get(fact.key) if self.memory and fact.key else None

    @property
    def is_forgetful(self) -> bool:
        """Tell whether nothing can be remembered; on a standby, whether it could not just now."""
        entry = self.memory.get(_FORGETFUL) if self.memory else None
        return self.memory is None or (entry is not None and entry.value)

    def fetch(self, statement: Any) -> Sequence[Any]:
        """Return a further statement's rows. Raises `SeveralStatementsError`."""
        return self._further(statement)[0]

    def recall(
        self,
        question: Hashable,
        asked: Callable[[], Any],
        build: Callable[[], Any],
        made: Callable[[Sequence[Any]], Any],
    ) -> Any:
        """Return what is made of a further statement's rows, while the data is what it was.

        `asked` writes a select that tells this from all other questions, quicker than `build`
        would; `question` tells it from others of this shape. Raises `SeveralStatementsError`.
        """
        key = self.shape.key_of(question, asked) if self.memory and self.token else None
        if key is None or self.memory is None:
            return made(self.fetch(build()))
        entry = self.memory.get(("recall", *key))
        if entry is not None and self.reading is not None and self.reading.holds(entry.stamp):
            return entry.value
        if not self.settled:  # what is built now would be built again
            raise SeveralStatementsError
        rows, reading = self._further(build())
        return self._keep(("recall", *key), rows, reading, made)

    def _further(self, statement: Any) -> tuple[Sequence[Any], Reading | None]:
        if not self.settled:
            raise SeveralStatementsError
        rows, reading = self._beside_token(statement)
        if self.memory:
            self.memory.put(_FORGETFUL, None, reading is None)
        if reading and not (self.reading and self.reading.holds(reading.stamp)):
            self.torn = True
        return rows, reading

    def _beside_token(self, statement: Any) -> tuple[Sequence[Any], Reading | None]:
        """Run a statement of its own; also return which state of the data it saw."""
        began = time.monotonic()
        if not self.token:
            return self.connection.execute(self.scope.restricted(statement)).all(), None
        token = sa.select(*labelled(self.token)).subquery("token")
        asked = statement.subquery("asked")
        inner = sa.select(sa.literal(1).label("present"), *asked.c).subquery()
        joined = sa.select(*token.c, *inner.c).select_from(token.outerjoin(inner, sa.true()))
        found = self.connection.execute(self.scope.restricted(joined)).all()
        width = len(self.token)
        reading = self.dialect.reading(self.connection, tuple(found[0][:width]), began)
        return [tuple(row[width + 1 :]) for row in found if row[width] is not None], reading

    def _keep(
        self,
        key: Key,
        rows: Sequence[Any],
        reading: Reading | None,
        made: Callable[[Sequence[Any]], Any],
    ) -> Any:
        """Make something of rows, and remember it if that is allowed."""
        value = made(rows)
        if reading is not None and self.memory is not None:
            self.memory.put(key, reading.stamp, value, weight=weight_of(rows))
        return value

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
        return Entry(_JUST_NOW, number, 0)

    def _affordable(self, fact: Fact) -> Fact:
        """Count matches up to a bound only, where counting them all has a budget."""
        bounded = fact is self.shape.filtered and self.tuning.count_budget_ms
        return self.shape.at_least if bounded else fact

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
        return self.memory.get(key) or self._made_anchors(key, step)

    def _made_anchors(self, key: Key, step: int) -> Entry | None:
        rows, reading = self._beside_token(self.shape.anchors(step))
        self._keep(
            key, rows, reading, lambda rows: (step, [row[:-1] for row in sorted(rows, key=_last)])
        )
        return self.memory.get(key) if self.memory else None

    def _asked(
        self,
        entries: Entries,
        carried: Sequence[Fact],
        page: Page,
        plain: Page,
        valid: Callable[[dict[str, int]], bool],
        anchors: Entry | None = None,
    ) -> tuple[Sequence[Any], dict[str, int]]:
        """Ask with what is remembered assumed; where it does not hold any more, ask for all."""
        facts = [fact for fact in self.shape.facts if fact.name in entries]
        known = {name: entry for name, entry in entries.items() if entry is not None}
        asked = [*(self._affordable(f) for f in facts if f.name not in known), *carried]
        rows = self._read(asked, page)
        assumed = [entry for entry in (*known.values(), anchors) if entry]
        holds = self.reading.holds if self.reading else None
        stamps = [entry.stamp for entry in assumed if entry.stamp is not _JUST_NOW]
        if stamps and not (holds and all(map(holds, stamps))):
            self._forget(anchors)
            known, asked = {}, [*map(self._affordable, facts), *carried]
            rows = self._read(asked, plain)
        values = {fact.name: rows[0]._mapping[fact.name] for fact in asked}
        if self.reading is not None and self.memory is not None and valid(values):
            for fact in asked:
                if fact.key is not None:
                    self.memory.put(fact.key, self.reading.stamp, values[fact.name])
        return rows, values | {name: entry.value for name, entry in known.items()}

    def _forget(self, anchors: Entry | None) -> None:
        """Give up anchors of another state of the data; the next deep page makes new ones."""
        if anchors is not None and self.memory is not None:
            self.memory.forget(anchors)

    def _read(self, facts: Sequence[Fact], page: Page) -> Sequence[Any]:
        began = time.monotonic()
        rows = self._execute(facts, page.kind, page.build, page.parameters)
        token = tuple(rows[0][: len(self.token)])
        self.reading = self.dialect.reading(self.connection, token, began) if token else None
        return rows

    def _execute(
        self,
        facts: Sequence[Fact],
        kind: Key,
        build: Callable[[], Any],
        parameters: dict[str, Any],
    ) -> Sequence[Any]:
        """Run a statement, written once for each shape of draw."""
        names = tuple(fact.name for fact in facts)
        statement = self.shape.statement((bool(self.token), names, *kind), self.token, facts, build)
        start, length = self.plan.start, self.plan.length
        window = {START.key: start, LENGTH.key: length, MOST.key: self._most}
        asked = self.scope.restricted(statement)
        return self.connection.execute(asked, window | parameters).all()

    def _drawn(self, rows: Sequence[Any], values: dict[str, int]) -> Drawn:
        width = len(self.scope.columns)
        shown = [row[-width:] for row in rows if row[-width - 1] is not None]
        if "at_least" in values:
            number = values["at_least"]
            return Drawn(values["total"], number, shown, at_least=number == self._most)
        return Drawn(values["total"], values.get("filtered", values["total"]), shown)

    @property
    def _most(self) -> int:
        """How many matches are counted at once, where counting has a budget."""
        return self.plan.start + self.plan.length + self.tuning.few


_MOST_ANCHORS = 5_000
_JUST_NOW = object()  # the stamp of what was read in the same transaction of one state
_FORGETFUL = ("forgetful",)
_OVER = "over budget"
_TRIED_SECONDS = 60  # a count that took too long is not tried again for so long


def _last(row: Sequence[Any]) -> Any:
    return row[-1]
