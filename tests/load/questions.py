"""What DataTables asks, and what every sound answer has."""

from dataclasses import dataclass, field
from typing import Any

COLUMNS = [
    "id", "name", "email", "phone", "company", "birthday", "balance",
    "active", "created_at", "street", "city", "state", "postcode", "country",
]  # fmt: skip
LENGTH = 10


@dataclass(slots=True)
class Table:
    """What a reader's table shows: where it stands, what is typed, how it is sorted."""

    start: int = 0
    length: int = LENGTH
    term: str = ""
    order: list[tuple[str, str]] = field(default_factory=lambda: [("id", "asc")])
    filters: dict[str, str] = field(default_factory=dict)
    criteria: list[dict[str, Any]] = field(default_factory=list)

    def question(self, draw: int) -> dict[str, Any]:
        """Return DataTables' request, as a page with `ajax.contentType: JSON` sends it."""
        asked: dict[str, Any] = {
            "draw": draw,
            "start": self.start,
            "length": self.length,
            "search": _search(self.term),
            "order": [{"column": COLUMNS.index(name), "dir": way} for name, way in self.order],
            "columns": [self._column(name) for name in COLUMNS],
        }
        if self.criteria:
            asked["searchBuilder"] = {"logic": "AND", "criteria": self.criteria}
        return asked

    def _column(self, name: str) -> dict[str, Any]:
        search = _search(self.filters.get(name, ""))
        return {"data": name, "name": "", "searchable": True, "orderable": True, "search": search}


def criterion(column: str, kind: str, condition: str, *values: str) -> dict[str, Any]:
    """Return one line of SearchBuilder."""
    return {
        "condition": condition,
        "data": column,
        "origData": column,
        "type": kind,
        "value": list(values),
    }


def wrong(asked: dict[str, Any], answer: dict[str, Any]) -> str | None:
    """Say what is wrong with an answer; whatever writers do, it shows one state of the data."""
    if "error" in answer:
        return str(answer["error"])
    if answer.get("draw") != asked["draw"]:
        return "the answer belongs to another question"
    total, matches = answer["recordsTotal"], answer["recordsFiltered"]
    if matches > total:
        return f"{matches} rows of {total} match"
    ids = [row["id"] for row in answer["data"]]
    if len(set(ids)) < len(ids):
        return "a row stands twice on a page"
    rows = min(max(matches - asked["start"], 0), asked["length"])
    at_least = answer.get("recordsFilteredRelation") == "gte"
    if len(ids) < rows if at_least else len(ids) != rows:
        return f"{len(ids)} rows on a page that has {rows}"
    return None


def _search(text: str) -> dict[str, Any]:
    return {"value": text, "regex": False}
