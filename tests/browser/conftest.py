"""A served app, a Chromium to look at it, and a page that may not complain."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from werkzeug.serving import make_server

from tests.browser.demo import Demo
from tests.needed import needed

HOW_TO_GET_ONE = (
    "Chromium is not there, so the browser tests can't run. Install it, for example with "
    "`apt install chromium`, or name it in TEST_CHROMIUM."
)
# No sandbox, because containers run tests as root; no traffic but the page's own.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

WAIT_MS = 30_000  # for what happens at once on a machine that has nothing else to do

# Adds up how far the browser saw things jump by themselves, from the first paint on.
WATCH_SHIFTS = """
window.shifted = 0;
new PerformanceObserver(list => list.getEntries().forEach(entry => {
  if (!entry.hadRecentInput) shifted += entry.value;
}))
  .observe({ type: 'layout-shift', buffered: true });
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, so that `-m 'not browser'` leaves them out."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give one Chromium for all tests; without one, fail in CI and skip aloud elsewhere."""
    found = os.environ.get("TEST_CHROMIUM") or shutil.which("chromium")
    path = needed(found, HOW_TO_GET_ONE)
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(app: Flask) -> Iterator[str]:
    """Serve the app and give its address."""
    with served(app) as address:
        yield address


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an app on a free port and give its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def complaints() -> list[str]:
    """Collect what the browser complains about: errors, refused content, dialogs, other hosts."""
    return []


@pytest.fixture
def page(chromium: Browser, site: str, complaints: list[str]) -> Iterator[Page]:
    """Give an empty page on a desk's screen; in the end nothing may have been complained about."""
    context = chromium.new_context(
        base_url=site, viewport={"width": 1440, "height": 900}, locale="en-US", color_scheme="light"
    )
    context.add_init_script(WATCH_SHIFTS)
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.on("console", lambda message: _hear(message, complaints))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    page.on(
        "request",
        lambda request: request.url.startswith((site, "data:")) or complaints.append(request.url),
    )
    yield page
    context.close()
    assert complaints == []


def _hear(message: ConsoleMessage, complaints: list[str]) -> None:
    """Note warnings and errors, except the browser's own line about an HTTP error."""
    if message.type in {"warning", "error"} and "Failed to load resource" not in message.text:
        complaints.append(message.text)


@pytest.fixture
def demo(page: Page) -> Demo:
    """Give the demo page with its first rows drawn."""
    demo = Demo(page)
    demo.open()
    return demo
