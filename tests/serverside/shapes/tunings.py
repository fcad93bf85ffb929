"""With every means of speed, with none, and so tuned that a few rows need them all."""

from dataclasses import replace

from app.serverside import Tuning

DEFAULT = Tuning()
PLAIN = Tuning(
    late_rows=False, lookup=False, remember=False, anchors=False, from_the_end=False,
    loose_scan=False,
)  # fmt: skip
TINY = Tuning(few=3, deep=3, anchor_step=2)
TUNINGS = {
    "tiny": TINY,
    "no-lookup": replace(TINY, lookup=False),
    "forwards": replace(TINY, from_the_end=False),
    "forgetful": replace(TINY, remember=False),
    "wide": replace(TINY, late_rows=False),
}
