"""Which state of the data a statement saw: what is remembered is checked against it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class DataVersion:
    """The stamp of the state that a statement saw, and whether another stamp is of that state."""

    stamp: Any
    matches: Callable[[Any], bool]
