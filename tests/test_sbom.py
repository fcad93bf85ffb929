"""The bill of materials: all that is locked for serving, each with a digest, each once."""

import json
import re

from app.settings import PROJECT
from scripts.sbom import bill


def test_all_that_is_locked_is_in_it() -> None:
    components = bill()["components"]
    listed = {component["purl"] for component in components}
    assert len(listed) == len(components)
    locked = (PROJECT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    pins = re.findall(r"^([a-z0-9-]+)==([^ ]+)", locked, re.MULTILINE)
    assert {f"pkg:pypi/{name}@{version}" for name, version in pins} <= listed
    packages = json.loads((PROJECT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    for wanted in packages.values():
        name, _, version = wanted.removeprefix("npm:").rpartition("@")
        if wanted.startswith("npm:"):
            assert f"pkg:npm/{name.replace('@', '%40')}@{version}" in listed


def test_each_has_a_digest_of_the_right_length() -> None:
    lengths = {"SHA-256": 64, "SHA-512": 128, "SHA-1": 40}
    for component in bill()["components"]:
        assert component["hashes"]
        for digest in component["hashes"]:
            assert len(digest["content"]) == lengths[digest["alg"]]
