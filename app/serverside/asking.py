"""Asking for a draw's parts: from one state of the data, in one statement or two.

Every statement carries the totals that nobody remembers and the token of the data it saw. What is
remembered is assumed to hold, and checked against that token afterwards: where it does not hold,
the statement is asked again with nothing assumed.
"""

import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from .dialects import Dialect
from .memory import Entry, Key, Memory, Reading, weight_of
from .naming import part_name
from .plan import Plan
from .scope import Scope
from .shape import LENGTH, MOST, START, Fact, labelled, shape_of
from .tuning import Tuning

Entries = dict[str, Entry | None]

JUST_NOW = object()  # the stamp of what was read in the same transaction of one state
_FORGETFUL = "forgetful"  # a scope over a view, say; the others of its database are not


@dataclass(frozen=True, slots=True)
class Page:
    """A kind of page, how to write it, and the values of its parameters."""

    kind: Key
    build: Callable[[], Any]
    parameters: dict[str, Any]


class SeveralStatementsError(Exception):
    """The answer needs a further statement, which must see the same state of the data."""


class Asking:
    """The statements of one draw over a scope; `memory` is None where nothing may be remembered.

    `settled` allows further statements beside the draw's own, which are `torn` from it when the
    data changed in between; not where this answer is `alone` in a transaction of one state.
    `offers` tells that values to pick will be asked for as well, should they not be remembered.
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
        self.settled = self.alone = self.torn = self.offers = self._doubtful = False
        self.reading: Reading | None = None
        self.reshape()

    def reshape(self) -> None:
        """Take up what the plan says now."""
        self.shape = shape_of(self.scope, self.plan, self.dialect, self.connection)
        self.token = self.shape.token if self.memory else []

    def _entry(self, fact: Fact) -> Entry | None:
        if self.memory is None or fact.key is None or self._doubtful:
            return None
        return self.memory.get(fact.key)

    @property
    def is_forgetful(self) -> bool:
        """Tell whether nothing can be remembered; on a standby, whether it could not just now."""
        entry = self.memory.get((_FORGETFUL, self.scope.identity)) if self.memory else None
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
            self.memory.put((_FORGETFUL, self.scope.identity), None, reading is None)
        if reading and not (self.alone or (self.reading and self.reading.holds(reading.stamp))):
            self.torn = True
        return rows, reading

    def _beside_token(self, statement: Any) -> tuple[Sequence[Any], Reading | None]:
        """Run a statement of its own; also return which state of the data it saw."""
        began = time.monotonic()
        if not self.token:
            return self.connection.execute(self.scope.restricted(statement)).all(), None
        token = sa.select(*labelled(self.token)).subquery(part_name("token"))
        asked = statement.subquery(part_name("asked"))
        inner = sa.select(sa.literal(1).label("present"), *asked.c).subquery(part_name("present"))
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
        stamps = [entry.stamp for entry in assumed if entry.stamp is not JUST_NOW]
        if stamps and not (holds and all(map(holds, stamps))):
            self._forget(anchors)
            self._doubtful = True
            if self.offers and not self.settled:  # they are out of date as well
                raise SeveralStatementsError
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

    def _affordable(self, fact: Fact) -> Fact:
        """Count matches up to a bound only, where counting them all has a budget."""
        bounded = fact is self.shape.filtered and self.tuning.count_budget_ms
        return self.shape.at_least if bounded else fact

    @property
    def _most(self) -> int:
        """How many matches are counted at once, where counting has a budget."""
        return self.plan.start + self.plan.length + self.tuning.few
