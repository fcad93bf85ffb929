"""yadcf on DataTables 1.13.

The filters of yadcf have search methods of their own, those of the library: a list of values, a
range of numbers, a text. The values of its lists come with the answer, under the names that yadcf
reads.
"""

from typing import Any

from flask import Blueprint, request
from sqlalchemy import select

from app.database import db
from app.examples import clients
from app.examples.engine import ColumnDT, DataTables, params
from app.examples.page import Page
from app.models import Address, User

bp = Blueprint("example", __name__)

COLUMNS = [
    ColumnDT(User.name, mData="name", search_method="yadcf_text"),
    ColumnDT(User.balance, mData="balance", search_method="yadcf_range_number"),
    ColumnDT(Address.country, mData="country", search_method="yadcf_select"),
]


@bp.route("/rows", methods=["GET", "POST"])
def rows() -> dict[str, Any]:
    """Answer one draw."""
    query = select().select_from(User).outerjoin(User.address)
    table = DataTables(params(request), query, COLUMNS, session=db.session)
    return table.output_result()


PAGE = Page(
    ["Name", "Balance", "Country"],
    reference="moving-over#yadcf",
    clients=[clients.YADCF],
)
