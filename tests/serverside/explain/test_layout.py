"""SQL over lines is the same SQL."""

import re

import pytest

from app.serverside.explain.layout import WIDTH, laid_out

SQL = (
    "SELECT a.x AS v0, (SELECT count(*) AS rows  \nFROM users) AS total \nFROM (SELECT users.id AS "
    "p0, row_number() OVER (ORDER BY users.name DESC) AS number \nFROM users LEFT OUTER JOIN "
    "addresses ON addresses.id = users.address_id \nWHERE users.age BETWEEN 1 AND 2 AND users.name "
    "= 'it''s  SELECT' OR users.city IS NOT DISTINCT FROM 'x' ORDER BY users.name COLLATE \"C\" ASC"
    "\n LIMIT 10 OFFSET 0) AS a JOIN users ON true"
)
LAID_OUT = """\
SELECT a.x AS v0, (SELECT count(*) AS rows FROM users) AS total
FROM (
  SELECT users.id AS p0, row_number() OVER (ORDER BY users.name DESC) AS number
  FROM users
  LEFT OUTER JOIN addresses ON addresses.id = users.address_id
  WHERE users.age BETWEEN 1 AND 2
    AND users.name = 'it''s  SELECT'
    OR users.city IS NOT DISTINCT FROM 'x'
  ORDER BY users.name COLLATE "C" ASC
  LIMIT 10 OFFSET 0
) AS a
JOIN users ON true"""


def test_a_clause_begins_a_line_and_a_subquery_stands_further_in() -> None:
    assert laid_out(SQL) == LAID_OUT


def test_laid_out_again_it_stays() -> None:
    assert laid_out(LAID_OUT) == LAID_OUT


def test_long_lines_are_broken_after_commas() -> None:
    names = [f"a_table.a_column_{n} AS v{n}" for n in range(20)]
    lines = laid_out(f"SELECT {', '.join(names)} FROM a_table").splitlines()  # noqa: S608
    assert all(len(line) < WIDTH for line in lines)
    assert all(line.endswith(",") for line in lines[:-2])
    assert lines[-1] == "FROM a_table"


@pytest.mark.parametrize(
    "text", ["'a  b'", "'FROM'", '"a  FROM"', "'((('", "'a\n  b'", "'''  '''", "U&'\\001f  '"]
)
def test_what_stands_in_quotes_stays(text: str) -> None:
    assert text in laid_out(f"SELECT  1  FROM t  WHERE x = {text}  AND  y")  # noqa: S608


@pytest.mark.parametrize(
    "sql", ["SELECT $$a  b$$", "SELECT $x$a  b$x$", r"SELECT E'a\'  b'", "SELECT 1 --  b",
            "SELECT /*  b */ 1"],
)  # fmt: skip
def test_what_is_not_certain_stays(sql: str) -> None:
    assert laid_out(f" {sql} ") == sql


@pytest.mark.parametrize(
    "sql", ["", "(", ")", "SELECT (", "SELECT )) FROM x", "a b c", "'", "SELECT 'x"]
)
def test_nothing_is_lost_of_what_is_no_sql(sql: str) -> None:
    assert re.sub(r"\s", "", laid_out(sql)) == re.sub(r"\s", "", sql)
