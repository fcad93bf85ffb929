"""What an example's module says of its page, beside its endpoint."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.examples.clients import DATATABLES, Client


@dataclass(frozen=True)
class Page:
    """The page of an example: the table's headings, its browser files, what the reference has.

    `above` is HTML above the table. `instead` names other clients that the page can be shown
    with. With `first_page`, its module has a function of that name for templates, which gives the
    rows to write into the page. `also` names modules of the app that a copy needs as well.
    """

    headings: Sequence[str]
    reference: str
    clients: Sequence[Client] = (DATATABLES,)
    above: str = ""
    instead: Mapping[str, Sequence[Client]] = field(default_factory=dict)
    first_page: bool = False
    also: Sequence[str] = ()
