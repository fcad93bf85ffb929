"""ColumnControl's date masks: the parts of a date and time that are compared, the rest left out."""

from dataclasses import dataclass
from datetime import datetime

from ..columns import parse_value
from ..columns.kinds import Kind

TOKENS = ("YYYY", "MM", "DD", "hh", "mm", "ss", "sss")


@dataclass(frozen=True, slots=True)
class Parts:
    """Some parts of a date and time, as ``MM`` and ``DD`` of 2024-05-31: every 31st of May."""

    tokens: tuple[str, ...]
    moment: datetime

    def __str__(self) -> str:
        return " ".join(f"{token} {self._digits(token)}" for token in self.tokens)

    @property
    def number(self) -> int:
        """The parts written one after the other, read as one number: 531."""
        return int("".join(map(self._digits, self.tokens)))

    def _digits(self, token: str) -> str:
        at = self.moment
        milliseconds = at.microsecond // 1000
        every = (at.year, at.month, at.day, at.hour, at.minute, at.second, milliseconds)
        return f"{every[TOKENS.index(token)]:0{len(token)}}"


def read(text: str, mask: str, kind: Kind) -> parse_value.Span | Parts | None:
    """Return what a column of dates is compared with; None where the text is no date.

    Only parts that the mask names, the text gives and the column has count. Without such parts it
    is the day, month or year that the text gives.
    """
    found = parse_value.written(text)
    if found is None:
        return None
    moment, given = found
    known = min(given, parse_value.DATE_PARTS) if kind == "date" else given
    named = tuple(token for token in TOKENS[:known] if token in mask)
    if not named:
        return parse_value.around(moment, min(given, parse_value.DATE_PARTS))
    if named == TOKENS[: len(named)]:
        return parse_value.around(moment, len(named))
    return Parts(named, moment)
