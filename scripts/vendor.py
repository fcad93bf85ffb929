"""Copy the browser files that the page needs from node_modules to static/vendor, with licences.

Run it after `npm ci`. No bundler: each file is the one that its project publishes.
"""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "node_modules"
TARGET = ROOT / "static" / "vendor"

# package -> (folder under static/vendor, its files, its licence)
PACKAGES = {
    "jquery": ("jquery", ["dist/jquery.min.js"], "LICENSE.txt"),
    "bootstrap": ("bootstrap", ["dist/css/bootstrap.min.css"], "LICENSE"),
    "datatables.net": ("datatables", ["js/dataTables.min.js"], "License.txt"),
    "datatables.net-bs5": (
        "datatables-bs5",
        ["js/dataTables.bootstrap5.min.js", "css/dataTables.bootstrap5.min.css"],
        "License.txt",
    ),
    "@fontsource-variable/inter": (
        "inter",
        ["files/inter-latin-wght-normal.woff2", "files/inter-latin-ext-wght-normal.woff2"],
        "LICENSE",
    ),
}


def main() -> int:
    """Rebuild static/vendor; answer 1 with a sentence when a file is not there."""
    wanted = [
        (SOURCE / package / name, TARGET / folder / Path(name).name)
        for package, (folder, files, licence) in PACKAGES.items()
        for name in [*files, licence]
    ]
    if missing := [source for source, _ in wanted if not source.is_file()]:
        names = ", ".join(str(path.relative_to(ROOT)) for path in missing)
        print(f"Not installed: {names}. Run `npm ci --ignore-scripts` first.", file=sys.stderr)
        return 1
    shutil.rmtree(TARGET, ignore_errors=True)
    for source, target in wanted:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    print(f"{len(wanted)} files in {TARGET.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
