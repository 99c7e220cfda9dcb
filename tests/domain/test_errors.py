"""What errors of files say: what is wrong, and how much more of it there is."""

from __future__ import annotations

from offline_collect.domain.errors import BankFileError, ReconciliationError


def test_differences_stand_one_a_line_and_those_that_are_not_shown_are_counted() -> None:
    error = BankFileError("result.dat: is refused:", ["record 1 is missing", "record 4 is missing"], 7)
    assert str(error) == "result.dat: is refused:\nrecord 1 is missing\nrecord 4 is missing\nand 5 more"
    assert (error.differences, error.count) == (("record 1 is missing", "record 4 is missing"), 7)


def test_nothing_more_is_told_of_if_all_are_shown() -> None:
    assert str(BankFileError("it is refused:", ["record 1 is missing"], 1)).endswith("record 1 is missing")
    assert str(BankFileError("it was taken before")) == "it was taken before"


def test_problems_of_a_day_s_file_stand_one_a_line() -> None:
    error = ReconciliationError("fep.dat: is refused:", ["line 2: no date", "line 5: no amount"])
    assert str(error) == "fep.dat: is refused:\nline 2: no date\nline 5: no amount"
    assert error.problems == ("line 2: no date", "line 5: no amount")
