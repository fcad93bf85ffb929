"""A folded text as a regular expression of all that folds to it; see `fold.py`.

Neither MySQL nor MariaDB can decompose a text, and none of their collations is this fold. So it is
not the column that is folded: what is searched for is written with all spellings of its characters.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import permutations

from ...columns.fold import fold
from ...columns.patterns import caseless
from ...errors import UserError

# All characters that fold to something else lie in these, Hangul's syllables apart; so do marks.
_RANGES = (
    (0x41, 0xAC00),
    (0xD7A4, 0xD800),
    (0xE000, 0x18E00),
    (0x1AFF0, 0x20000),
    (0x2F800, 0x2FB00),
)
_SYLLABLES = range(0xAC00, 0xD7A4)
_LEAD, _VOWEL, _TAIL = "[\u1100-\u1112]", "[\u1161-\u1175]", "[\u11a8-\u11c2]"
_HANGUL = re.compile(f"{_LEAD}(?:{_VOWEL}{_TAIL}?)?|{_VOWEL}{_TAIL}?|{_TAIL}")
_NO_LETTER = "A search can't begin with a mark that belongs to the letter before it."
_PERMUTED = 4  # marks on one letter, whose order may be another than the folded text's


def pattern(text: str, *, starts: bool = False, ends: bool = False, shared: bool = False) -> str:
    """Return the regular expression of texts in which some part folds to `text`.

    `starts` and `ends` where that part is the text's beginning or end. The texts are those in which
    `replacements` are made. `shared` writes each character's spellings once, as PCRE can. Raises
    `UserError` for one that begins with a mark.
    """
    if text and not starts and unicodedata.combining(text[0]):
        raise UserError(_NO_LETTER)
    spelled = _Spelled(text, starts, ends, shared)
    head = rf"\A{spelled.accents}" if starts else ""
    tail = rf"{spelled.accents}\z" if ends else ""
    written = spelled.accents.join(spelled.parts())
    return spelled.definitions() + head + written + tail


def replacements(text: str) -> Iterator[tuple[str, str]]:
    """Yield the characters to be replaced by the several that they fold to, and these.

    Only those that a folded text may have, or have a part of, and that its pattern does not spell.
    """
    spelled = {folded for _, folded in _joined(text)}
    for folded, chars in _spellings().items():
        if len(folded) > 1 and folded not in spelled and _overlap(folded, text):
            yield from ((char, folded) for char in chars)


def _overlap(folded: str, text: str) -> bool:
    if any(map(unicodedata.combining, folded)):  # other marks may come in between
        return not set(folded).isdisjoint(text)
    cuts = range(2, len(folded))  # a part of one character is spelled
    parted = any(text.startswith(folded[-cut:]) or text.endswith(folded[:cut]) for cut in cuts)
    return parted or folded in text or (len(text) > 1 and text in folded)


def _joined(text: str) -> list[tuple[int, str]]:
    """Return where letters stand that one character may be written for, none within others."""
    letters = [f for f in _spellings() if len(f) > 1 and not any(map(unicodedata.combining, f))]
    found = [(n, f) for f in letters for n in range(len(text)) if text.startswith(f, n)]
    taken = [place for n, f in found for place in range(n, n + len(f))]
    crossed = {f for n, f in found if any(taken.count(n + k) > 1 for k in range(len(f)))}
    return [(n, f) for n, f in found if f not in crossed]


@cache
def _edges() -> tuple[dict[str, str], dict[str, str]]:
    """Return, by the letter that they begin or end with, the characters that fold to several."""
    begin, end = defaultdict[str, str](str), defaultdict[str, str](str)
    for folded, chars in _spellings().items():
        if len(folded) > 1 and not any(map(unicodedata.combining, folded)):
            begin[folded[0]] += chars
            end[folded[-1]] += chars
    return dict(begin), dict(end)


@cache
def _spellings() -> dict[str, str]:
    """Return, by what they fold to, the characters that fold to something else."""
    found: defaultdict[str, str] = defaultdict(str)
    for char in _characters():
        if (folded := fold(char)) != char:
            found[folded] += char
    return dict(found)


@cache
def _marks() -> dict[int, str]:
    """Return the marks that folding keeps, by the class in whose order it puts them."""
    found: defaultdict[int, str] = defaultdict(str)
    for char in _characters():
        if (order := unicodedata.combining(char)) and fold(char) == char:
            found[order] += char
    return dict(found)


def _characters() -> Iterator[str]:
    return (chr(code) for first, end in _RANGES for code in range(first, end))


@cache
def _syllables() -> dict[str, str]:
    """Return Hangul's syllables by the letters that they fold to."""
    return {fold(chr(code)): chr(code) for code in _SYLLABLES}


