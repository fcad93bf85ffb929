"""Folding: text compared without regard to case and accents, the same on every database.

Unicode case folding, canonical decomposition, accents dropped, and ø ł đ æ œ ß written out. Accents
are what the client drops (`DataTable.util.diacritics`); another script's mark makes another word.
Every step works on one character at a time, so a part of a text folds to a part of the folded text.
"""

import re
import unicodedata

ACCENTS = "\u0300", "\u036f"  # the first and the last mark that is dropped

# Case folding turns Cherokee to capitals, databases to small letters: one form serves both.
_CHEROKEE = {chr(0x13A0 + n): chr(0xAB70 + n) for n in range(80)}
_CHEROKEE |= {chr(0x13F0 + n): chr(0x13F8 + n) for n in range(6)}
_ACCENTS = re.compile("[{}-{}]".format(*ACCENTS))
_WRITTEN_OUT = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"} | _CHEROKEE)


def fold(text: str) -> str:
    """Return the form of a text in which two texts that mean the same to a searcher are equal."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return _ACCENTS.sub("", decomposed).translate(_WRITTEN_OUT)


def order_key(text: str) -> bytes:
    """Return what a text is ordered by: ASCII case folded, then by code point."""
    return text.encode("utf-8", "surrogatepass").lower()
