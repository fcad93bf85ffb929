"""The bytes of a page: how many are sent, how many of them are ours, and how long they are kept."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.web import assets, publish

FIRST_VIEW_BYTES, FIRST_VIEW_REQUESTS = 200_000, 15
OWN_BYTES = 40_000
DRAWS = {"/": 1, "/compare": 2, "/docs": 0}  # that each page asks for when it opens
DECODERS = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.fixture(scope="module")
def published(seeded_engine: Engine, make_app: Callable[..., Flask]) -> Flask:
    """Give an app that serves the published files."""
    publish.publish()
    return make_app(seeded_engine.url.render_as_string(hide_password=False), stock_baseline=True)


@pytest.fixture
def visitor(published: Flask) -> FlaskClient:
    return published.test_client()


@pytest.fixture
def folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Path, Path]:
    """Work on a static folder and a published one of the test's own."""
    source, target = tmp_path / "static", tmp_path / "published"
    digest = assets.digest.__wrapped__
    for module in (assets, publish):
        monkeypatch.setattr(module, "SOURCE", source)
        monkeypatch.setattr(module, "PUBLISHED", target)
        monkeypatch.setattr(module, "digest", digest)
    source.mkdir()
    source.joinpath("app.css").write_text("body { color: red }" * 100, encoding="utf-8")
    return source, target


def fetch(client: FlaskClient, address: str, encoding: str) -> bytes:
    """Return an answer's body as it is sent."""
    with client.get(address, headers={"Accept-Encoding": encoding}) as response:
        assert response.status_code == 200, address
        return response.get_data()


def loaded_files(client: FlaskClient, html: str) -> set[str]:
    """Return the addresses of the files that a page loads before anybody does anything."""
    tags = re.findall(r"<(?:link|script|img)\b[^>]*>", html)
    found = (re.search(r'(?:src|href)="(/static/[^"]+)"', tag) for tag in tags)
    named = {match[1] for match in found if match}
    return named.union(*(imported(client, name) for name in named if "/vendor/" not in name))


def imported(client: FlaskClient, address: str) -> set[str]:
    """Return the addresses that a module of ours imports, and those that they import."""
    if not address.endswith(".js"):
        return set()
    names = re.findall(r"from '\./([^']+)'", fetch(client, address, "identity").decode())
    found = {f"{address.rpartition('/')[0]}/{name}" for name in names}
    return found.union(*(imported(client, name) for name in found))


@pytest.mark.parametrize("encoding", ["br", "gzip"])
@pytest.mark.parametrize("page", DRAWS)
def test_the_first_view_is_small(visitor: FlaskClient, page: str, encoding: str) -> None:
    sent = fetch(visitor, page, encoding)
    addresses = loaded_files(visitor, DECODERS[encoding](sent).decode())
    total = len(sent) + sum(len(fetch(visitor, address, encoding)) for address in addresses)
    assert addresses
    assert 1 + len(addresses) + DRAWS[page] <= FIRST_VIEW_REQUESTS
    assert total < FIRST_VIEW_BYTES


@pytest.mark.parametrize("encoding", ["br", "gzip"])
@pytest.mark.parametrize("page", ["page", "compare", "docs", "examples"])
def test_our_own_code_of_a_page_is_small(visitor: FlaskClient, page: str, encoding: str) -> None:
    files = (path.relative_to(assets.SOURCE) for path in assets.files(assets.SOURCE))
    own = [
        path.as_posix()
        for path in files
        if path.suffix in {".css", ".js"} and path.parts[0] in {"app.css", "theme.js", page}
    ]
    assert len(own) > 2
    sizes = [len(fetch(visitor, f"{assets.url_path()}/{name}", encoding)) for name in own]
    assert sum(sizes) < OWN_BYTES


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_a_compressed_file_is_the_file(visitor: FlaskClient, encoding: str) -> None:
    address = f"{assets.url_path()}/app.css"
    response = visitor.get(address, headers={"Accept-Encoding": encoding}, buffered=True)
    assert response.headers["Content-Encoding"] == encoding
    assert response.headers["Vary"] == "Accept-Encoding"
    whole = fetch(visitor, address, "identity")
    assert len(response.data) < len(whole) / 2
    assert DECODERS[encoding](response.data) == whole
    assert whole == assets.SOURCE.joinpath("app.css").read_bytes()


