"""Copy the browser files that the pages need from node_modules to static/vendor, with licences.

Run it after `npm ci`. No bundler: each file is the one that its project publishes.
"""

import json
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "node_modules"
TARGET = ROOT / "static" / "vendor"

# folder under static/vendor -> (package, its files)
PACKAGES = {
    "inter": (
        "@fontsource-variable/inter",
        ["files/inter-latin-wght-normal.woff2", "files/inter-latin-ext-wght-normal.woff2"],
    ),
    "bootstrap": ("bootstrap", ["dist/css/bootstrap.min.css"]),
    "jquery": ("jquery", ["dist/jquery.min.js"]),
    "jquery3": ("jquery3", ["dist/jquery.min.js"]),
    "uplot": ("uplot", ["dist/uPlot.iife.min.js", "dist/uPlot.min.css"]),
    # Its README is where it names its licence.
    "yadcf": (
        "yadcf", ["jquery.dataTables.yadcf.js", "jquery.dataTables.yadcf.css", "README.md"],
    ),
}  # fmt: skip
# DataTables' own: version 3, and 1 and 2 as package.json calls them; folders are called after
# them, as in datatables-searchbuilder-bs5 and datatables2-searchbuilder-bs5.
_PUBLISHED = ("js/*.min.js", "css/*.min.css", "dist/*.min.js", "dist/*.min.css")


def main() -> int:
    """Rebuild static/vendor; answer 1 with a sentence when a file is not there."""
    wanted = {
        source: TARGET / folder / source.name
        for folder, files in _folders().items()
        for source in files
    }
    if missing := [source for source in wanted if not source.is_file()]:
        names = ", ".join(str(path.relative_to(ROOT)) for path in missing)
        print(f"Not installed: {names}. Run `npm ci --ignore-scripts` first.", file=sys.stderr)
        return 1
    shutil.rmtree(TARGET, ignore_errors=True)
    for source, target in wanted.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    print(f"{len(wanted)} files in {TARGET.relative_to(ROOT)}")
    return 0


def _folders() -> dict[str, list[Path]]:
    """Return the files of each folder, a licence among them."""
    folders = {
        folder: [*(SOURCE / package / name for name in names), *_licences(SOURCE / package)]
        for folder, (package, names) in PACKAGES.items()
    }
    asked = json.loads(ROOT.joinpath("package.json").read_text(encoding="utf-8"))["dependencies"]
    for package in (SOURCE / name for name in asked if name.startswith("datatables")):
        published = [file for pattern in _PUBLISHED for file in sorted(package.glob(pattern))]
        folders[package.name.replace(".net", "")] = [*published, *_licences(package)]
    return folders


def _licences(package: Path) -> list[Path]:
    return sorted(file for file in package.glob("*") if file.stem.lower() == "license")[:1]


if __name__ == "__main__":
    sys.exit(main())
