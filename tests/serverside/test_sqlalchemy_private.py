"""What the engine uses of SQLAlchemy without a public name is there, and means what it did."""

import ast
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Select, bindparam, event, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import (
    ORMExecuteState,
    Session,
    aliased,
    joinedload,
    sessionmaker,
    with_loader_criteria,
)

from app.models import Address, User
from app.serverside import sqlalchemy_private as private
from app.serverside.sql.statement_key import statement_key

ENGINE = Path(private.__file__).parent


USERS = User.__table__
BIG = User.id > 7
FIRST = User.name == "a"

NAMES = {
    Select: (
        "_where_criteria", "_order_by_clauses", "_group_by_clauses", "_having_criteria",
        "_limit_clause", "_offset_clause", "_fetch_clause", "_distinct", "_distinct_on",
        "_with_options", "_memoized_select_entities", "_cache_key_traversal", "_compile_options",
        "_raw_columns", "_from_obj", "_setup_joins", "_label_style", "_propagate_attrs",
        "_generate_cache_key", "_annotations",
    ),
    sa.Table: ("_deannotate", "_annotations"),
    Session: ("dispatch",),
    ORMExecuteState: ("_starting_event_idx",),
}  # fmt: skip


@pytest.mark.parametrize(
    ("owner", "name"), [(owner, name) for owner, names in NAMES.items() for name in names]
)
def test_the_name_is_there(owner: Any, name: str) -> None:
    thing = sa.select() if owner is Select else owner
    assert hasattr(thing, name), (
        f"SQLAlchemy {sa.__version__} has no {owner.__name__}.{name} any more; find what took its "
        "place and change app/serverside/sqlalchemy_private.py."
    )


def query(*what: Any) -> Any:
    """Return a legacy query."""
    return Session().query(*what or (User,))


def distinct_on(statement: Any, *expressions: Any) -> Any:
    """Write DISTINCT ON as this SQLAlchemy wants it."""
    extension = getattr(postgresql, "distinct_on", None)
    return statement.ext(extension(*expressions)) if extension else statement.distinct(*expressions)


def same(found: Any, expected: list[Any], what: str) -> None:
    """Compare clauses by identity: they have no other equality."""
    assert list(map(id, found)) == list(map(id, expected)), (
        f"{what} does not hold what it did before SQLAlchemy {sa.__version__}: {found}"
    )


def test_where_criteria_are_the_conditions_one_by_one() -> None:
    found = private.where_criteria(select(USERS).where(USERS.c.id > 1).where(USERS.c.name == "x"))
    assert [str(part) for part in found] == [
        "users.id > :id_1", "users.name = :name_1",
    ], "Select._where_criteria is no longer the conditions, one by one"  # fmt: skip
    assert private.where_criteria(select(USERS)) == ()


def test_a_querys_conditions_are_a_selects() -> None:
    query = Session().query(User).filter(BIG, FIRST)
    found = [str(part) for part in private.where_criteria(query.statement)]
    assert found == [str(BIG), str(FIRST)], "a query's conditions are no longer a select's"


def test_the_other_clauses_are_what_was_written() -> None:
    order, group = USERS.c.name.desc(), USERS.c.id
    whole = select(USERS.c.id).order_by(order).group_by(group)
    same(private.order_by_clauses(whole), [order], "Select._order_by_clauses")
    same(private.group_by_clauses(whole), [group], "Select._group_by_clauses")
    assert private.order_by_clauses(whole.order_by(None)) == ()


def test_distinct_is_told_from_distinct_on() -> None:
    assert not private.is_distinct(select(USERS))
    plain, on = select(USERS).distinct(), distinct_on(select(USERS), USERS.c.name)
    assert private.is_distinct(plain), "Select._distinct is no longer set by distinct()"
    assert private.is_distinct(on), "distinct(column) is kept elsewhere now"
    assert private.distinct_on(plain) == ()
    same(private.distinct_on(on), [USERS.c.name], "Select._distinct_on")


@pytest.mark.filterwarnings("ignore:.*DISTINCT ON:DeprecationWarning")
def test_distinct_on_as_it_was_written_until_now_is_as_good() -> None:
    on = select(USERS).distinct(USERS.c.name)
    assert private.is_distinct(on)
    same(private.distinct_on(on), [USERS.c.name], "Select._distinct_on")
    assert not private.is_plain_select(on)


