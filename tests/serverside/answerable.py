"""What the engine answers so far: the one switch for generated requests and recorded samples."""

ANSWERED = ("core", "legacy", "yadcf", "searchpanes", "searchbuilder", "columncontrol")

EXTENSIONS = ("searchbuilder", "searchpanes", "columncontrol")
EVERYTHING = "everything"


def generated() -> tuple[str, ...]:
    """Name the kinds of requests to generate: each family, then all extensions at once."""
    families = tuple(family for family in ANSWERED if family in ("core", "yadcf", *EXTENSIONS))
    return (*families, EVERYTHING) if set(EXTENSIONS) <= set(ANSWERED) else families


def replayed(sample: str) -> bool:
    """Tell whether a recorded request speaks of answered families only."""
    _, _, name = sample.partition("-")
    if name == "types-not-declared":
        return {"searchbuilder", "columncontrol"} <= set(ANSWERED)
    family = name.partition("-")[0]
    return family in ANSWERED if family in (*EXTENSIONS, "legacy") else True
