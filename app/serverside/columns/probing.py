"""What a project's own type shows of what it stores, found out by trying it.

A `TypeDecorator` names a type that it stores its values as, which says nothing of what it shows:
cents shown as decimals, `Y` and `N` as booleans. So a few values are sent through it both ways.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import partial
from itertools import pairwise
from typing import Any, get_args
from uuid import UUID

import sqlalchemy as sa

from .forms import FORMS, stored_samples
from .shown import Form, Held, Processing, kind_of_type, unwrapped

_FAILED = object()
_ENOUGH = 2  # values that come back as they were sent show that a type has them
_NUMBERS = (Decimal, float, int, timedelta)

Seen = Sequence[tuple[Any, Any]]  # what may be stored, and what is shown of it


@dataclass(frozen=True, slots=True)
class Truth:
    """What is bound for true and for false, and what NULL and anything else are shown as."""

    true: Any
    false: Any
    null: bool | None
    other: bool | None


def probed(type_: Any, dialect: sa.Dialect) -> Any:
    """Return what a type is to a search: a plain type, a `Held`, a `Truth`; None for nothing.

    A plain type's values are shown as they are stored: `type_` itself where it is so under the
    type that it declares, else the type that it has in this database.
    """
    own = Processing(type_, dialect)
    declared, stored = unwrapped(type_), own.stored
    if _is_untouched(type_):
        return type_ if kind_of_type(declared) == kind_of_type(stored) != "other" else stored
    if _tried(own.read, None) is None:
        alike = kind_of_type(stored) in (kind_of_type(declared), "text")  # SQLite's dates are text
        for plain, meant in ((declared, type_), (stored, stored))[0 if alike else 1 :]:
            if _is_plain(own, Processing(plain, dialect)):
                return meant
    seen = list(_seen(own, Processing(stored, dialect)))
    forms = _forms(own, seen)
    if not forms:
        return _truth(own, seen) or _enum(own, seen)
    return _held(own, *forms[0], seen) if len(forms) == 1 else None


def _tried(function: Callable[[Any], Any], value: Any) -> Any:
    """Return what a project's own type makes of a value, `_FAILED` where it raises."""
    try:
        return function(value)
    except Exception:  # noqa: BLE001 - it may raise anything
        return _FAILED


def _is_untouched(type_: Any) -> bool:
    """Return whether decorators read what their types read."""
    if not isinstance(type_, sa.types.TypeDecorator):
        return False
    base, own = sa.types.TypeDecorator, type(type_)
    if own.process_result_value is not base.process_result_value:
        return False
    inner = type_.impl_instance
    plain = not isinstance(inner, sa.types.TypeDecorator) or _is_untouched(inner)
    return plain and own.result_processor is base.result_processor


def _is_plain(own: Processing, plain: Processing) -> bool:
    """Return whether a type shows and stores values as a plain one does."""
    samples = stored_samples(plain.stored)
    return bool(samples) and all(_agrees(own, plain, value) for value in samples)


def _agrees(own: Processing, plain: Processing, value: Any) -> bool:
    raw = plain.bound(value)
    shown = _tried(own.read, raw)
    if not _is_same(shown, value):
        return False
    bound = _tried(own.bound, shown)
    if bound is _FAILED:
        return True
    if isinstance(value, UUID) and str(bound) == str(value):
        return True  # PostgreSQL takes its text as well
    if type(bound) is not type(raw):
        return False
    dated = isinstance(bound, str) and isinstance(value, date)
    return bound.startswith(_written(value)) if dated else True


def _written(value: date) -> str:
    """Write a day or a moment as SQLite's own functions do, and the engine its bounds."""
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return value.isoformat()


def _is_same(shown: Any, value: Any) -> bool:
    """Return whether a value is shown as it is: a moment in any zone, a number in any class."""
    if isinstance(shown, datetime) and isinstance(value, datetime):
        return (shown.astimezone(UTC) if shown.tzinfo else shown).replace(tzinfo=None) == value
    if isinstance(value, bool) or isinstance(shown, bool):
        return shown is value
    if isinstance(value, int | float | Decimal):
        return isinstance(shown, int | float | Decimal) and float(shown) == float(value)
    if isinstance(value, timedelta):
        return False  # it is shown as a number
    return type(shown) is type(value) and bool(shown == value)


def _seen(own: Processing, plain: Processing) -> Iterator[tuple[Any, Any]]:
    for value in stored_samples(plain.stored):
        raw = plain.bound(value)
        shown = _tried(own.read, raw)
        if shown is not _FAILED and shown is not None:
            yield raw, shown