def test_options_are_found_wherever_they_are_kept() -> None:
    criteria, load = with_loader_criteria(User, BIG), joinedload(User.address)
    before = select(User).options(criteria)
    after = before.with_only_columns(User.id).options(load)
    same(private.options(before), [criteria], "Select._with_options")
    same(private.options(after), [criteria, load], "Select._memoized_select_entities")
    assert private.options(select(User)) == ()


def test_criteria_are_told_from_other_options() -> None:
    assert private.is_criteria(with_loader_criteria(User, BIG)), (
        "_is_criteria_option no longer tells with_loader_criteria from other options"
    )
    assert not private.is_criteria(joinedload(User.address))


# A statement's values.


def of_name(name: str) -> Any:
    return select(User.id).where(User.name == bindparam("name")).params(name=name)


def test_a_key_is_a_structure_and_its_values() -> None:
    found = [private.cache_key(select(User).where(User.id > least)) for least in (1, 1, 2)]
    assert None not in found, "SQLAlchemy has no cache key for a plain select"
    keys, values = zip(*found, strict=True)  # type: ignore[arg-type]
    assert keys[0] == keys[1] == keys[2], "SQLAlchemy's cache key tells more than the structure"
    assert values == ([1], [1], [2]), "SQLAlchemy's cache key lists other values"
    other = private.cache_key(select(User).where(User.id < 1))
    assert other is not None
    assert other[0] != keys[0]


@pytest.mark.parametrize("nested", [False, True])
def test_a_key_has_the_values_that_params_gave(nested: bool) -> None:
    asked = [select(of_name(name).subquery()) if nested else of_name(name) for name in "ab"]
    found = [private.cache_key(statement) for statement in asked]
    assert [key[1] for key in found if key] == [["a"], ["b"]], "params() keeps its values elsewhere"
    assert statement_key(asked[0]) != statement_key(asked[1])


def test_a_value_known_only_when_it_runs_has_no_key() -> None:
    later = select(User.id).where(User.id == bindparam("least", callable_=lambda: 3))
    assert private.cache_key(later) is None


def test_a_part_without_a_key_has_none() -> None:
    class Own(sa.sql.ColumnElement[int]):
        inherit_cache = False

    assert private.cache_key(select(Own())) is None


def test_params_stay_with_the_conditions() -> None:
    statement = private.with_params(of_name("a"))
    again = select(User.id).where(*private.where_criteria(statement))
    assert again.compile().params == {"name": "a"}
    assert private.is_plain_select(statement)
    assert private.with_params(select(User)).compile().params == {}


def test_params_of_a_query_stay_with_its_conditions() -> None:
    asked = query().filter(User.name == bindparam("name")).params(name="a").statement
    again = select(User.id).where(*private.where_criteria(private.with_params(asked)))
    assert again.compile().params == {"name": "a"}


def test_params_are_not_given_to_another_statement() -> None:
    one = select(User.id).where(User.name == bindparam("name"))
    first, second = (private.with_params(one.params(name=name)) for name in "ab")
    assert (first.compile().params, second.compile().params) == ({"name": "a"}, {"name": "b"})


# What the ORM notes on tables and columns.


def test_a_models_table_without_notes_is_the_metadatas() -> None:
    noted = sa.inspect(User).__clause_element__()
    assert noted is not USERS
    assert private.deannotated(noted) is USERS, "Table._deannotate() gives another table"


def test_the_mapper_of_a_part_is_found() -> None:
    join: Any = select(User).join(User.address).get_final_froms()[0]
    table, remote, attribute = join.right, join.onclause.left, User.id.__clause_element__()
    found = [private.mapper_of(part) for part in (table, remote, attribute)]
    assert found == [sa.inspect(Address), sa.inspect(Address), sa.inspect(User)], (
        "the mapper is no longer noted as `parententity` or `parentmapper`"
    )
    other: Any = aliased(User)
    assert private.mapper_of(other.id.__clause_element__()) is sa.inspect(User)
    assert [private.mapper_of(part) for part in (USERS, USERS.c.id)] == [None, None]


