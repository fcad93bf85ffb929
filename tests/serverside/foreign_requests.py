"""Requests and multi-dicts as other frameworks give them, in as much as their manuals promise."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, parse_qsl

FORM = "application/x-www-form-urlencoded"


class StarletteMultiDict(Mapping[str, Any]):
    """`ImmutableMultiDict`, which `query_params` and `await request.form()` are."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        self._list, self._dict = pairs, dict(pairs)

    def __getitem__(self, name: str) -> Any:
        return self._dict[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._dict)

    def __len__(self) -> int:
        return len(self._dict)

    def getlist(self, name: str) -> list[Any]:
        return [value for own, value in self._list if own == name]

    def multi_items(self) -> list[tuple[str, Any]]:
        return list(self._list)


class StarletteRequest(Mapping[str, Any]):
    """A request that is the mapping of its ASGI scope, and whose body has to be awaited."""

    def __init__(self, method: str, query: str = "", body: bytes = b"") -> None:
        self.scope = {"type": "http", "method": method, "query_string": query.encode()}
        self.method, self.url, self._body = method, SimpleNamespace(query=query), body
        self.query_params = StarletteMultiDict(parse_qsl(query, keep_blank_values=True))

    def __getitem__(self, name: str) -> Any:
        return self.scope[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.scope)

    def __len__(self) -> int:
        return len(self.scope)

    async def body(self) -> bytes:
        return self._body

    async def form(self) -> StarletteMultiDict:
        return StarletteMultiDict(parse_qsl(self._body.decode(), keep_blank_values=True))


class QueryDict(dict[str, list[str]]):
    """Django's: a dict of lists that shows the last value of each."""

    def __init__(self, encoded: str) -> None:
        super().__init__(parse_qs(encoded, keep_blank_values=True))

    def __getitem__(self, name: str) -> Any:
        return super().__getitem__(name)[-1]

    def getlist(self, name: str) -> list[str]:
        return super().__getitem__(name)

    def items(self) -> Any:
        return ((name, self[name]) for name in self)

    def lists(self) -> Any:
        return iter(super().items())


class RawPostDataException(Exception):  # noqa: N818 - Django's name
    """What Django raises where the body is used up."""


class DjangoRequest:
    """`HttpRequest`: the body can be had after `POST` was read, unless it is multipart."""

    def __init__(self, method: str, query: str = "", body: bytes = b"", kind: str = "") -> None:
        self.method, self.content_type = method, kind.partition(";")[0]
        self.META = {"QUERY_STRING": query, "CONTENT_LENGTH": str(len(body))}
        self._stream, self._body = BytesIO(body), None if method == "POST" else b""

    def read(self) -> bytes:
        return self._stream.read()

    @property
    def body(self) -> bytes:
        if self._body is None:
            if self._stream.tell():
                raise RawPostDataException
            self._body = self._stream.read()
        return self._body

    @property
    def GET(self) -> QueryDict:  # noqa: N802 - Django's name
        return QueryDict(self.META["QUERY_STRING"])

    @property
    def POST(self) -> QueryDict:  # noqa: N802 - Django's name
        try:
            return QueryDict(self.body.decode() if self.content_type == FORM else "")
        except RawPostDataException:
            return QueryDict("")


class WebObMultiDict(StarletteMultiDict):
    """WebOb's, whose `items()` are all pairs and whose lists are got by `getall`."""

    multi_items = getlist = property()

    def items(self) -> Any:
        return list(self._list)


class WebObRequest:
    """A request whose body can be read again and again."""

    def __init__(self, method: str, query: str = "", body: bytes = b"", kind: str = "") -> None:
        self.method, self.query_string, self.body, self.content_type = method, query, body, kind
        self.content_length = len(body)
        self.GET = WebObMultiDict(parse_qsl(query, keep_blank_values=True))
        self.POST = WebObMultiDict(parse_qsl(body.decode(), keep_blank_values=True))
