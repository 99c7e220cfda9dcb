"""The channel that writes a file."""

import json
import os

from offline_collect.domain.notices.results import ACCEPTED, Verdict
from offline_collect.notify.channels.file import FileChannel
from tests.notify.test_webhook import message


def lines(path):
    return [json.loads(line)["id"] for line in path.read_text(encoding="utf-8").splitlines()]


def test_each_message_is_a_line_and_the_file_is_private(tmp_path):
    path = tmp_path / "new" / "notices.jsonl"
    assert FileChannel(path).send([message(1), message(2)]) == [ACCEPTED] * 2
    assert FileChannel(path).send([message(3)]) == [ACCEPTED]
    assert lines(path) == ["PAID:1", "PAID:2", "PAID:3"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_line_that_a_crash_has_cut_does_not_spoil_the_next(tmp_path):
    path = tmp_path / "notices.jsonl"
    path.write_text('{"id": "PAI', encoding="utf-8")
    FileChannel(path).send([message(1)])
    cut, whole = path.read_text(encoding="utf-8").splitlines()
    assert (cut, json.loads(whole)["id"]) == ('{"id": "PAI', "PAID:1")


def test_a_file_that_cannot_be_written_is_tried_again(tmp_path):
    (result,) = FileChannel(tmp_path).send([message()])
    assert (result.verdict, result.reason) == (
        Verdict.TRY_AGAIN,
        "the file cannot be written: Is a directory",
    )


def test_a_link_to_another_file_is_not_followed(tmp_path):
    (tmp_path / "notices.jsonl").symlink_to(tmp_path / "other")
    (result,) = FileChannel(tmp_path / "notices.jsonl").send([message()])
    assert result.verdict is Verdict.TRY_AGAIN
    assert not (tmp_path / "other").exists()


def test_a_disk_that_takes_a_part_has_not_accepted(tmp_path, monkeypatch):
    path, write = tmp_path / "notices.jsonl", os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:10]))
    (result,) = FileChannel(path).send([message(1)])
    assert result.verdict is Verdict.TRY_AGAIN
    monkeypatch.undo()
    FileChannel(path).send([message(1)])
    assert json.loads(path.read_text(encoding="utf-8").splitlines()[1])["id"] == "PAID:1"
