"""What every kind of filter is planned from."""

from collections.abc import Callable
from dataclasses import dataclass

from ..limits import Limits
from ..wire.request import DrawRequest
from .conditions import Predicate
from .lookup import Declaration

Notice = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Context:
    """A request over the declared columns, its limits, and where to leave a remark for the user."""

    request: DrawRequest
    declaration: Declaration
    limits: Limits
    regex: bool
    notice: Notice


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition and where it came from: ``search``, ``columns:<key>``, ``searchPanes:<key>``."""

    source: str
    predicate: Predicate
