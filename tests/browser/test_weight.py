"""What the first view costs: bytes as they are sent compressed, and requests."""

import gzip
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, Response

from tests.browser.demo import Demo

MOST_BYTES = 200_000
MOST_REQUESTS = 15


def test_the_first_view_is_light(page: Page) -> None:
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - no method
    Demo(page).open()
    page.wait_for_timeout(300)
    sizes = {
        urlsplit(answer.url).path: len(sent(answer))
        for answer in answers
        if not answer.url.startswith("data:")
    }
    assert len(sizes) <= MOST_REQUESTS
    assert sum(sizes.values()) < MOST_BYTES


def sent(answer: Response) -> bytes:
    """Return a body as it is sent: compressed, unless it is already."""
    body = answer.body()
    return body if Path(urlsplit(answer.url).path).suffix == ".woff2" else gzip.compress(body, 6)
