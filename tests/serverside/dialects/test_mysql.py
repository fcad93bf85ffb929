"""MariaDB and MySQL: texts that collations take for equal, and what is done without a word."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.serverside import ChangeMarksError, ColumnDT, DataTables, track_changes
from app.serverside.columns.fold import fold
from app.serverside.dialects import TIMEOUT, dialect_for, dialect_of
from app.serverside.dialects.base import BAD_PATTERN
from app.serverside.dialects.change_marks import MarkState
from app.serverside.dialects.mysql.spelling import pattern
from app.serverside.errors import UserError
from app.serverside.explain import explain
from tests import kinds
from tests.serverside.asking import criterion, group

pytestmark = kinds.collating

ALIKE = ["a", "A", "á", "a ", "ａ", "ß", "ss", "Ł", "l", "パ", "ハ", "ば", "は", "😀", "😁", ""]
# Characters that fold to several, to none or in an order of their own, and what they fold to.
ODD = (
    "aA\xe4sS\xdf\u1e9e\u017ft\ufb05f\ufb01\ufb03il\u0142"
    "\xc6\u01fd\xf8oe\u0153\u0149\u0301\u0323\u0345\u03b9\u03c2\u03a3\u0130\u0131K"
    "\uac00\uac01\u1100\u1161\u11a8\u30cf\u30d1\u309a\u3099\u05e9\u05bc\u05c1\u05bc\u05c1\u0622\u064b"
    "\u0651\u0915\u093c\u093c\u8c48\ufb13 .%\\[]-^$"
)


class Base(DeclarativeBase):
    """Collect this file's tables."""


class Word(Base):
    """A text under a collation that takes much for equal."""

    __tablename__ = "collated_words"

    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str]


COLUMNS = [ColumnDT(Word.id, mData="id"), ColumnDT(Word.word, mData="word", options=True)]


@pytest.fixture(scope="module")
def words(engine: Engine) -> Iterator[Engine]:
    """Give an engine on the filled table."""
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        session.add_all([Word(id=n, word=word) for n, word in enumerate(ALIKE, 1)])
    yield engine
    Base.metadata.drop_all(engine)


def draw(engine: Engine, **parts: Any) -> dict[str, Any]:
    request = {"draw": 1, "length": 100, "columns": [{"data": "id"}, {"data": "word"}], **parts}
    with Session(engine) as session:
        table = DataTables(request, select(Word), COLUMNS, True, session=session)
        return table.output_result()


def found(engine: Engine, **parts: Any) -> list[str]:
    return [row["word"] for row in draw(engine, **parts)["data"]]


def test_the_database_takes_them_for_equal(words: Engine) -> None:
    with Session(words) as session:
        assert len(session.scalars(select(Word.word).distinct()).all()) < len(ALIKE)


@pytest.mark.parametrize("word", ALIKE[:-1])
def test_equal_is_what_is_the_same(words: Engine, word: str) -> None:
    assert found(words, searchBuilder=group(criterion("word", "=", word))) == [word]
    column = {"data": "word", "columnControl": {"list": [word]}}
    assert found(words, columns=[{"data": "id"}, column]) == [word]


def test_each_text_is_offered(words: Engine) -> None:
    offered = [choice["value"] for choice in draw(words)["columnControl"]["word"]]
    assert sorted(offered) == sorted(ALIKE)


@pytest.mark.parametrize("test", ["contains", "starts", "ends", "same"])
def test_texts_are_found_that_fold_alike(words: Engine, test: str) -> None:
    choose = random.Random(test)  # noqa: S311 - a game, not a secret
    expected: dict[str, Callable[[str, str], bool]] = {
        "contains": lambda own, sought: sought in own,
        "starts": str.startswith, "ends": str.endswith, "same": str.__eq__,
    }  # fmt: skip
    with words.connect() as connection:
        dialect = dialect_for(connection)
        for _ in range(150):
            own = "".join(choose.choices(ODD, k=choose.randrange(1, 7)))
            folded = fold(own)
            start = choose.randrange(len(folded)) if folded else 0
            sought = folded[start : start + choose.randrange(1, 5)]
            if choose.random() < 0.3:
                sought = fold("".join(choose.choices(own, k=2)))
            try:
                condition = getattr(dialect, test)(sa.literal(own), sought)
            except UserError:  # it begins with a mark of another letter
                continue
            said = bool(connection.scalar(select(condition)))
            assert (own, sought, said) == (own, sought, expected[test](folded, sought))


