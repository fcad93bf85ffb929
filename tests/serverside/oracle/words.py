"""A search term taken apart as the DataTables client does it."""

import re
from dataclasses import dataclass

from tests.serverside.oracle.fold import fold

_TOKEN = re.compile(r"(!?)(?:\"([^\"]+)\"|“([^”]+)”)|(\S+)")


@dataclass(frozen=True)
class Word:
    """One word or quoted phrase, wanted or (negated) unwanted."""

    text: str
    negated: bool = False


def split_words(term: str) -> list[Word]:
    """Split at white space; quoted phrases stay whole, a leading ``!`` negates."""
    words = [_word(match) for match in _TOKEN.finditer(term)]
    return [word for word in words if fold(word.text)]


def _word(match: re.Match[str]) -> Word:
    bang, straight, curly, plain = match.groups()
    if phrase := straight or curly:
        return Word(phrase, bang == "!")
    return Word(plain.removeprefix("!"), plain.startswith("!"))
