"""Requests as clients could send them, biased toward what the rows hold, with some rubbish."""

from tests.serverside.strategies.requests import requests

__all__ = ["requests"]
