"""Take the README's pictures of the page: docs/demo.png in light, docs/demo-dark.png in dark."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from app import create_app
from app.connecting import write_engine
from app.schema import create_schema
from app.seed import seed
from app.settings import Settings

DOCS = Path(__file__).resolve().parent.parent / "docs"
PICTURES = {"light": DOCS / "demo.png", "dark": DOCS / "demo-dark.png"}
USERS = 10_000
VIEW = "?q=zoe&order=name&balance=greaterOrEqual:1000"
SIZE = {"width": 1440, "height": 1210}


@contextmanager
def served() -> Iterator[str]:
    """Serve the demo, on a database of its own filled as `make run` does, and give its address."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/demo.sqlite3"
        engine = write_engine(url)
        create_schema(engine)
        seed(engine, users=USERS, seed=1)
        engine.dispose()
        app = create_app(Settings(database_url=url, inspector=True))
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.port}/"
        server.shutdown()
        thread.join()
        server.server_close()
        app.extensions["database"].dispose()


def photograph(browser: Browser, address: str, scheme: str, picture: Path) -> None:
    """Show a view, open what it cost where the server tells it, and save what that looks like."""
    page = browser.new_page(viewport=SIZE, color_scheme=scheme, locale="en-US")
    for _ in range(2):  # the first time, the server has yet to compile what it asks
        page.goto(address + VIEW)
        page.locator("#users[aria-busy=false] tbody tr[id]").first.wait_for()
    page.get_by_text("in all").wait_for()
    if page.locator("#inspect").is_visible():
        page.locator("#inspect").click()
        page.locator("#drawer pre").first.wait_for()
    page.locator("body").click(position={"x": 1, "y": 1})
    page.screenshot(path=picture)
    page.close()
    shrink(picture)


def shrink(picture: Path) -> None:
    """Keep 256 colours, which are enough for a page, in less than half the size."""
    with Image.open(picture) as full:
        small = full.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    small.save(picture, optimize=True)


def main() -> int:
    """Save the pictures; answer 1 with a sentence when there is no Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("Chromium is not there; install it: apt install chromium", file=sys.stderr)
        return 1
    DOCS.mkdir(exist_ok=True)
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        for scheme, picture in PICTURES.items():
            photograph(browser, address, scheme, picture)
            print(f"{picture.relative_to(DOCS.parent)}: {picture.stat().st_size // 1024} KiB")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