def test_a_column_of_the_database_alone_is_in_its_table() -> None:
    alias = USERS.alias("other")
    column = private.column_of(alias, "folded", sa.Text())
    assert column.table is alias, "ColumnClause takes its table by another name"
    assert str(select(column)) == "SELECT other.folded \nFROM users AS other"


def test_a_statement_written_with_models_is_the_orms() -> None:
    asked = [select(User), select(User.id), query(USERS.c.id).statement]
    assert [private.is_orm(statement) for statement in asked] == [True, True, True]
    assert not private.is_orm(select(USERS)), "`compile_state_plugin` means something else"


# What a session's hooks do to a statement.


def test_without_hooks_a_statement_stays() -> None:
    statement = select(User)
    assert private.hooked(Session(), statement) is statement


def test_hooks_change_a_statement_one_after_the_other() -> None:
    make = sessionmaker()
    for condition in (BIG, FIRST):
        event.listen(make, "do_orm_execute", adding(condition))
    found = private.hooked(make(), select(User))
    assert [str(part) for part in private.where_criteria(found)] == [str(BIG), str(FIRST)]


def adding(condition: Any) -> Any:
    def hook(state: ORMExecuteState) -> None:
        statement: Any = state.statement
        state.statement = statement.where(condition)

    return hook


@pytest.mark.parametrize("statement", [select(User), select(USERS), query().statement])
def test_hooks_are_told_what_an_execution_tells(statement: Any) -> None:
    statement = statement.execution_options(deleted=True)
    told: list[Any] = []

    def hook(state: ORMExecuteState) -> Any:
        told.append((
            state.is_select, state.is_orm_statement, state.is_column_load,
            state.is_relationship_load, state.all_mappers, state.bind_mapper,
            state.parameters or {}, state.user_defined_options,
            state.execution_options.get("deleted"), dict(state.local_execution_options).keys()
            & {"deleted"},
        ))  # fmt: skip
        if len(told) == 1:
            raise LookupError  # it is not to be run

    with Session() as session:
        event.listen(session, "do_orm_execute", hook)
        with pytest.raises(LookupError):
            session.execute(statement)
        private.hooked(session, statement)
    assert told[0] == told[1], "ORMExecuteState is made in another way now"


def test_names_by_text_and_by_label_are_told_from_expressions() -> None:
    label = User.name.label("n")
    clauses = private.order_by_clauses(select(label).order_by("n", label, User.id))
    assert [private.named_by_text(clause) for clause in clauses] == ["n", None, None]
    assert [private.is_label_reference(clause) for clause in clauses] == [False, True, False]


def test_an_anonymous_name_is_numbered_in_each_statement() -> None:
    names = [private.anonymous_name(number, "part") for number in (7, 5)]
    one, other = (select(USERS.c.id).subquery(name) for name in names)
    sql = str(select(one.join(other, one.c.id == other.c.id)))
    assert "AS part_1 JOIN" in sql, "anonymous names are no longer numbered"
    assert "AS part_2 ON" in sql
    key = private.cache_key(select(one))
    assert key == private.cache_key(select(select(USERS.c.id).subquery(names[1])))


def test_what_select_from_named_is_known() -> None:
    assert private.given_froms(select(USERS.c.id)) == ()
    assert private.given_froms(select().select_from(USERS)) == (USERS,)


def test_a_lock_is_seen() -> None:
    assert not private.locks(select(USERS))
    assert private.locks(select(USERS).with_for_update(read=True))


# Nothing else in the engine touches such names; of attributes, ruff sees to that (SLF001).


def underscored(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.keyword):
            found.append(node.arg or "")
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"getattr", "hasattr"}:
            found.append(str(getattr(node.args[1], "value", "")))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
            found += [node.module or "", *(alias.name for alias in node.names)]
    parts = [part for name in found for part in name.split(".")]
    return [part for part in parts if part.startswith("_") and not part.startswith("__")]


def test_no_other_module_asks_for_a_private_name() -> None:
    modules = {path for path in ENGINE.rglob("*.py") if path.name not in HOLDERS}
    asked = {path.name: underscored(path) for path in modules}
    assert {name: names for name, names in asked.items() if names} == {}
    assert underscored(Path(private.__file__))


HOLDERS = {"sqlalchemy_private.py"}
