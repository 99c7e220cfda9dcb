"""A folder into which others put files: claims, and where files go."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from offline_collect.files import inbox
from offline_collect.files.errors import UnreadableError, UnwritableError
from offline_collect.files.inbox import claimed, is_in, look_into, put_away


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    here, there = tmp_path / "inbox", tmp_path / "taken"
    here.mkdir()
    there.mkdir()
    return here, there


def test_plain_files_are_seen_the_oldest_first(folders: tuple[Path, Path]) -> None:
    here, there = folders
    for name, at in (("b.dat", 300), ("a.dat", 200), ("c.dat", 200)):
        (here / name).write_bytes(b"x" * at)
        os.utime(here / name, (at, at))
    (here / "folder").mkdir()
    (here / "link.dat").symlink_to(there)
    os.mkfifo(here / "pipe.dat")
    files, names = look_into(here)
    assert [(file.name, file.size) for file in files] == [("a.dat", 200), ("c.dat", 200), ("b.dat", 300)]
    assert names == {"a.dat", "b.dat", "c.dat", "folder", "link.dat", "pipe.dat"}


def test_a_folder_with_too_many_names_is_seen_in_part(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, _ = folders
    for number in range(7):
        (here / f"{number}.dat").touch()
    monkeypatch.setattr(inbox, "NAMES_MAX", 5)
    assert len(look_into(here)[0]) == 5


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="nowhere: cannot be read"):
        look_into(tmp_path / "nowhere")


def test_only_one_has_a_claim(folders: tuple[Path, Path]) -> None:
    file = folders[0] / "result.dat"
    file.write_bytes(b"1")
    with claimed(file) as first, claimed(file) as second:
        assert (first, second) == (True, False)
    with claimed(file) as after:
        assert after


def test_a_file_that_another_has_taken_meanwhile_is_not_claimed(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = folders
    file = here / "result.dat"
    with claimed(file) as missing:
        assert not missing
    file.write_bytes(b"1")
    lock = fcntl.flock

    def moved_before(opened: int, how: int) -> None:
        file.rename(there / "result.dat")
        lock(opened, how)

    monkeypatch.setattr(fcntl, "flock", moved_before)
    with claimed(file) as moved:
        assert not moved


def test_a_link_is_not_followed(folders: tuple[Path, Path]) -> None:
    here, there = folders
    (there / "secret").write_bytes(b"1")
    (here / "result.dat").symlink_to(there / "secret")
    with pytest.raises(UnreadableError), claimed(here / "result.dat"):
        pass


def test_a_file_moves_with_its_mark_and_replaces_none(folders: tuple[Path, Path]) -> None:
    here, there = folders
    for number in (1, 2, 3):
        (here / "result.dat").write_text(str(number))
        (here / "result.dat.done").touch()
        put_away(here / "result.dat", there)
        assert not list(here.iterdir())
    found = {path.name: path.read_text() for path in there.iterdir()}
    assert found == {"result.dat": "1", "result-2.dat": "2", "result-3.dat": "3"}


def test_a_file_that_a_killed_program_has_moved_by_half_is_moved_once(folders: tuple[Path, Path]) -> None:
    here, there = folders
    (there / "result.dat").write_text("of another day")
    (here / "result.dat").write_text("1")
    (there / "result-2.dat").hardlink_to(here / "result.dat")
    assert not is_in(here / "result.dat", there)
    assert put_away(here / "result.dat", there) == there / "result-2.dat"
    assert sorted(path.name for path in there.iterdir()) == ["result-2.dat", "result.dat"]


def test_a_file_moves_to_another_file_system_as_a_copy(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = folders
    (here / "result.dat").write_text("2")
    (there / "result.dat").write_text("1")

    def other_file_system(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(Path, "hardlink_to", other_file_system)
    assert put_away(here / "result.dat", there).read_text() == "2"
    assert sorted(path.name for path in there.iterdir()) == ["result-2.dat", "result.dat"]
    assert not list(here.iterdir())


def test_a_file_that_cannot_be_moved_stays(folders: tuple[Path, Path]) -> None:
    here, there = folders
    (here / "result.dat").write_text("1")
    there.rmdir()
    with pytest.raises(UnwritableError, match="check the folder, its permissions and its space"):
        put_away(here / "result.dat", there)
    assert (here / "result.dat").read_text() == "1"


def test_the_same_bytes_under_the_same_name_are_known(folders: tuple[Path, Path]) -> None:
    here, there = folders
    (here / "result.dat").write_text("1")
    assert not is_in(here / "result.dat", there)
    (there / "result.dat").write_text("2")
    assert not is_in(here / "result.dat", there)
    (there / "result.dat").write_text("1")
    assert is_in(here / "result.dat", there)
