"""Write what the web image holds as CycloneDX: `python -m scripts.sbom`, from the lock files alone.

Python's packages with the digests that pip checks, the browser's with those that npm does; the base
images' own packages are theirs to list. https://cyclonedx.org/docs/1.6/json/
"""

import base64
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from typing import Any

from app.settings import PROJECT

Component = dict[str, Any]
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ \\]+)((?:.*\\\n)*.*)", re.MULTILINE)
_DIGEST = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def bill() -> dict[str, Any]:
    """Return the bill of materials; the same lock files give the same."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name, version = project["name"], (PROJECT / "app/serverside/__init__.py").read_text("utf-8")
    found = re.search(r'__version__ = "(.+)"', version)
    own = {"type": "application", "name": name, "version": found[1] if found else "0"}
    components = {each["purl"]: each for each in (*_of_python(), *_of_browsers())}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own},
        "components": list(components.values()),
    }


def _of_python() -> Iterator[Component]:
    """Yield the packages that serve; each has a digest for every kind of machine."""
    locked = (PROJECT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    for name, version, rest in _PIN.findall(locked):
        purl = f"pkg:pypi/{name.lower().replace('_', '-')}@{version}"
        hashes = [{"alg": "SHA-256", "content": digest} for digest in _DIGEST.findall(rest)]
        yield _component(name, version, purl, hashes)


def _of_browsers() -> Iterator[Component]:
    locked = json.loads((PROJECT / "package-lock.json").read_text(encoding="utf-8"))
    for path, package in sorted(locked["packages"].items()):
        name = package.get("name") or path.rpartition("node_modules/")[2]
        if not path or package.get("dev"):
            continue
        algorithm, _, digest = package["integrity"].partition("-")
        content = base64.b64decode(digest).hex()
        hashes = [{"alg": algorithm.upper().replace("SHA", "SHA-"), "content": content}]
        purl = f"pkg:npm/{name.replace('@', '%40')}@{package['version']}"
        yield _component(name, package["version"], purl, hashes)


def _component(name: str, version: str, purl: str, hashes: list[dict[str, str]]) -> Component:
    return {
        "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
        "hashes": hashes,
    }  # fmt: skip


if __name__ == "__main__":
    json.dump(bill(), sys.stdout, indent=2)
    print()