def test_a_file_may_be_kept_for_ever(visitor: FlaskClient) -> None:
    with visitor.get(f"{assets.url_path()}/app.css") as response:
        assert response.headers["Cache-Control"] == "max-age=315360000, public, immutable"


def test_a_font_is_preloaded_where_the_style_sheet_looks_for_it(
    published: Flask, visitor: FlaskClient
) -> None:
    css = fetch(visitor, f"{assets.url_path()}/app.css", "identity").decode()
    (relative,) = set(re.findall(r'url\("(vendor/inter/[^"]+)"\)', css))
    with published.test_request_context():
        address = url_for("static", filename=relative)
    assert address == f"{assets.url_path()}/{relative}"
    assert f'href="{address}"' in fetch(visitor, "/", "identity").decode()


def test_a_file_of_another_version_is_sent_but_not_kept(visitor: FlaskClient) -> None:
    with visitor.get("/static/0123456789ab/app.css") as response:
        assert response.data == assets.SOURCE.joinpath("app.css").read_bytes()
        assert response.headers["Cache-Control"] == "no-cache, max-age=0"
    assert visitor.get("/static/0123456789ab/none.css").status_code == 404


def test_addresses_change_with_contents_and_names(folders: tuple[Path, Path]) -> None:
    source, _ = folders
    seen = [assets.digest()]
    for name, text in [("app.css", "a"), ("app.css", "b"), ("b.css", "b"), (".stamp", "b")]:
        source.joinpath(name).write_text(text, encoding="utf-8")
        seen.append(assets.digest())
    assert len(set(seen)) == 4
    assert seen[-1] == seen[-2]  # a hidden file is not served


def test_what_is_not_published_is_served_as_it_is(
    folders: tuple[Path, Path], make_app: Callable[..., Flask], seeded_engine: Engine
) -> None:
    source, target = folders
    publish.publish()
    source.joinpath("app.css").write_text("new " * 1000, encoding="utf-8")
    app = make_app(seeded_engine.url.render_as_string(hide_password=False))
    assert fetch(app.test_client(), f"{app.static_url_path}/app.css", "br") == b"new " * 1000
    assert len(list(target.iterdir())) == 1


def test_while_debugging_a_file_changes_in_place(
    folders: tuple[Path, Path],
    make_app: Callable[..., Flask],
    seeded_engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    app = make_app(seeded_engine.url.render_as_string(hide_password=False))
    folders[0].joinpath("app.css").write_text("changed", encoding="utf-8")
    with app.test_client().get("/static/debug/app.css") as response:
        assert response.data == b"changed"
        assert response.headers["Cache-Control"] == "max-age=0, public"


def test_some_older_versions_are_kept(folders: tuple[Path, Path]) -> None:
    source, target = folders
    made = []
    for number in range(publish.KEPT + 2):
        source.joinpath("app.css").write_text(str(number), encoding="utf-8")
        made.append(publish.publish())
    assert set(target.iterdir()) == set(made[-publish.KEPT :])


def test_a_second_process_may_publish_at_the_same_time(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    compress = publish._compress

    def overtaken(folder: Path) -> None:
        monkeypatch.setattr(publish, "_compress", compress)
        monkeypatch.setattr(publish.os, "getpid", lambda: 0)
        publish.publish()
        compress(folder)

    monkeypatch.setattr(publish, "_compress", overtaken)
    assert sorted(path.name for path in publish.publish().iterdir()) == [
        "app.css", "app.css.br", "app.css.gz",
    ]  # fmt: skip
    assert len(list(folders[1].iterdir())) == 1


def test_an_answer_of_one_packet_is_not_compressed(visitor: FlaskClient) -> None:
    for address, encoding in (("/healthz", None), ("/openapi.json", "zstd")):
        answer = visitor.get(address, headers={"Accept-Encoding": "zstd"})
        assert answer.headers.get("Content-Encoding") == encoding
