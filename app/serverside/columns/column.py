"""`ColumnDT`: what may be shown, ordered and searched, and how."""

from functools import cached_property
from typing import Any

from ..stock import StockColumnDT
from . import date_formats, declarable
from .kinds import Kind
from .shown import is_zoned, kind_of, shown_of


class ColumnDT(StockColumnDT):  # type: ignore[misc]  # it has no types
    """Declare one column of a table.

    The first six arguments are those of `sqlalchemy-datatables`. `searchable` and `orderable`
    decide alone, whatever the client says; `options` offers the column's values to pick
    (SearchBuilder, SearchPanes, ColumnControl). `sort_expr` and `search_expr` order by and search
    in something else than what is shown. `date_format` is how the page writes the dates that are
    searched for, ``dd/mm/yyyy``, beside ISO. Raises `TypeError` for what is no column expression.
    """

    searchable: bool
    orderable: bool
    options: bool
    sort_expr: Any
    search_expr: Any
    date_format: str | None

    def __new__(
        cls,
        sqla_expr: Any,
        column_name: str | None = None,
        mData: str | None = None,  # noqa: N803 - the library's argument, DataTables' old name
        search_method: str = "string_contains",
        nulls_order: str | None = None,
        global_search: bool = True,
        *,
        searchable: bool = True,
        orderable: bool = True,
        options: bool = False,
        sort_expr: Any = None,
        search_expr: Any = None,
        date_format: str | None = None,
    ) -> "ColumnDT":
        """Check the declaration and remember it."""
        for expression in (sqla_expr, sort_expr, search_expr):
            if expression is sqla_expr or expression is not None:
                declarable.check(expression)
        self: ColumnDT = super().__new__(
            cls, sqla_expr, column_name, mData, search_method, nulls_order, global_search
        )
        if date_format is not None:
            date_formats.compiled(date_format)
        self.date_format = date_format
        self.searchable = searchable and search_method != "none"
        self.orderable = orderable
        self.options = options
        self.sort_expr = sqla_expr if sort_expr is None else sort_expr
        self.search_expr = sqla_expr if search_expr is None else search_expr
        return self

    def moved(self, sqla_expr: Any, sort_expr: Any, search_expr: Any) -> "ColumnDT":
        """Return the same column over other expressions, those of a subquery."""
        return ColumnDT(
            sqla_expr,
            *self[1:],
            searchable=self.searchable,
            orderable=self.orderable,
            options=self.options,
            sort_expr=sort_expr,
            search_expr=search_expr,
            date_format=self.date_format,
        )

    # A named tuple compares by value, which for SQL expressions is SQL; a column is itself alone.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    @cached_property
    def kind(self) -> Kind:
        """The kind of value a search compares with."""
        return kind_of(self.search_expr, self.search_method)

    @property
    def shown_kind(self) -> Kind:
        """The kind of value that its cells show."""
        return kind_of(self.sqla_expr, self.search_method)

    @property
    def form(self) -> Kind:
        """The kind of what its cells show, also where they can only be told equal or not."""
        shown = shown_of(self.search_expr)
        return shown.held.form.kind if shown and self.kind == "exact" else self.kind

    @property
    def has_parts(self) -> bool:
        """Whether it can be searched by a word: not where only whole texts are known, or none."""
        return not (self.kind == "other" or (self.kind == "exact" and self.form == "text"))

    @cached_property
    def zoned(self) -> bool:
        """Whether it shows moments with a time zone."""
        return is_zoned(self.sqla_expr)
