"""The project's own files, for tests that check the tree itself."""

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def _ignored() -> tuple[str, ...]:
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    return (".git", *(line.strip("/") for line in lines))


def is_ours(path: Path) -> bool:
    """Return whether a file or folder belongs to the project, by its name and .gitignore."""
    return not any(fnmatch(path.name, pattern) for pattern in _ignored())


def files(folder: Path = ROOT) -> Iterator[Path]:
    """Yield every file of the project under a folder, in order."""
    for path in sorted(folder.iterdir()):
        if not is_ours(path):
            continue
        if path.is_dir():
            yield from files(path)
        else:
            yield path


def modules(*folders: str) -> list[Path]:
    """Yield the Python files under some top-level folders, or under all if none is named."""
    starts = [ROOT / folder for folder in folders] or [ROOT]
    return [path for start in starts for path in files(start) if path.suffix == ".py"]


def parse(path: Path) -> ast.Module:
    """Parse a module without importing it."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name(path: Path) -> str:
    """Return a path relative to the project's root."""
    return path.relative_to(ROOT).as_posix()
