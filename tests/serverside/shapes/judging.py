"""An answer beside the truth: what is wrong with it, in words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.serverside.oracle.shown import shown
from tests.serverside.shapes.truth import Wanted
from tests.serverside.strategies.terms import written

Answer = Mapping[str, Any]


class WrongError(AssertionError):
    """An answer differs from the truth."""


@dataclass
class Walk:
    """The pages of one request, read in any order and more than once."""

    wanted: Wanted
    names: Sequence[str]
    seen: dict[int, str] = field(default_factory=dict)

    def take(self, answer: Answer, start: int, length: int) -> None:
        """Check one page's totals, its length and its place in the order."""
        _equal("an error", answer.get("error"), None)
        _equal("recordsTotal", answer["recordsTotal"], self.wanted.total)
        _equal("recordsFiltered", answer["recordsFiltered"], self.wanted.filtered)
        expected = max(0, min(length, self.wanted.filtered - start))
        rows = [written_row(row, self.names) for row in answer["data"]]
        _equal(f"rows at {start}", len(rows), expected)
        page = dict(enumerate(rows, start))
        self._levels(page)
        self.seen |= page
        self._levels(self.seen)

    def _levels(self, page: dict[int, str]) -> None:
        first = 0
        for level in self.wanted.levels:
            stored = Counter(map(repr, level))
            places = [place for place in range(first, first + len(level)) if place in page]
            given = Counter(page[place] for place in places)
            if given - stored:
                raise WrongError(f"at {places}: {given - stored}; there: {stored}")
            first += len(level)

    def offers(self, answer: Answer) -> None:
        """Check the values to pick."""
        for name, values in self.wanted.lists.items():
            given = answer.get("columnControl", {}).get(name, ())
            _equal(f"offered {name}", {_pick(o["value"]) for o in given}, set(map(_pick, values)))
        for name, counts in self.wanted.panes.items():
            given = answer["searchPanes"]["options"].get(name, ())
            found = {_pick(o["value"]): (o["total"], o["count"]) for o in given}
            _equal(f"pane {name}", found, {_pick(value): pair for value, pair in counts.items()})


def written_row(row: Mapping[str, Any], names: Sequence[str]) -> str:
    """Write a row's cells so that they can be counted."""
    return repr(tuple(row[name] for name in names))


def _pick(value: Any) -> str:
    return written(shown(value))


def _equal(what: str, given: Any, wanted: Any) -> None:
    if given != wanted:
        raise WrongError(f"{what}: {given!r} instead of {wanted!r}")
