"""Let requests in: each of the API's takes one of the lanes to the database."""

from collections.abc import Collection
from contextlib import ExitStack
from typing import cast

from flask import Blueprint, Flask, current_app, g, request

from app.client import client_of, group_of
from app.lanes import Lanes, Share
from app.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Make the lanes of this process."""
    app.extensions["lanes"] = Lanes(
        Share(settings.max_draws, settings.max_waiting),
        Share(settings.max_client_draws, settings.max_client_waiting),
        settings.max_wait_ms / 1000,
    )


def guard(bp: Blueprint, *, but: Collection[str] = ()) -> None:
    """Give a blueprint's requests a lane each, for as long as they take; some endpoints need none.

    Those are bounded in another way.
    """

    @bp.before_request
    def enter() -> None:
        if request.endpoint in but:
            return
        stack = g.lane = ExitStack()
        stack.enter_context(cast("Lanes", current_app.extensions["lanes"]).enter(client()))

    bp.teardown_request(_leave)


def client() -> str:
    """Return the address by which this request's client is counted."""
    settings: Settings = current_app.extensions["settings"]
    forwarded = request.headers.get("X-Forwarded-For", "")
    return client_of(request.remote_addr or "", forwarded, settings.trusted_proxies)


def client_group() -> int:
    """Return the group of addresses that this request's client is in; see `group_of`."""
    return group_of(client())


def _leave(_error: BaseException | None) -> None:
    if stack := g.pop("lane", None):
        stack.close()
