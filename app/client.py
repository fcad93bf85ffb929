"""Who asks: the client's address, as a trusted proxy tells it or as the connection does."""

from collections.abc import Sequence
from hashlib import sha256
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network
IPV6_PREFIX = 64  # one subscriber has that many addresses to himself, so they count as one


def client_of(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """Return the address that requests are counted by.

    `forwarded` is X-Forwarded-For, to which each proxy adds on the right who asked it; whatever
    stands left of the first address that is no trusted proxy's is the client's own invention.
    """
    chain = [*(part.strip() for part in forwarded.split(",") if part.strip()), peer]
    client = chain[-1]
    for address in reversed(chain):
        client = address
        if not _is_within(address, trusted):
            break
    return _counted(client)


def _is_within(address: str, networks: Sequence[Network]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)


def _counted(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address[:50]
    if isinstance(found, IPv6Address):
        return str(IPv6Network((found, IPV6_PREFIX), strict=False))
    return str(found)


def group_of(client: str) -> int:
    """Return which of some thousand groups of addresses a client is in.

    For what is kept of it: enough to bound its share, too little to tell who it was.
    """
    return int.from_bytes(sha256(client.encode("utf-8", "replace")).digest()[:2])
