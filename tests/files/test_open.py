import hashlib
import os

import pytest

from offline_collect.files.digest import Digest
from offline_collect.files.errors import HeaderError, UnreadableError
from offline_collect.files.read.open import open_table


def test_the_digest_is_of_the_bytes_of_the_file(tmp_path):
    path = tmp_path / "bills.csv"
    path.write_bytes("编号\r\nS-1\r\n".encode("gb18030"))
    with open_table(path) as table:
        assert table.digest == Digest(hashlib.sha256(path.read_bytes()).hexdigest(), 11)


def test_a_path_may_be_text(tmp_path):
    path = tmp_path / "bills.csv"
    path.write_text("a\n1\n")
    with open_table(str(path)) as table:
        assert table.path == path


def test_a_missing_file_is_one_clear_error(tmp_path):
    with pytest.raises(
        UnreadableError, match=r"none.csv: cannot be read \(no such file or directory\); check"
    ):
        open_table(tmp_path / "none.csv")


def test_a_name_that_no_file_can_have_is_one_clear_error():
    with pytest.raises(UnreadableError, match="cannot be read"):
        open_table("a\0b")


def test_a_directory_is_one_clear_error(tmp_path):
    with pytest.raises(UnreadableError, match="is a directory; name a CSV file or a workbook"):
        open_table(tmp_path)


def test_a_pipe_is_refused_rather_than_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableError, match="is not a plain file"):
        open_table(tmp_path / "pipe")


def test_an_empty_file_is_one_clear_error(tmp_path):
    (tmp_path / "bills.csv").touch()
    with pytest.raises(UnreadableError, match="is empty"):
        open_table(tmp_path / "bills.csv")


def test_a_file_of_blanks_has_no_header(tmp_path):
    (tmp_path / "bills.csv").write_text(" , \n\n")
    with pytest.raises(HeaderError, match="holds no header row"):
        open_table(tmp_path / "bills.csv")


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path):
    path = tmp_path / "bills.csv"
    path.write_text("a\n1\n2\n")
    with open_table(path) as table:
        rows = iter(table)
        next(rows)
        path.write_text("a\n1\n2\n3\n")
        with pytest.raises(UnreadableError, match="changed while it was read; import it again"):
            list(rows)


@pytest.mark.parametrize("rest", [b"", b'"', "编"[0].encode()[:2]])
def test_a_file_that_is_written_over_while_it_is_read_is_refused_as_changed(tmp_path, rest):
    path = tmp_path / "bills.csv"
    line = "编号编号编号\n".encode()
    path.write_bytes(line * 100_000)
    with open_table(path) as table:
        rows = iter(table)
        next(rows)
        with path.open("r+b") as file:
            file.truncate(len(line) * 50_000 + 4)
            file.seek(0, 2)
            file.write(rest)
        with pytest.raises(UnreadableError, match="changed while it was read; import it again"):
            list(rows)
