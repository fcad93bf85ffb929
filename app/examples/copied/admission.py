"""Who asks: an application with accounts answers with its user here."""

from zlib import crc32

from flask import request


def client_group() -> int:
    """Return a group of addresses, of some thousands, that this request's client is in."""
    return crc32((request.remote_addr or "").encode()) & 0xFFFF
