"""The folders in which files are exchanged."""

from __future__ import annotations

import pytest

LINKS = """
links:
  - name: fep-1
    listen: 127.0.0.1:8583
    institutions: ["12345678"]
"""
NAMES = ("inbox", "outbox", "taken", "refused")


@pytest.fixture
def folders(tmp_path):
    for name in NAMES:
        (tmp_path / name).mkdir()
    return {name: str(tmp_path / name) for name in NAMES}


def said(folders, **more):
    return LINKS + "files:\n" + "".join(f"  {name}: {value}\n" for name, value in {**folders, **more}.items())


def test_without_folders_no_files_are_exchanged(load):
    assert load(LINKS).settings.files is None


def test_folders_are_named_each_for_itself(load, folders):
    files = load(said(folders, completion="done", every_s=5)).settings.files
    assert [getattr(files, name) for name in NAMES] == [folders[name] for name in NAMES]
    assert (files.completion, files.rest_s, files.every_s) == ("done", 30, 5)


def test_a_folder_that_is_missing_is_named(refused, folders, tmp_path):
    (tmp_path / "taken").rmdir()
    assert refused(said(folders)) == ["files.taken: is not a folder"]


def test_one_folder_cannot_be_two(refused, folders):
    folders["refused"] = folders["inbox"] + "/"
    assert refused(said(folders)) == ["files: refused: is the folder of inbox too: each has its own"]


def test_all_folders_are_wanted(refused, folders):
    del folders["outbox"]
    assert refused(said(folders)) == ["files.outbox: is missing"]
