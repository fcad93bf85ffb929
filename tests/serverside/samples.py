"""The recorded requests, and readers of them that share nothing with the engine's."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import qs_codec
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from tests.serverside.answerable import replayed

RECORDED = Path(__file__).parents[1] / "samples" / "requests.jsonl"
BRACKETS = qs_codec.DecodeOptions(depth=40, list_limit=1000, parameter_limit=20_000)

# The same action, but the clients send different things on purpose or by a defect of theirs.
DIFFERING = (
    "colreorder-", "columns-search", "data-kinds", "get-json", "get-string-data", "search-function",
    "searchbuilder-options-json", "searchbuilder-typed-",
)  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """One request exactly as a browser sent it."""

    name: str
    client: dict[str, str]
    method: str
    query: str
    contentType: str | None  # noqa: N815 - as recorded
    body: str | None

    @property
    def action(self) -> str:
        """Name what the user did, without the client's version."""
        return self.name.partition("-")[2]

    def request(self) -> Request:
        """Give the request as a server would see it."""
        builder = EnvironBuilder(
            method=self.method,
            query_string=self.query,
            content_type=self.contentType,
            data=None if self.body is None else self.body.encode(),
        )
        return Request(builder.get_environ())

    def tree(self) -> dict[str, Any]:
        """Read the request with an independent parser."""
        wire = self.query if self.body is None else self.body
        if wire.startswith(("{", "%7B")):
            text = wire if self.body else unquote(re.sub(r"&_=\d+$", "", wire))
            return dict(json.loads(text))
        tree = decoded(wire)
        return _translated(tree) if "sEcho" in tree else tree


def decoded(query: str) -> dict[str, Any]:
    """Read bracketed parameters with an independent parser."""
    return dict(qs_codec.decode(query, BRACKETS))


def recorded() -> list[Sample]:
    """Return the recorded requests of the families that the engine answers."""
    lines = RECORDED.read_text(encoding="utf-8").splitlines()
    samples = [Sample(**json.loads(line)) for line in lines]
    return [sample for sample in samples if replayed(sample.name)]


def alike() -> dict[str, list[Sample]]:
    """Return the samples that must be answered alike: one action, several clients."""
    actions: dict[str, list[Sample]] = {}
    for sample in recorded():
        if not sample.action.startswith(DIFFERING):
            actions.setdefault(sample.action, []).append(sample)
    return {action: samples for action, samples in actions.items() if len(samples) > 1}


def _translated(old: dict[str, Any]) -> dict[str, Any]:
    """Say a DataTables 1.9 request in the words of 1.10."""
    names = old["sColumns"].split(",")
    return {
        "draw": old["sEcho"],
        "start": old["iDisplayStart"],
        "length": old["iDisplayLength"],
        "search": {"value": old.get("sSearch", ""), "regex": old.get("bRegex")},
        "columns": [
            {
                "data": old[f"mDataProp_{n}"],
                "name": names[n],
                "searchable": old[f"bSearchable_{n}"],
                "search": {"value": old[f"sSearch_{n}"], "regex": old[f"bRegex_{n}"]},
            }
            for n in range(int(old["iColumns"]))
        ],
        "order": [
            {"column": old[f"iSortCol_{n}"], "dir": old[f"sSortDir_{n}"]}
            for n in range(int(old.get("iSortingCols", 0)))
        ],
    }
