"""What the engine does for speed; each can be switched off, and the answers stay the same."""

from dataclasses import dataclass, field
from typing import Any


def _switch(default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"help": meaning})


@dataclass(frozen=True, slots=True)
class Tuning:
    """Switches and sizes of the engine's means of speed."""

    late_rows: bool = _switch(True, "find a page by narrow keys, then fetch its wide rows")
    lookup: bool = _switch(True, "look rare matches up in indexes before walking the order")
    remember: bool = _switch(True, "remember totals and anchors while the data is unchanged")
    change_marks: bool = _switch(True, "take versions and totals from the tables' change marks")
    anchors: bool = _switch(True, "jump to deep pages from remembered anchors")
    from_the_end: bool = _switch(True, "read pages of the second half from the end")
    loose_scan: bool = _switch(True, "read the values to pick by stepping along an index")
    few: int = _switch(10_000, "matches that are looked up at once; more are walked to")
    deep: int = _switch(2_000, "rows before a page from which on anchors are made")
    anchor_step: int = _switch(200, "rows between two anchors, at least")
    memory_bytes: int = _switch(
        64_000_000, "about how much one process remembers; the last draw's counts"
    )
    count_budget_ms: int = _switch(
        0, "milliseconds a count may take before it is “at least”; 0: any"
    )


DEFAULT_TUNING = Tuning()
