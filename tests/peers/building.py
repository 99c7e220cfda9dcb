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
    target = _built(SOURCES / language, BUILT / language, _BUILD[language])
    return _RUN[language](target)


def java_program(source: Path, name: str, main: str) -> list[str]:
    """Build a Java program if it is not built yet; return the command that runs its class ``main``."""
    return _java_command(_built(source, BUILT / name, _java), main)


def _built(source: Path, target: Path, build: Callable[[Path, Path], None]) -> Path:
    """Build from the files of a folder, unless they are the same as at the last time; return where."""
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(source.iterdir()))).hexdigest()
    stamp = target / "stamp"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != digest:
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        build(source, target)
        stamp.write_text(digest, encoding="utf-8")
    return target


def _java(source: Path, target: Path) -> None:
    copied = f"-DoutputDirectory={target}/jars"
    _run(["mvn", "-B", "-q", "-f", str(source / "pom.xml"), "dependency:copy-dependencies", copied])
    programs = map(str, sorted(source.glob("*.java")))
    _run(["javac", "-encoding", "UTF-8", "-cp", f"{target}/jars/*", "-d", f"{target}/classes", *programs])


def _java_command(target: Path, main: str) -> list[str]:
    return ["java", "-cp", f"{target}/classes:{target}/jars/*", main]


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
    "java": lambda target: _java_command(target, "Peer"),
    "go": lambda target: [str(target / "peer")],
    "node": lambda target: ["node", str(target / "peer.js")],
}
