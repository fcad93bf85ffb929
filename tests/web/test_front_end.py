"""The browser's files: how much of them is ours, and where the rest comes from."""

import gzip
import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST_BYTES = 40_000  # of our own scripts and sheets together, as they are sent


def test_our_own_scripts_and_sheets_stay_light() -> None:
    folder = ROOT / "static"
    ours = [
        path
        for path in folder.rglob("*")
        if path.suffix in {".js", ".css"} and "vendor" not in path.relative_to(folder).parts
    ]
    assert folder / "page" / "table.js" in ours
    assert sum(len(gzip.compress(path.read_bytes(), 6)) for path in ours) < MOST_BYTES


def test_locked_packages_have_hashes_and_name_no_host() -> None:
    packages = json.loads(ROOT.joinpath("package-lock.json").read_text(encoding="utf-8"))[
        "packages"
    ]
    installed = {name: package for name, package in packages.items() if name}
    assert all(package["integrity"].startswith("sha512-") for package in installed.values())
    assert not any("resolved" in package for package in installed.values())


def test_every_package_is_asked_for_by_exact_version() -> None:
    package = json.loads(ROOT.joinpath("package.json").read_text(encoding="utf-8"))
    wanted = package["dependencies"] | package["devDependencies"]
    assert all(re.fullmatch(r"(npm:[a-z5.-]+@)?[0-9.]+", version) for version in wanted.values())


def test_served_packages_bring_their_licences() -> None:
    folders = [path for path in ROOT.joinpath("static", "vendor").iterdir() if path.is_dir()]
    assert folders
    for folder in folders:
        readme = any(
            "licence" in path.name.lower()
            or "license" in path.name.lower()
            or "license" in path.read_text(encoding="utf-8").lower()
            for path in folder.glob("*")
            if path.suffix in {".md", ".txt", ""}
        )
        assert readme, folder.name