class _Spelled:
    """Write the parts of a text: characters, Hangul's syllables, and marks, each as it may be."""

    def __init__(self, text: str, starts: bool, ends: bool, shared: bool) -> None:
        self._text, self._starts, self._ends = text, starts, ends
        self._numbers: dict[str, int] | None = {} if shared else None
        self._joined = dict(_joined(text))
        self._accents = _spellings()[""]
        self.accents = self._put(f"{class_of(self._accents)}*")

    def parts(self) -> Iterator[str]:
        """Yield the parts, between which there may be accents."""
        place, text = 0, self._text
        while place < len(text):
            marks = _run(text[place:])
            hangul = _HANGUL.match(text, place)
            joined = self._joined.get(place, "")
            length = marks or len(joined) or (len(hangul[0]) if hangul else 1)
            part = text[place : place + length]
            first = place == 0 and not self._starts
            place += length
            last = place == len(text) and not self._ends
            yield (
                self._marked(part, last) if marks
                else self._hangul(part, first, last) if hangul
                else self._letters(part, first, last)
            )  # fmt: skip

    def definitions(self) -> str:
        """Write what the parts refer to."""
        if self._numbers is None:
            return ""
        return f"(?(DEFINE){''.join(f'({written})' for written in self._numbers)})"

    def _put(self, written: str) -> str:
        if self._numbers is None:
            return written
        return f"(?{self._numbers.setdefault(written, len(self._numbers) + 1)})"

    def _letters(self, part: str, first: bool, last: bool) -> str:
        """Write a letter, or several that one character may be written for.

        At the ends of the text, they may be the one part of such a character that is in it.
        """
        begin, end = _edges()
        apart = [self._letter(char) for char in part]
        if first:
            apart[0] = self._letter(part[0], end.get(part[0], ""))
        if last:
            more = end.get(part[0], "") if first and len(part) == 1 else ""
            apart[-1] = self._letter(part[-1], more + begin.get(part[-1], ""))
        written = self.accents.join(apart)
        return written if len(part) == 1 else f"(?:{written}|{self._letter(part)})"

    def _letter(self, folded: str, others: str = "") -> str:
        own = folded if len(folded) == 1 else ""
        return self._put(class_of(_spellings().get(folded, "") + own + others))

    def _hangul(self, letters: str, first: bool, last: bool) -> str:
        """Write letters of one syllable; at the ends of the text, they may be a part of it."""
        if first or last:
            whole = "".join(s for own, s in _syllables().items() if _has(own, letters, first, last))
        else:
            whole = _syllables().get(letters, "")
        apart = self._letter(letters[-1])
        if len(letters) > 1:
            apart = self._hangul(letters[:-1], first, False) + self.accents + apart
        return f"(?:{class_of(whole)}|{apart})" if whole else apart

    def _marked(self, run: str, last: bool) -> str:
        """Write marks on one letter, in any order that folding turns into this one.

        Where the text ends with them, the letter may have more, but none that folding puts before.
        """
        high = unicodedata.combining(run[-1])
        more = self._class(lambda order: last and order > high)
        choice = "|".join(more.join(map(self._letter, order)) for order in _orders(run))
        before = "".join(chars for order, chars in _marks().items() if order < high)
        if not (last and before):
            return f"{more}(?:{choice})"
        after = self._class(lambda order: order >= high)
        return f"{more}(?:{choice})(?!{after}{class_of(before)})"

    def _class(self, wanted: Callable[[int], bool]) -> str:
        """Write any number of accents and of the marks whose class is wanted."""
        marks = (chars for order, chars in _marks().items() if wanted(order))
        return self._put(f"{class_of(self._accents + ''.join(marks))}*")


def _has(own: str, letters: str, first: bool, last: bool) -> bool:
    """Return whether a syllable's letters end with some, begin with them, or have them inside."""
    if first and last:
        return letters in own
    return own.endswith(letters) if first else own.startswith(letters)


def _run(text: str) -> int:
    """Return how many marks a text begins with."""
    return next((n for n, char in enumerate(text) if not unicodedata.combining(char)), len(text))


def _orders(run: str) -> Iterable[tuple[str, ...]]:
    """Return the orders of marks that are sorted into this one; of very many, only this one."""
    if len(run) > _PERMUTED:
        return [tuple(run)]
    by_class = unicodedata.combining
    orders = permutations(run)
    return dict.fromkeys(o for o in orders if "".join(sorted(o, key=by_class)) == run)


@cache
def _cases() -> dict[str, str]:
    """Return, by their form in which case does not count, the characters that have another."""
    found: defaultdict[str, str] = defaultdict(str)
    for char in _characters():
        if (small := caseless(char)) != char:
            found[small] += char
    return dict(found)


def any_case(text: str) -> str:
    """Write each character of a text in which case does not count with those that differ in it."""
    return "".join(class_of(_cases().get(char, "") + char) for char in text)


def class_of(chars: Iterable[str]) -> str:
    """Write a choice of characters, neighbours as a range."""
    codes = sorted(set(map(ord, chars)))
    if len(codes) == 1:
        return _escaped(codes[0])
    written, first = "", 0
    for place, code in enumerate(codes):
        if code + 1 not in codes[place + 1 : place + 2]:
            low, first = codes[first], place + 1
            written += _escaped(low) + (f"-{_escaped(code)}" if low < code else "")
    return f"[{written}]"


def _escaped(code: int) -> str:
    char = chr(code)
    return char if char.isascii() and char.isalnum() else rf"\x{{{code:x}}}"
