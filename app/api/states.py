"""StateRestore's endpoint: table states kept on the server, for its versions 1 and 2.

The demo has no user accounts, so there is nobody to keep a state for: every state belongs to the
page and table it was saved on (`path` and `table`; version 1 sends neither and shares one place),
everybody who opens them sees it, and everybody may change or delete it. `isSharedOut` is kept and
sent back, but hides nothing. An application with accounts adds its user to the condition in
`stored.py`. Only our own page may write: a form on another site can't send X-Requested-With, and
says where it comes from.
"""

import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, json, request

from app.admission import client_group
from app.api import stored
from app.api.stored import MAX_NAME, MAX_STATE, NewState, Place
from app.database import db
from app.serverside import BadRequest, Parameter, params

bp = Blueprint("states", __name__)

Answer = dict[str, Any]

MAX_REMOVED = 100
# Members of a state whose text stays text when a form has lost the types of all others.
TEXTS = {"name", "search", "value", "value1", "value2", "data", "origData", "rows", "term"}


@bp.post("/states")
def states() -> Answer:
    """Load, save, change or delete states, as `action` says."""
    _refuse_other_sites()
    sent = Parameter(params(request), "")
    action = sent["action"].text(MAX_NAME)
    if action not in ACTIONS:
        raise BadRequest("action", "must be one of " + ", ".join(ACTIONS))
    return ACTIONS[action](sent)


def _refuse_other_sites() -> None:
    """Take nothing that a page of another site sends, whatever it makes a browser send."""
    if request.headers.get("X-Requested-With") != "XMLHttpRequest":
        raise BadRequest("X-Requested-With", "is missing; only a page of this site may ask")
    origin = request.headers.get("Origin")
    if origin not in (None, f"http://{request.host}", f"https://{request.host}"):
        raise BadRequest("Origin", "is another site's; only a page of this site may ask")


def _load(_: Parameter) -> Answer:
    with db.connect_to_primary() as connection:
        kept = stored.read(connection, Place())
    return {state.name: json.loads(state.state) for state in kept}


def _save(sent: Parameter) -> Answer:
    group = client_group()
    states = [
        NewState(name, _json_text(_typed(state.value), state.name), group)
        for name, state in _named(sent)
    ]
    with db.write() as connection:
        for state in states:
            stored.save(connection, Place(), state)
    return {}


def _rename(sent: Parameter) -> Answer:
    names = [(old, _name(new)) for old, new in _named(sent)]
    with db.write() as connection:
        for old, new in names:
            stored.rename(connection, Place(), old, new)
    return {}


def _remove(sent: Parameter) -> Answer:
    names = [name for name, _ in _named(sent)]
    with db.write() as connection:
        stored.remove(connection, Place(), names=names)
    return {}


def _named(sent: Parameter) -> list[tuple[str, Parameter]]:
    """Return version 1's states by name."""
    node = sent["stateRestore"]
    if not isinstance(node.value, dict) or not 0 < len(node.value) <= MAX_REMOVED:
        raise BadRequest(node.name, f"must hold 1 to {MAX_REMOVED} states by name")
    return [(_name(Parameter(str(name), node.name)), node[name]) for name in node.value]


def _typed(value: Any, name: str = "") -> Any:
    """Give the values of a form their types again, as far as the text tells."""
    if isinstance(value, dict):
        if value and all(key == str(n) for n, key in enumerate(value)):
            return [_typed(inner, name) for inner in value.values()]
        return {key: _typed(inner, key) for key, inner in value.items()}
    if name in TEXTS or not isinstance(value, str):
        return value
    if value in ("true", "false"):
        return value == "true"
    return int(value) if re.fullmatch(r"-?[0-9]{1,15}", value, re.ASCII) else value


def _read(sent: Parameter) -> Answer:
    with db.connect_to_primary() as connection:
        return _answer(stored.read(connection, _place(sent)))


def _create(sent: Parameter) -> Answer:
    place, name, state = _place(sent), _name(sent["name"]), _state_text(sent["state"])
    new = NewState(name, state, client_group(), **_flags(sent))
    with db.write() as connection:
        return _answer([stored.create(connection, place, new)])


def _edit(sent: Parameter) -> Answer:
    place, number, changes = _place(sent), _id(sent["id"]), _flags(sent)
    if sent["name"].value is not None:
        changes["name"] = _name(sent["name"])
    if sent["state"].value is not None:
        changes["state"] = _state_text(sent["state"])
    with db.write() as connection:
        return _answer(stored.edit(connection, place, number, changes))


def _delete(sent: Parameter) -> Answer:
    place, ids = _place(sent), [_id(node) for node in sent["ids"].items(MAX_REMOVED)]
    with db.write() as connection:
        stored.remove(connection, place, ids=ids)
    return {"data": []}


def _id(node: Parameter) -> int:
    number = node.integer(default=-1, least=0)
    if number > stored.MAX_ID:
        raise BadRequest(node.name, "names no state of this table")
    return number


def _place(sent: Parameter) -> Place:
    return Place(sent["path"].stored_text(stored.MAX_PATH), sent["table"].stored_text(MAX_NAME))


def _flags(sent: Parameter) -> dict[str, Any]:
    names = {"is_default": "isDefault", "is_shared": "isSharedOut"}
    return {key: sent[name].flag() for key, name in names.items() if sent[name].value is not None}


def _name(node: Parameter) -> str:
    name = node.stored_text(MAX_NAME).strip()
    if not name:
        raise BadRequest(node.name, "must be a name")
    return name


def _state_text(node: Parameter) -> str:
    """Return a state as JSON text, in which version 2 wants it back."""
    text = node.stored_text(MAX_STATE)
    try:
        state = json.loads(text)
    except ValueError:
        raise BadRequest(node.name, "is not a JSON object") from None
    _json_text(state, node.name)
    return text


def _json_text(state: Any, name: str) -> str:
    """Write a state as JSON text that can be read and written again, for version 1's answer."""
    try:
        text = json.dumps(state)
    except (
        TypeError,
        RecursionError,
    ):  # half of a surrogate pair, a number of too many digits, too deep
        raise BadRequest(name, "holds what JSON has no text for") from None
    if not isinstance(state, dict):
        raise BadRequest(name, "is not a JSON object")
    return Parameter(text, name).stored_text(MAX_STATE)


def _answer(kept: list[Any]) -> Answer:
    return {
        "data": [
            {
                "id": state.id,
                "name": state.name,
                "state": state.state,
                "isDefault": state.is_default,
                "isSharedIn": False,
                "isSharedOut": state.is_shared,
                "isStatic": False,
            }
            for state in kept
        ]
    }


ACTIONS: dict[str, Callable[[Parameter], Answer]] = {
    "load": _load,
    "save": _save,
    "rename": _rename,
    "remove": _remove,
    "state-read": _read,
    "state-create": _create,
    "state-edit": _edit,
    "state-remove": _delete,
}
