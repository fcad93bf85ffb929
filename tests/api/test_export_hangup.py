"""A client that goes away while an export is sent: its statement ends, sent to or not."""

import socket
import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine

from tests.api.exports import idle
from tests.api.test_export_sending import begun, is_read, many
from tests.serverside.undisturbed import undisturbed


@pytest.mark.slow
def test_a_client_that_goes_away_ends_the_statement(
    own_app: Callable[..., Flask], own_engine: Engine, fill: Callable[..., None]
) -> None:
    fill(many())
    app = own_app()
    server, client = socket.socketpair()
    response, pieces = begun(
        app.test_client(), "jsonl", environ_overrides={"gunicorn.socket": server}
    )
    client.close()
    with pytest.raises(BrokenPipeError):
        send(pieces, server)
    response.close()
    server.close()
    assert undisturbed(lambda: not is_read(own_engine))
    assert idle(app)


@pytest.mark.slow
def test_one_that_is_gone_is_noticed_between_two_pieces(
    own_app: Callable[..., Flask], own_engine: Engine, fill: Callable[..., None]
) -> None:
    """Nothing is sent here: the socket is watched on when the request itself has ended."""
    fill(many())
    app = own_app()
    server, client = socket.socketpair()
    response, pieces = begun(
        app.test_client(), "jsonl", environ_overrides={"gunicorn.socket": server}
    )
    client.close()
    with pytest.raises(BrokenPipeError):
        take_slowly(pieces)
    response.close()
    server.close()
    assert undisturbed(lambda: not is_read(own_engine))
    assert idle(app)


def send(pieces: Iterator[bytes], server: socket.socket) -> None:
    """Send a file as a server does."""
    for piece in pieces:
        server.sendall(piece)


def take_slowly(pieces: Iterator[bytes]) -> None:
    """Take a file, and give the one who watches its client some time."""
    for _ in pieces:
        time.sleep(0.05)
