"""constraints.txt pins the dependencies in pyproject.toml, and their own dependencies."""

import tomllib
from importlib.metadata import requires, version

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.tree import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = [
    Requirement(line)
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def asked_for(requirements: list[str]) -> set[str]:
    """Return the canonical names of all packages that a list of requirements installs here, transitively."""
    waiting, seen = [Requirement(line) for line in requirements], set()
    while waiting:
        wanted = waiting.pop()
        key = (canonicalize_name(wanted.name), frozenset(wanted.extras))
        if key in seen:
            continue
        seen.add(key)
        waiting += [
            needed for line in requires(wanted.name) or [] if applies(needed := Requirement(line), wanted)
        ]
    return {name for name, _ in seen}


def applies(needed: Requirement, by: Requirement) -> bool:
    """Return whether a dependency's requirement applies on this machine with the requested extras."""
    return needed.marker is None or any(
        needed.marker.evaluate({"extra": extra}) for extra in ("", *by.extras)
    )


def test_all_that_gets_installed_is_pinned_and_nothing_else():
    # Not the extra cx-oracle: its driver builds on few machines, so its pin would be hard to renew.
    wanted = asked_for(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"])
    assert wanted == {canonicalize_name(pin.name) for pin in PINS}


def test_every_pin_is_the_exact_version_under_test():
    written = {str(pin) for pin in PINS}
    assert written == {f"{canonicalize_name(pin.name)}=={version(pin.name)}" for pin in PINS}
