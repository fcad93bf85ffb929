"""What is no column expression is refused where it is declared, in a sentence; all else works."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, ForeignKey, insert, select
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import (
    Bundle,
    DeclarativeBase,
    Mapped,
    Session,
    aliased,
    column_property,
    mapped_column,
    relationship,
    synonym,
)

from app.serverside import ColumnDT, DataTables


class Base(DeclarativeBase):
    pass


class Tag(Base):
    __tablename__ = "declared_tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("declared_pages.id"))
    word: Mapped[str]


class Page(Base):
    __tablename__ = "declared_pages"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    tags: Mapped[list[Tag]] = relationship()
    words: AssociationProxy[list[str]] = association_proxy("tags", "word")
    heading: Mapped[str] = synonym("title")

    @hybrid_property
    def loud(self) -> Any:
        return self.title + "!"

    @hybrid_property
    def untold(self) -> bool:
        return self.title is None


Page.count = column_property(
    select(sa.func.count(Tag.id)).where(Tag.page_id == Page.id).scalar_subquery()
)

REFUSED = [
    (Page.words, r"Page\.tags\.word is an association proxy; join its table"),
    (aliased(Page).words, "is an association proxy"),
    (Page.tags, r"Page\.tags is a relationship; declare one of its columns"),
    (Page, "Page is a mapped class; declare one of its columns"),
    (aliased(Page), "is a mapped class"),
    (Page.__table__, "declared_pages is a table"),
    (select(Page.id).subquery(), "is a table"),
    (select(Page.id), r"is a select\(\); append \.scalar_subquery\(\)"),
    (sa.union(select(Page.id), select(Tag.id)), r"is a select\(\)"),
    (sa.text("title"), r"title is a text\(\); write literal_column\(\)"),
    (Bundle("both", Page.id, Page.title), "is a bundle; declare its parts"),
    (sa.tuple_(Page.id, Page.title), "is a tuple; declare its parts"),
    ((Page.id, Page.title), "is several expressions"),
    (Page.untold, r"Page\.untold is no SQL expression"),
    (sa.func.now, "is no SQL expression"),
    ("title", r"title is no SQL expression; write literal\(\)"),
    (None, "None is no SQL expression"),
]


@pytest.mark.parametrize(("expression", "sentence"), REFUSED)
def test_what_is_no_column_is_refused(expression: Any, sentence: str) -> None:
    with pytest.raises(TypeError, match=sentence) as caught:
        ColumnDT(expression, mData="it")
    assert str(caught.value).count("\n") == 0


@pytest.mark.parametrize("part", ["sort_expr", "search_expr"])
def test_so_is_what_is_ordered_and_searched_by(part: str) -> None:
    with pytest.raises(TypeError, match="is an association proxy"):
        ColumnDT(Page.id, mData="id", **{part: Page.words})


DECLARED = {
    "id": Page.id,
    "hybrid": Page.loud,
    "synonym": Page.heading,
    "counted": Page.count,
    "subquery": select(sa.func.max(Tag.word)).where(Tag.page_id == Page.id).scalar_subquery(),
    "label": Page.title.label("named"),
    "case": sa.case((Page.id == 1, "first"), else_="other"),
    "literal": sa.literal("x"),
    "exists": sa.exists().where(Tag.page_id == Page.id),
}


def test_every_kind_of_column_expression_works(engine: Engine) -> None:
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        if not connection.scalar(select(Page.id).limit(1)):
            connection.execute(insert(Page), [{"id": 1, "title": "one"}, {"id": 2, "title": "two"}])
            words = [(1, 1, "a"), (2, 1, "b"), (3, 2, "c")]
            rows = [dict(zip(("id", "page_id", "word"), row, strict=True)) for row in words]
            connection.execute(insert(Tag), rows)
    columns = [ColumnDT(expression, mData=name) for name, expression in DECLARED.items()]
    listed = [{"data": name} for name in DECLARED]
    order = [{"column": n, "dir": "desc"} for n in range(len(listed))]
    request = {"draw": 1, "columns": listed, "order": order, "search": {"value": "two"}}
    with Session(engine) as session:
        answer = DataTables(request, select(Page), columns, session=session).output_result()
    assert answer["data"] == [
        {
            "id": 2, "hybrid": "two!", "synonym": "two", "counted": 1, "subquery": "c",
            "label": "two", "case": "other", "literal": "x", "exists": True,
        }
    ]  # fmt: skip
