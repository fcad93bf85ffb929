"""Whose request it is: what only a trusted proxy says counts."""

from ipaddress import ip_network

import pytest

from app.client import client_of

TRUSTED = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))

CASES = [
    ("192.0.2.1", "", "192.0.2.1"),
    ("192.0.2.1", "203.0.113.9", "192.0.2.1"),  # no proxy of ours: nobody is believed
    ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
    ("10.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"),  # the left one is the client's invention
    ("10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),
    ("10.0.0.1", "", "10.0.0.1"),
    ("10.0.0.1", " , ,", "10.0.0.1"),
    ("10.0.0.1", "nonsense", "nonsense"),
    ("10.0.0.1", "x" * 5000, "x" * 50),
    ("", "", ""),
    ("2001:db8:1:2:3::4", "", "2001:db8:1:2::/64"),
    ("fd00::1", "2001:db8:1:2::9", "2001:db8:1:2::/64"),
]


@pytest.mark.parametrize(("peer", "forwarded", "client"), CASES)
def test_the_client_is_who_asked_the_last_trusted_proxy(
    peer: str, forwarded: str, client: str
) -> None:
    assert client_of(peer, forwarded, TRUSTED) == client


def test_nobody_is_trusted_unless_told() -> None:
    assert client_of("10.0.0.1", "203.0.113.9", ()) == "10.0.0.1"