def _classes(seen: Seen) -> set[type[Any]]:
    return {type(shown) for _, shown in seen}


def _comes_back(own: Processing, value: Any) -> bool:
    """Return whether a value is shown as it was sent, and sent the same way each time."""
    raw = _tried(own.bound, value)
    if raw is _FAILED or raw is None or raw != own.bound(value):
        return False
    shown = _tried(own.read, raw)
    if type(shown) is not type(value) or shown != value:
        return False
    return getattr(shown, "tzinfo", None) is getattr(value, "tzinfo", None) or shown == value


def _truth(own: Processing, seen: Seen) -> Truth | None:
    if not (_comes_back(own, True) and _comes_back(own, False)) or _classes(seen) - {bool}:
        return None
    held = own.bound(True), own.bound(False)
    others = {shown for raw, shown in seen if raw not in held}
    null = _tried(own.read, None)
    if len(others) > 1 or null not in (None, True, False):
        return None
    return Truth(*held, null, others.pop() if others else None)


def _enum(own: Processing, seen: Seen) -> Held | None:
    """Recognise members of an enum: among what is shown, or because the type names it."""
    classes = _classes(seen) or set(_named(own.type_))
    enums = [class_ for class_ in classes if issubclass(class_, Enum)]
    if len(classes) != 1 or not enums or not all(_comes_back(own, m) for m in enums[0]):
        return None
    form = Form(enums[0], "enum", tuple(enums[0]), lambda member: member, lambda member: member)
    return Held(form, own, ordered=True)


def _named(type_: Any) -> Iterator[type[Any]]:
    bases = getattr(type(type_), "__orig_bases__", ())
    named = [*vars(type_).values(), *(part for base in bases for part in get_args(base))]
    yield from (part for part in named if isinstance(part, type) and issubclass(part, Enum))


def _forms(own: Processing, seen: Seen) -> list[tuple[Form, list[Any]]]:
    """Return the forms in which a type takes values and shows them again, with such values.

    One that computes with a number takes it in any class, and shows what is stored in one.
    """
    found = [(form, _good(own, form, seen)) for form in FORMS]
    found = [(form, good) for form, good in found if len(good) >= _ENOUGH]
    if all(form.class_ in _NUMBERS for form, _ in found):
        shown = _classes(seen) & {form.class_ for form, _ in found}
        found = [(form, good) for form, good in found if form.class_ in shown]
    return found


def _good(own: Processing, form: Form, seen: Seen) -> list[Any]:
    shown = (shown for _, shown in seen if type(shown) is form.class_)
    values = [*form.samples, *map(partial(_tried, form.out), shown)]
    distinct = sorted({v for v in values if v is not _FAILED and not getattr(v, "tzinfo", None)})
    stored = {_family(raw) for raw, _ in seen}  # no column holds what its driver can't bind
    return [
        value
        for value in distinct
        if _comes_back(own, it := _tried(form.into, value))
        and form.out(it) == value
        and (not stored or _family(own.bound(it)) in stored)
    ]


def _family(raw: Any) -> type[Any]:
    return Decimal if isinstance(raw, int | float) else type(raw)


def _held(own: Processing, form: Form, good: Sequence[Any], seen: Seen) -> Held | None:
    """Return how values are held in a form, if what is shown tells all that are stored apart."""
    if _classes(seen) - {form.class_}:
        return None
    if not all(_is_own(own, form, raw, shown) for raw, shown in seen):
        return None
    null = _tried(own.read, None)
    raw_null = None if null is None else _tried(own.bound, null)
    if raw_null is _FAILED:
        return None
    raws = [own.bound(form.into(value)) for value in good]
    return Held(form, own, ordered=_rises(raws), null=raw_null)


def _is_own(own: Processing, form: Form, raw: Any, shown: Any) -> bool:
    """Return whether what is stored is what the type stores for what it shows, or a day's later."""
    bound = _tried(own.bound, shown)
    if bound is _FAILED or type(bound) is not type(raw):
        return False
    return bool(bound == raw or (form.kind == "date" and bound < raw))


def _rises(raws: Sequence[Any]) -> bool:
    """Return whether what is stored for rising values rises."""
    if len({type(raw) for raw in raws}) != 1:
        return False
    return all(_tried(lambda pair: pair[0] < pair[1], pair) is True for pair in pairwise(raws))
