import datetime as dt

import pytest
from rich.cells import cell_len

from offline_collect_terminal.cli.shell import Printer
from offline_collect_terminal.errors import JournalError
from offline_collect_terminal.teller.screen.model import Slip
from offline_collect_terminal.teller.screen.receipt_text import receipt_text

NOW = dt.datetime(2026, 11, 22, 9, 30, 11, tzinfo=dt.UTC)

SLIP = Slip(
    "凭条 · 阳光小学",
    ("校车费 2026-11", "180.00"),
    (
        ("金额", "180.00 元"),
        ("流水号", "20261130000000000023"),
        ("平台入账时间", "2026-11-30 09:30:11+08:00 上海"),
    ),
)


def test_names_and_values_line_up_whatever_the_width_of_their_characters():
    lines = receipt_text(SLIP).splitlines()
    assert lines[0].strip() == SLIP.title
    assert {cell_len(line) for line in lines[1:2] + lines[4:7]} == {40}
    assert lines[5] == "金额" + " " * 27 + "180.00 元"


def test_what_is_too_long_for_the_paper_goes_on_in_the_next_line():
    lines = receipt_text(SLIP, 24).splitlines()
    assert max(map(cell_len, lines)) <= 24
    joined = "".join(line.strip() for line in lines)
    assert "20261130000000000023" in joined
    assert "2026-11-30 09:30:11+08:00 上海" in joined.replace("11+08", "11+08")


def test_each_receipt_is_a_file_that_only_its_owner_reads(tmp_path):
    printer = Printer(tmp_path / "receipts", lambda: NOW)
    printer.write(SLIP)
    printer.write(SLIP)
    files = sorted((tmp_path / "receipts").iterdir())
    assert [file.name for file in files] == [
        "receipt-20261122T093011-0001.txt",
        "receipt-20261122T093011-0002.txt",
    ]
    assert files[0].read_text(encoding="utf-8") == receipt_text(SLIP)
    assert files[0].stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(JournalError, match="no receipt can be written"):
        Printer(tmp_path / "file", lambda: NOW).write(SLIP)


def test_two_shells_that_print_in_the_same_second_write_two_files(tmp_path):
    for _ in range(2):
        Printer(tmp_path, lambda: NOW).write(SLIP)
    assert len(list(tmp_path.iterdir())) == 2
