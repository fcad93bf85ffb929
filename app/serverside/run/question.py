"""What a draw is asked beside its page, and all that it answers."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Question:
    """What an extension asks beside the page: a statement, and what is made of its rows.

    `name` tells it from all others over the same source. `key` writes a select that tells answers
    which depend on the data alone, quicker than `build` would; without it, none is remembered.
    """

    name: Hashable
    build: Callable[[], Any]
    made: Callable[[Sequence[Any]], Any]
    key: Callable[[], Any] | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """Both totals, the shown values of the page's rows, and the answer to each question."""

    total: int
    filtered: int
    rows: Sequence[Sequence[Any]]
    at_least: bool = False  # whether more rows match than were counted
    unmet: tuple[str, ...] = ()  # the sources of picks that no row has
    answers: tuple[Any, ...] = ()
