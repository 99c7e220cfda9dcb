"""Builds the clients of foreign stacks; what is built stays in build/peers/ until a file of theirs changes."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.support.tree import ROOT

SOURCES = ROOT / "tests/peers"
BUILT = ROOT / "build/peers"
TOOLS = {"java": ("mvn", "javac", "java"), "go": ("go",), "node": ("npm", "node")}
WITHIN_S = 300


def missing_tools() -> list[str]:
    """Return the tools that are not installed here."""
    return [tool for tools in TOOLS.values() for tool in tools if shutil.which(tool) is None]


def command_of(language: str) -> list[str]:
    """Build a client if it is not built yet; return the command that runs it."""
    source, target = SOURCES / language, BUILT / language
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(source.iterdir()))).hexdigest()
    stamp = target / "stamp"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != digest:
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        _BUILD[language](source, target)
        stamp.write_text(digest, encoding="utf-8")
    return _RUN[language](target)


def _java(source: Path, target: Path) -> None:
    copied = f"-DoutputDirectory={target}/jars"
    _run(["mvn", "-B", "-q", "-f", str(source / "pom.xml"), "dependency:copy-dependencies", copied])
    _run(["javac", "-cp", f"{target}/jars/*", "-d", str(target / "classes"), str(source / "Peer.java")])


def _go(source: Path, target: Path) -> None:
    _run(
        [
            "go",
            "build",
            "-C",
            str(source),
            "-mod=readonly",
            "-buildvcs=false",
            "-o",
            str(target / "peer"),
            ".",
        ]
    )


def _node(source: Path, target: Path) -> None:
    for file in source.iterdir():
        shutil.copy(file, target)
    _run(["npm", "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"], target)


def _run(command: Sequence[str], folder: Path = ROOT) -> None:
    ended = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=WITHIN_S, env=os.environ
    )
    assert ended.returncode == 0, f"{' '.join(command)}\n{ended.stdout}{ended.stderr}"


_BUILD: dict[str, Callable[[Path, Path], None]] = {"java": _java, "go": _go, "node": _node}
_RUN: dict[str, Callable[[Path], list[str]]] = {
    "java": lambda target: ["java", "-cp", f"{target}/classes:{target}/jars/*", "Peer"],
    "go": lambda target: [str(target / "peer")],
    "node": lambda target: ["node", str(target / "peer.js")],
}
