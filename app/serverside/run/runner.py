"""Running a draw: its numbers, its page and what extensions ask, all from one state of the data.

One loop: read with what is remembered assumed; check it against the version of the data that came
with the rows; where it does not hold, read again and assume nothing. Statements that must see the
same state run in a transaction of one state, unless the caller has begun one of another kind: then
their versions are compared.

Rare matches are looked up and cut, common ones walked along the page's order: from the start, from
an anchor, or from the end.
"""

from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from ..cache import EngineCache
from ..dialects import TIMEOUT, Dialect
from ..plan.plan import Plan
from ..sql.count import Count
from ..sql.page import Window
from ..sql.source import Source
from ..sql.statements import LENGTH, MOST, START
from ..tuning import Tuning
from .anchors import Seeker
from .attempt import Attempt, differ
from .executed import Executed
from .question import Question, Result
from .reader import Further, Read, Reader
from .remembered import Remembered
from .result import result_of
from .statements import statements_of
from .window import window_of

ATTEMPTS = 5  # in a transaction of the caller's, where every statement may see another state
_TRIED_SECONDS = 60  # a count that took too long is not tried again for so long


class Runner:
    """One draw over a source; `cache` is None where nothing may be remembered."""

    def __init__(
        self,
        source: Source,
        plan: Plan,
        dialect: Dialect,
        connection: sa.Connection,
        cache: EngineCache | None,
        tuning: Tuning,
    ) -> None:
        self._source, self._plan, self._tuning = source, plan, tuning
        self._dialect, self._connection = dialect, connection
        tracked = tuning.change_marks
        self.statements = statements_of(source, plan, dialect, connection, tracked=tracked)
        self._reader = Reader(connection, source, dialect, self.statements, cache)
        self._remembered = Remembered(cache if self._reader.tells_versions else None)
        self._last = self.statements.filtered or self.statements.total
        self._has_budget = bool(self.statements.finds_late and tuning.count_budget_ms)
        self.attempts: list[Attempt] = []
        self.questions: Sequence[Question] = ()

    @property
    def executed(self) -> list[Executed]:
        """The statements that were run, those of attempts that did not hold included."""
        return self._reader.executed

    def run(self, questions: Sequence[Question]) -> Result:
        """Read the totals, the page and the answers."""
        self.questions, attempt = questions, self._first_attempt(questions)
        self.attempts = [attempt]
        while (result := self._attempt(attempt, questions)) is None:
            for key, entry in attempt.anchors:
                self._remembered.forget(key, entry)
            attempt = Attempt(may_assume=False)
            self.attempts.append(attempt)
        return result

    def _first_attempt(self, questions: Sequence[Question]) -> Attempt:
        """Return what is remembered of the numbers and the answers."""
        attempt = Attempt()
        for count in self.statements.counts:
            if entry := self._remembered.get(count.key):
                attempt.numbers[count.name] = entry.value
                attempt.stamps.append(entry.stamp)
        for question in questions:
            if entry := self._remembered.get(self._answer_key(question)):
                attempt.answers[question.name] = entry.value
                attempt.stamps.append(entry.stamp)
        attempt.taken = (*attempt.numbers, *attempt.answers)
        return attempt

    def _attempt(self, attempt: Attempt, questions: Sequence[Question]) -> Result | None:
        """Read with what is assumed; None where that does not hold: never, where nothing is."""
        with self._state(attempt, questions) as is_one:
            read = self._page(attempt, is_one=is_one)
            attempt.version = read.version
            if not attempt.holds(read.version):
                return None
            numbers = attempt.numbers | read.numbers
            number = self._counted_after(numbers)
            versions = [number.version] if number else []
            for question in questions:
                if question.name not in attempt.answers:
                    further = self._reader.further(question.build(), "options")
                    versions.append(further.version)
                    attempt.answers[question.name] = question.made(further.rows)
                    self._remembered.put(
                        self._answer_key(question),
                        further.version,
                        attempt.answers[question.name],
                        further.weight,
                    )
        is_last = len(self.attempts) == ATTEMPTS
        if not is_one and not is_last and differ(read.version, versions):
            return None
        answers = tuple(attempt.answers[question.name] for question in questions)
        most = self._window[MOST.key]
        return result_of(self.statements, read.rows, numbers, number, most, answers)

    @contextmanager
    def _state(self, attempt: Attempt, questions: Sequence[Question]) -> Iterator[bool]:
        """Open a transaction of one state where several statements are to come.

        Yields whether they see one state: not in a transaction that the caller has begun.
        """
        asks = any(question.name not in attempt.answers for question in questions)
        several = asks or self._counts_first(attempt) or self._counts_after(attempt)
        if not several or self._dialect.has_begun(self._connection):
            yield False
        else:
            with self._dialect.one_state(self._connection, self.statements.tables):
                yield True

    def _page(self, attempt: Attempt, *, is_one: bool) -> Read:
        if not self.statements.finds_late:
            return self._read(self.statements.plain(), attempt)
        filtered = self.statements.filtered
        if filtered and self.statements.selective and self._tuning.lookup:
            known = attempt.numbers.get("filtered")
            few = not self._tried(filtered) if known is None else known <= self._tuning.few
            if few and (found := self._looked_up(attempt, filtered)):
                return found
        if is_one and self._counts_first(attempt):
            self._count_first(attempt)
        attempt.window = self._sought(attempt)
        return self._read(self.statements.window(attempt.window), attempt)

    def _read(self, page: Any, attempt: Attempt) -> Read:
        """Read a page, and the numbers that are not known."""
        counts = [count for count in self.statements.counts if count.name not in attempt.numbers]
        counts = [self._affordable(count) for count in counts]
        read = self._reader.page(page, counts, self._window)
        for count in counts:
            self._remembered.put(count.key, read.version, read.numbers[count.name])
        return read

    def _looked_up(self, attempt: Attempt, filtered: Count) -> Read | None:
        """Find all matches by indexes, unless they are many; count them and cut the page."""
        lookup = self.statements.lookup(self._tuning.few)
        own = Count("filtered", lookup.count, filtered.key)
        others = [c for c in self.statements.counts if c.name not in ("filtered", *attempt.numbers)]
        page = self.statements.cut(lookup, self._tuning.few)
        read = self._reader.page(page, [*others, own, *lookup.bounds], self._window)
        bounds = (read.numbers[bound.name] for bound in lookup.bounds)
        small = all(bound <= self._dialect.parents for bound in bounds)
        if not (small and read.numbers["filtered"] <= self._tuning.few):
            return None
        for count in (*others, own):
            self._remembered.put(count.key, read.version, read.numbers[count.name])
        return read

    @property
    def _window(self) -> dict[str, int]:
        start, length = self._plan.start, self._plan.length
        return {START.key: start, LENGTH.key: length, MOST.key: start + length + self._tuning.few}

    def _counts_first(self, attempt: Attempt) -> bool:
        """Return whether to count before a deep page is read, which may be nearer to the end."""
        return (
            self.statements.finds_late
            and self._last.name not in attempt.numbers
            and self._plan.start >= self._tuning.deep
            and self._tuning.from_the_end
            and not self._tuning.count_budget_ms
            # At the end, rows without a value of a joined column come first, and are found slowly.
            and (self._may_seek or not self._source.is_optional(self.statements.keys[0].expression))
        )

    @property
    def _may_seek(self) -> bool:
        """Return whether a page can be read from elsewhere than one of the order's ends."""
        return bool(self._tuning.anchors and self._remembered and self.statements.anchors_key)

    def _count_first(self, attempt: Attempt) -> None:
        count = self._last
        further = self._reader.further(sa.select(count.select.label("number")), "count")
        attempt.numbers[count.name] = number = further.rows[0][0]
        self._remembered.put(count.key, further.version, number)

    def _counts_after(self, attempt: Attempt) -> bool:
        """Return whether matches may have to be counted that were only counted up to a bound."""
        filtered = self.statements.filtered
        bounded = self._has_budget and filtered
        return bool(bounded and "filtered" not in attempt.numbers and not self._tried(self._last))

    def _counted_after(self, numbers: dict[str, int]) -> Further | None:
        """Count all matches, unless that takes longer than the budget, or took just now."""
        filtered, most = self.statements.filtered, self._window[MOST.key]
        if numbers.get("at_least") != most or filtered is None or self._tried(filtered):
            return None
        try:
            with self._dialect.within(self._connection, self._tuning.count_budget_ms):
                number = sa.select(filtered.select.label("number"))
                further = self._reader.further(number, "count")
        except sa.exc.DBAPIError as error:
            if self._dialect.user_error(error) != TIMEOUT:
                raise
            self._remembered.pause(filtered.key, _TRIED_SECONDS)
            return None
        self._remembered.put(filtered.key, further.version, further.rows[0][0])
        return further

    def _tried(self, count: Count) -> bool:
        """Return whether counting these matches took longer than the budget just now."""
        return count.key is not None and self._remembered.is_paused(count.key)

    def _affordable(self, count: Count) -> Count:
        """Count matches up to a bound only, where counting them all has a budget."""
        is_bounded = self._has_budget and count is self.statements.filtered
        return self.statements.at_least if is_bounded else count

    def _sought(self, attempt: Attempt) -> Window:
        """Return from where to read the page: from anchors, made now, if it lies deep."""
        start, length = self._plan.start, self._plan.length
        number = attempt.numbers.get(self._last.name)
        if not (number and attempt.may_assume and self._may_seek):
            return window_of(start, length, number, None, self._tuning)
        seeker = Seeker(
            self.statements, self._reader, self._remembered, self._tuning, self._connection
        )
        window = seeker.window(start, length, number)
        attempt.anchors = seeker.used
        return window

    def _answer_key(self, question: Question) -> Hashable:
        if not self._remembered or question.key is None:
            return None
        key = self.statements.key_of(question.name, question.key)
        return None if key is None else ("answer", key)
