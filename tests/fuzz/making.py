"""Make hostile requests: take recorded ones apart, change what they hold, send them some way."""

import json
from copy import deepcopy
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote

from tests.api.draws import KEYS, USERS
from tests.serverside.samples import recorded

Tree = dict[str, Any]

SURROGATE = "\ud800"
TEXTS = (
    "", " ", "\0", SURROGATE, "\ufffe", "😀", "ﬃ", "İ", "a\u0301" * 50, "\u202eabc", "%", "_",
    "\\", "'", '"', "--", "; DROP TABLE users", "' OR 1=1 --", "<script>", "(", "(a+)+$", "[",
    "a{1000}{1000}", r"(\w+)\1", "/x/i", "/(/", "!", '"', '"a', "! ! !", "function", "null",
    "undefined", "true", "NaN", "Infinity", "-0", "+1", "1e308", "1e-999", "0.1", ".5", "9" * 17,
    "9" * 40, "-1", "2147483648", "9223372036854775808", "2024-02-30", "0000-00-00", "9999-12-31",
    "2024-05", "24:00:00", ">", ">=1", "<=2024-01-01", "><", "x" * 1001, "word " * 60, "%s",
    "{0}", "${x}", "../../etc/passwd", "son", "an",
)  # fmt: skip
ODD = (None, True, False, 0, -1, 1.5, 2**31, 2**63, 2**70, -(2**80), 1e308, [], {}, [[]], {"": ""})
KEYS_SENT = (
    "data", "name", "search", "value", "regex", "order", "column", "dir", "columns", "start",
    "length", "draw", "searchBuilder", "criteria", "condition", "logic", "type", "origData",
    "value1", "searchPanes", "searchPanes_null", "searchPanesLast", "searchPanes_options",
    "columnControl", "list", "logic", "mask", "fixed", "term", "group", "0", "1", "-1",
    "999999999", "", "a[b", "__proto__", "constructor",
)  # fmt: skip


@dataclass
class Asked:
    """One request, as it is sent."""

    method: str
    query: str = ""
    content_type: str | None = None
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    path: str = USERS

    def text(self) -> str:
        """Return all that the client wrote, to tell its words from the server's."""
        return f"{self.query} {self.body.decode('utf-8', 'replace')} {self.headers}".lower()


class Maker:
    """Make one request after the other; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._trees = [sample.tree() for sample in recorded()]

    def make(self) -> Asked:
        """Make a request."""
        tree = json.loads(json.dumps(self._random.choice(self._trees)))
        if self._random.random() < 0.9:
            _as_ours(tree)
        for _ in range(self._random.choice((0, 1, 1, 2, 3, 8))):
            self._change(tree)
        if self._random.random() < 0.1:
            self._multiply(tree)
        return self._sent(tree)

    def _change(self, tree: Tree) -> None:
        """Change one value somewhere in the tree."""
        places = list(_places(tree))
        if not places:
            return
        holder, key = self._random.choice(places)
        change = self._random.randrange(7)
        if change == 0:
            holder.pop(key)
        elif change == 1:
            self._add(holder, self._random.choice(KEYS_SENT), self._value())
        elif change == 2:
            other = list(_places(self._random.choice(self._trees)))
            holder[key] = json.loads(json.dumps(_at(self._random.choice(other)))) if other else None
        elif change == 3:
            holder[key] = self._nested(self._random.choice((2, 12, 60)))
        else:
            holder[key] = self._value()

    def _multiply(self, tree: Tree) -> None:
        """Send one of its values many times; once, or it would grow beyond all bounds."""
        if places := list(_places(tree)):
            holder, key = self._random.choice(places)
            holder[key] = [holder[key]] * self._random.choice((2, 30, 600))

    def _add(self, holder: Any, key: str, value: Any) -> None:
        if isinstance(holder, dict):
            holder[key] = value
        else:
            holder.append(value)

    def _value(self) -> Any:
        return deepcopy(self._random.choice(TEXTS if self._random.random() < 0.7 else ODD))

    def _nested(self, depth: int) -> Any:
        value: Any = self._value()
        for _ in range(depth):
            key = self._random.choice(("criteria", "0", "columns", "search"))
            value = {key: value} if self._random.random() < 0.7 else [value]
        return value

    def _sent(self, tree: Tree) -> Asked:
        way = self._random.choice(("query", "form", "json", "json", "multipart"))
        if way == "json":
            body = self._torn(json.dumps(tree).encode())
            return Asked("POST", content_type="application/json", body=body)
        pairs = list(_flat(tree))
        if way == "multipart":
            return Asked(
                "POST", content_type="multipart/form-data; boundary=b", body=_multipart(pairs)
            )
        text = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs)
        torn = self._torn(text.encode())
        if way == "query":
            return Asked("GET", query=torn.decode("ascii", "replace").replace("\ufffd", "%ff"))
        return Asked("POST", content_type="application/x-www-form-urlencoded", body=torn)

    def _torn(self, wire: bytes) -> bytes:
        """Now and then break what is sent, as bytes."""
        if not wire or self._random.random() < 0.9:
            return wire
        at = self._random.randrange(len(wire))
        piece = self._random.choice((b"", b"%00", b"%ff", b"%", b"[", b"]", b"&", b"=", b"\\ud800"))
        return wire[:at] + piece + (wire[at:] if self._random.random() < 0.7 else b"")


def _as_ours(tree: Tree) -> None:
    """Let a recorded request ask for the columns of the demo's table."""
    columns = tree.get("columns")
    for number, column in enumerate(
        columns.values() if isinstance(columns, dict) else columns or ()
    ):
        if isinstance(column, dict):
            column["data"] = KEYS[number % len(KEYS)]


def _places(value: Any) -> Any:
    """Yield each holder and key in a tree."""
    if isinstance(value, dict):
        for key in list(value):
            yield value, key
            yield from _places(value[key])
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield value, number
            yield from _places(inner)


def _at(place: tuple[Any, Any]) -> Any:
    return place[0][place[1]]


def _flat(value: Any, name: str = "") -> Any:
    """Yield bracketed names and texts, as a form has them."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{name}[{key}]" if name else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _flat(inner, f"{name}[{number}]" if name else str(number))
    elif isinstance(value, bool):
        yield name, str(value).lower()
    else:
        yield name, "" if value is None else str(value)


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="[]")


def _multipart(pairs: list[tuple[str, str]]) -> bytes:
    parts = [
        b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        % (name.encode("utf-8", "surrogatepass"), value.encode("utf-8", "surrogatepass"))
        for name, value in pairs
    ]
    return b"".join(parts) + b"--b--\r\n"
