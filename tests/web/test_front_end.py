"""The browser's files that are not ours, and where they come from."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


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
