"""StateRestore's endpoint: table states kept on the server, for its versions 1 and 2.

The demo has no user accounts, so there is nobody to keep a state for: every state belongs to the
page and table it was saved on (`path` and `table`; version 1 sends neither and shares one place),
everybody who opens them sees it, and everybody may change or delete it. `isSharedOut` is kept and
sent back, but hides nothing. An application with accounts adds its user to the condition in
`stored.py`. Only our own page may write: a form on another site can't send X-Requested-With.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, request

from app.api import stored
from app.api.stored import MAX_NAME, MAX_STATE, Place
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
    if request.headers.get("X-Requested-With") != "XMLHttpRequest":
        raise BadRequest("X-Requested-With", "is missing; only a page of this site may ask")
    sent = Parameter(params(request), "")
    action = sent["action"].text(MAX_NAME)
    if action not in ACTIONS:
        raise BadRequest("action", "must be one of " + ", ".join(ACTIONS))
    return ACTIONS[action](sent)


def _load(_: Parameter) -> Answer:
    with db.engine.connect() as connection:
        kept = stored.read(connection, Place())
    return {state.name: json.loads(state.state) for state in kept}


def _save(sent: Parameter) -> Answer:
    for name, state in _named(sent):
        text = _state_text(Parameter(json.dumps(_typed(state.value)), state.name))
        with db.engine.begin() as connection:
            stored.save(connection, Place(), _name(Parameter(name, "stateRestore")), text)
    return {}


def _rename(sent: Parameter) -> Answer:
    for old, new in _named(sent):
        with db.engine.begin() as connection:
            stored.rename(connection, Place(), old, _name(new))
    return {}


def _remove(sent: Parameter) -> Answer:
    names = [name for name, _ in _named(sent)]
    with db.engine.begin() as connection:
        stored.remove(connection, Place(), names=names)
    return {}


def _named(sent: Parameter) -> list[tuple[str, Parameter]]:
    """Return version 1's states by name."""
    node = sent["stateRestore"]
    if not isinstance(node.value, dict) or not 0 < len(node.value) <= MAX_REMOVED:
        raise BadRequest(node.name, f"must hold 1 to {MAX_REMOVED} states by name")
    return [(str(name), node[name]) for name in node.value]


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
    with db.engine.connect() as connection:
        return _answer(stored.read(connection, _place(sent)))


def _create(sent: Parameter) -> Answer:
    state, name = _state_text(sent["state"]), _name(sent["name"])
    with db.engine.begin() as connection:
        return _answer([stored.create(connection, _place(sent), name, state, **_flags(sent))])


def _edit(sent: Parameter) -> Answer:
    number = sent["id"].integer(default=-1, least=0)
    changes: dict[str, Any] = {}
    if sent["name"].value is not None:
        changes["name"] = _name(sent["name"])
    if sent["state"].value is not None:
        changes["state"] = _state_text(sent["state"])
    with db.engine.begin() as connection:
        return _answer(stored.edit(connection, _place(sent), number, changes | _flags(sent)))


def _delete(sent: Parameter) -> Answer:
    ids = [node.integer(default=-1, least=0) for node in sent["ids"].items(MAX_REMOVED)]
    with db.engine.begin() as connection:
        stored.remove(connection, _place(sent), ids=ids)
    return {"data": []}


def _place(sent: Parameter) -> Place:
    return Place(sent["path"].stored_text(stored.MAX_PATH), sent["table"].stored_text(MAX_NAME))


def _flags(sent: Parameter) -> dict[str, bool]:
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
        sound = isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        sound = False
    if not sound:
        raise BadRequest(node.name, "is not a JSON object")
    return text


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
