"""Folding: text compared without regard to case and accents, the same on every database.

Unicode case folding, canonical decomposition, combining marks dropped, and ø ł đ æ œ ß written out.
Every step works on one character at a time, so a part of a text folds to a part of the folded text.
"""

import sys
import unicodedata
from itertools import groupby

# Case folding turns Cherokee to capitals, databases to small letters: one form serves both.
_CHEROKEE = {chr(0x13A0 + n): chr(0xAB70 + n) for n in range(80)}
_CHEROKEE |= {chr(0x13F0 + n): chr(0x13F8 + n) for n in range(6)}
_WRITTEN_OUT = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"} | _CHEROKEE)


def fold(text: str) -> str:
    """Return the form of a text in which two texts that mean the same to a searcher are equal."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", text.casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return bare.translate(_WRITTEN_OUT)


def order_key(text: str) -> bytes:
    """Return what a text is ordered by: ASCII case folded, then by code point."""
    return text.encode("utf-8", "surrogatepass").lower()


def mark_ranges() -> list[tuple[int, int]]:
    """Return the ranges of combining marks, for databases that must drop them themselves."""
    marks = [c for c in range(sys.maxunicode + 1) if unicodedata.combining(chr(c))]
    runs = groupby(enumerate(marks), key=lambda pair: pair[1] - pair[0])
    spans = [[code for _, code in run] for _, run in runs]
    return [(span[0], span[-1]) for span in spans]
