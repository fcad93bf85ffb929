"""Two ways to look at text: folded for searching, ASCII-folded for ordering."""

import unicodedata
from functools import cache

_WRITTEN_OUT = {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ß": "ss"}


@cache
def fold(text: str) -> str:
    """Drop case and accents: Unicode case folding, NFD, six letters written out.

    The accents are those that the client drops, U+0300 to U+036F.
    """
    decomposed = unicodedata.normalize("NFD", text.casefold())
    bare = (char for char in decomposed if not 0x300 <= ord(char) <= 0x36F)
    return "".join(_WRITTEN_OUT.get(char, char) for char in bare)


def sort_text(text: str) -> str:
    """Lower the 26 ASCII capitals and nothing else; Python compares the rest by code point."""
    return "".join(chr(ord(char) + 32) if "A" <= char <= "Z" else char for char in text)
