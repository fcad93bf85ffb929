"""SQL laid out over lines: a clause begins a line, a subquery stands further in.

Nothing but white space between words changes. SQL that this can't take apart for sure stays as it
is: dollar quotes, escapes in texts, comments.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

WIDTH = 100
SHORT = 60  # a subquery of fewer characters stays within its line
_INDENT = "  "

_CLAUSES = (
    "SELECT", "FROM", "WHERE", r"GROUP\s+BY", r"ORDER\s+BY", "HAVING", "LIMIT", "WITH",
    r"UNION(?:\s+ALL)?", "EXCEPT", "INTERSECT", "AND", "OR",
    r"(?:(?:LEFT|RIGHT|FULL)\s+OUTER\s+)?JOIN",
)  # fmt: skip
_UNSURE = re.compile(r"\$\w*\$|\b[Ee]'|--|/\*")
_TOKEN = re.compile(
    r"(?P<space>\s*)(?:"
    r"(?P<text>'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\")"
    r"|(?P<whole>IS\s+(?:NOT\s+)?DISTINCT\s+FROM\b|BETWEEN\s+\S+\s+AND\b)"
    rf"|(?P<clause>(?:{'|'.join(_CLAUSES)})\b)"
    r"|(?P<word>\w+|[(),]|[^\s\w(),'\"]+|['\"]))"
)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    spaced: bool
    begins: bool = False  # whether it is the first word of a clause

    def __str__(self) -> str:
        return f" {self.text}" if self.spaced else self.text


@dataclass(slots=True)
class _Line:
    depth: int
    tokens: list[_Token] = field(default_factory=list)


def laid_out(sql: str) -> str:
    """Return a statement over lines, as people write it."""
    if _UNSURE.search(sql):
        return sql.strip()
    return "\n".join(row for line in _lines(list(_tokens(sql))) for row in _wrapped(line))


def _tokens(sql: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(sql.strip()):
        text = match[0].strip() if match["text"] else " ".join(match[0].split())
        yield _Token(text, bool(match["space"]), bool(match["clause"]))


def _lines(tokens: Sequence[_Token]) -> Iterator[_Line]:
    """Break before clauses and around subqueries, but not inside of other brackets."""
    ends, blocks = _ends(tokens), [True]
    line = _Line(0)
    for number, token in enumerate(tokens):
        depth = sum(blocks) - 1
        if token.text == "(":
            blocks.append(_is_block(tokens[number : ends.get(number, number)]))
        elif token.text == ")" and len(blocks) > 1:
            closed = blocks.pop()
            if closed:
                yield line
                line = _Line(sum(blocks) - 1)
        elif token.begins and blocks[-1] and line.tokens:
            yield line
            further = token.text in ("AND", "OR")
            line = _Line(depth + further)
        line.tokens.append(token)
    yield line


def _ends(tokens: Sequence[_Token]) -> dict[int, int]:
    """Return where each bracket closes."""
    ends, open_ = {}, []
    for number, token in enumerate(tokens):
        if token.text == "(":
            open_.append(number)
        elif token.text == ")" and open_:
            ends[open_.pop()] = number
    return ends


def _is_block(inside: Sequence[_Token]) -> bool:
    """Return whether a bracket holds a subquery that is long enough for lines of its own."""
    begins = len(inside) > 1 and inside[1].text in ("SELECT", "WITH")
    return begins and sum(len(str(token)) for token in inside) > SHORT


def _wrapped(line: _Line) -> Iterator[str]:
    """Keep a line within the width: break after commas, or else between words."""
    indent = _INDENT * line.depth
    row = ""
    for part in _parts(line.tokens):
        whole = len(indent) + len(" ".join(part)) < WIDTH
        for piece in [" ".join(part)] if whole else part:
            if row and len(indent) + len(row) + len(piece) >= WIDTH:
                yield indent + row
                row, indent = "", _INDENT * (line.depth + 2)
            row += f" {piece}" if row else piece
    yield indent + row


def _parts(tokens: Sequence[_Token]) -> Iterator[list[str]]:
    """Yield the words between commas; what no space parts is one word."""
    words: list[str] = []
    for token in tokens:
        if words and not token.spaced:
            words[-1] += token.text
        else:
            if words and words[-1].endswith(","):
                yield words
                words = []
            words.append(token.text)
    yield words
