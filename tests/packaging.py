"""The engine's wheel, and environments that hold a few packages and nothing else."""

import subprocess
import sys
import venv
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
ENGINE = ROOT / "app/serverside"


def pip(*arguments: str) -> None:
    """Run pip."""
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True)  # noqa: S603 - our own program


def build_wheel(folder: Path) -> Path:
    """Build the wheel of a copy, which no earlier build has left anything in."""
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    for path in ENGINE.rglob("*"):
        if path.suffix == ".py" or path.name == "py.typed":
            copy = folder / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(folder))
    [built] = folder.glob("*.whl")
    return built


def environment(folder: Path, requirements: Iterable[str], wheel: Path) -> Path:
    """Make an environment of what requirements name, and its Python's path.

    No index is asked: the wheel is installed, all else is copied from the environment that the
    tests run in, which has it locked.
    """
    venv.create(folder, with_pip=False)
    python = folder / "bin/python"
    site = next((folder / "lib").glob("python*/site-packages"))
    pip("install", "--no-deps", "--no-index", "--target", str(site), str(wheel))
    waiting, there = [Requirement(text) for text in requirements], set[str]()
    while waiting:
        wanted = waiting.pop()
        own = {"serverside-datatables": [site]}.get(wanted.name, sys.path)
        [dist, *_] = metadata.distributions(name=wanted.name, path=[str(place) for place in own])
        assert wanted.specifier.contains(dist.version)
        waiting += [
            need
            for need in map(Requirement, dist.requires or [])
            if any(_holds(need, extra) for extra in (*wanted.extras, "")) and need.name not in there
        ]
        if wanted.name not in there and own is sys.path:
            _copy(dist, site)
        there.add(wanted.name)
    return python


def _holds(need: Requirement, extra: str) -> bool:
    return need.marker is None or need.marker.evaluate({"extra": extra})


def _copy(dist: metadata.Distribution, site: Path) -> None:
    for file in dist.files or []:
        source = Path(str(dist.locate_file(file)))
        if ".." not in file.parts and source.is_file() and source.suffix != ".pyc":
            target = site / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