def test_a_long_text_is_found_too(words: Engine) -> None:
    long = "straße " * 140
    with words.connect() as connection:
        dialect = dialect_for(connection)
        for own, is_in in ((f"é{long.upper()}é", 1), (long[:-3], 0)):
            assert connection.scalar(select(dialect.contains(sa.literal(own), long))) == is_in


def test_a_search_can_not_begin_with_a_mark_of_another_letter() -> None:
    with pytest.raises(UserError, match="begin with a mark"):
        pattern("\u05bc")


def test_an_expression_that_is_given_up_is_no_answer(words: Engine) -> None:
    with Session(words) as session, session.begin():
        session.add(Word(id=99, word="a" * 60 + "!"))
    answer = draw(words, search={"value": "^(a+)+$", "regex": True})
    with Session(words) as session, session.begin():
        session.execute(sa.delete(Word).where(Word.id == 99))
    assert (answer["error"], answer["data"]) == (TIMEOUT, [])


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(1969, TIMEOUT), (3024, TIMEOUT), (1317, TIMEOUT), (1139, BAD_PATTERN), (3691, BAD_PATTERN),
     (1205, None), (1213, None), (2013, None), (1054, None)],
)  # fmt: skip
def test_errors_are_told_apart_by_their_numbers(
    words: Engine, number: int, sentence: str | None
) -> None:
    error = sa.exc.OperationalError("", {}, Exception(number, "said so"))
    with words.connect() as connection:
        assert dialect_for(connection).user_error(error) == sentence


def test_the_statement_that_is_advised_lets_an_index_order(words: Engine) -> None:
    request = {
        "draw": 1, "length": 3, "columns": [{"data": "id"}, {"data": "word"}],
        "order": [{"column": 1, "dir": "asc"}],
    }  # fmt: skip

    def explained(engine: Engine) -> Any:
        with Session(engine) as session:
            return explain(
                lambda: _answered(DataTables(request, select(Word), COLUMNS, session=session)),
                session,
            )

    before = explained(words)
    [advice] = [line for line in before.missing if "The order by" in line]
    with words.begin() as connection:
        connection.execute(text(advice.partition("run: ")[2]))
    after = explained(sa.create_engine(words.url))
    assert not [line for line in after.missing if "The order by" in line]
    assert after.table.output_result()["data"] == before.table.output_result()["data"]
    assert any("ORDER BY collated_words.word_order" in sql for sql in after.plans)


def _answered(table: DataTables) -> DataTables:
    table.output_result()
    return table


def test_changes_can_not_be_marked_and_it_is_said(engine: Engine) -> None:
    """What a foreign key's CASCADE changes, and TRUNCATE, fire no trigger here."""
    table = sa.Table("unmarked_words", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True))
    changes = track_changes(table)
    table.create(engine)
    with engine.begin() as connection:
        assert changes.states_in(connection) == [MarkState.ABSENT]
        assert str(changes.trouble_in(connection)).startswith("MariaDB and MySQL have nothing ")
        with pytest.raises(ChangeMarksError, match="can't be marked"):
            changes.create(connection)
        changes.purge(connection)
        changes.drop(connection)
    table.drop(engine)


def test_nothing_is_remembered(words: Engine) -> None:
    """Not even for a moment: each draw sees what others have committed since, by any statement."""
    assert len(found(words)) == len(ALIKE)
    with words.begin() as connection:
        connection.execute(sa.insert(Word).values(id=99, word="new"))
    assert draw(words)["recordsTotal"] == len(ALIKE) + 1
    with words.begin() as connection:
        connection.execute(sa.delete(Word).where(Word.id == 99))
    assert draw(words)["recordsTotal"] == len(ALIKE)


def test_a_plan_is_indented_lines(words: Engine) -> None:
    dialect = dialect_of(words)
    query = "SELECT w.id FROM (SELECT id FROM collated_words LIMIT 3) AS w ORDER BY w.id"
    for command in (dialect.explain, dialect.explain_only):
        with words.connect() as connection:
            rows = connection.exec_driver_sql(f"{command} {query}").all()
        lines = dialect.plan_lines([tuple(row) for row in rows])
        assert any(line.startswith("query_block 1") for line in lines)
        assert any("table collated_words  (" in line and line[0] == " " for line in lines)
