import hashlib
import io
from pathlib import Path

import pytest

from offline_collect.files.fixed_width.read import (
    FixedDetails,
    FixedProblem,
    FixedRecord,
    read_columns,
    read_fixed_width,
)
from tests.files.fixed_width.layouts import layout

GOLDEN = Path(__file__).parents[2] / "vectors" / "files"
LINES = (GOLDEN / "debit-out.dat").read_bytes().split(b"\n")[:-1]


def sealed(*lines):
    """Lines with the digest of those before the last."""
    body = b"".join(line + b"\n" for line in lines[:-1])
    return [*lines[:-1], lines[-1][:-64] + hashlib.sha256(body).hexdigest().encode()]


def read(lines, name="debit-out"):
    return list(read_fixed_width(io.BytesIO(b"".join(line + b"\n" for line in lines)), layout(name)))


def problems(lines, name="debit-out"):
    return [str(each) for each in read(lines, name) if isinstance(each, FixedProblem)]


def put(line, first, content):
    """A line with other bytes from a place on, counted from 1."""
    return line[: first - 1] + content + line[first - 1 + len(content) :]


HEADER, FIRST, SECOND, TRAILER = LINES


@pytest.mark.parametrize(
    ("first", "content", "problem"),
    [
        (1, b"X", "line 2, detail, type (bytes 1 to 1), 'X': is not D"),
        (2, b"          ", "line 2, detail, sequence (bytes 2 to 11): has something other than digits"),
        (118, b"    12550       ", "line 2, detail, amount (bytes 118 to 133), '12550': has something other than digits"),
        (12, b" 622", "line 2, detail, debit_account (bytes 12 to 43): begins with a space: texts stand left"),
        (12, b" " * 32, "line 2, detail, debit_account (bytes 12 to 43): is blank"),
        (12, b"62\x0022", "line 2, detail, debit_account (bytes 12 to 43): has a control character or one that cannot be seen"),
        (58, b"\xff\xff", "line 2, detail, account_name (bytes 58 to 117): is no text in GB18030"),
        (230, b"20301301", "line 2, detail, mandate_date (bytes 230 to 237), '20301301': is no date"),
    ],
)  # fmt: skip
def test_a_field_that_does_not_fit_is_told_with_its_bytes_and_never_shows_an_account(first, content, problem):
    assert problems(sealed(HEADER, put(FIRST, first, content), SECOND, TRAILER)) == [problem]


def test_all_bad_fields_of_a_record_are_told():
    bad = put(put(FIRST, 118, b"x"), 230, b"99999999")
    assert [
        each.field for each in read(sealed(HEADER, bad, SECOND, TRAILER)) if isinstance(each, FixedProblem)
    ] == [
        "amount",
        "mandate_date",
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (FIRST[:-1], "line 2, detail: has 326 bytes, not 327"),
        (FIRST + b" ", "line 2, detail: has more than 327 bytes"),
        (FIRST + b" " * 100_000, "line 2, detail: has more than 327 bytes"),
        (b"", "line 2, detail: has 0 bytes, not 327"),
    ],
)
def test_a_line_of_another_length_is_told_and_the_others_are_read(line, problem):
    found = read(sealed(HEADER, line, SECOND, TRAILER))
    assert [str(each) for each in found if isinstance(each, FixedProblem)] == [problem]
    assert [each.line for each in found if isinstance(each, FixedRecord)] == [1, 3, 4]


def test_totals_that_are_not_those_of_the_details_are_told_in_header_and_trailer():
    assert problems(sealed(HEADER, FIRST, TRAILER)) == [
        "line 1, header, count (bytes 103 to 112), '2': the details have 1",
        "line 1, header, total (bytes 113 to 128), '110550': the details have 12550",
        "line 3, trailer, count (bytes 2 to 11), '2': the details have 1",
        "line 3, trailer, total (bytes 12 to 27), '110550': the details have 12550",
    ]


def test_totals_of_some_details_only():
    lines = (GOLDEN / "fep-detail.dat").read_bytes().split(b"\n")[:-1]
    turned = [*lines[:3], put(lines[3], 12, b"0220"), lines[4]]
    assert problems(sealed(*turned), "fep-detail") == [
        "line 5, trailer, payments_total (bytes 12 to 27), '110550': the details have 123100",
        "line 5, trailer, reversals_total (bytes 28 to 43), '12550': the details have 0",
    ]


def test_a_changed_byte_shows_in_the_digest():
    changed = put(FIRST, 238, b"2031")
    (problem,) = problems([HEADER, changed, SECOND, TRAILER])
    assert problem.startswith(
        "line 4, trailer, digest (bytes 28 to 91), 'fbc859bcc42f39fbe56656617c99ef7c768bf5c'"[:60]
    )
    assert problem.endswith("the file was changed")


def test_a_digest_in_capitals_is_the_same():
    assert problems([HEADER, FIRST, SECOND, TRAILER[:27] + TRAILER[27:].upper()]) == []


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            [],
            ["line 0, header: has 0 bytes, not 131", "line 1, trailer: is missing: was the file sent whole?"],
        ),
        ([HEADER], ["line 2, trailer: is missing: was the file sent whole?"]),
        ([HEADER, FIRST], ["line 3, trailer: is missing: was the file sent whole?"]),
        ([HEADER, FIRST, SECOND, TRAILER, b"", FIRST], ["line 6: stands behind the trailer"]),
        ([HEADER, FIRST, SECOND, TRAILER, b"", b""], []),
    ],
)
def test_a_file_must_be_whole_and_end_with_its_trailer(lines, told):
    assert problems(lines) == told


def test_a_file_of_another_kind_is_told_by_its_header():
    assert problems(LINES, "debit-result")[0] == "line 1, header: has more than 98 bytes"


def test_a_file_without_line_ends_is_one_long_line():
    stream = io.BytesIO(b"".join(LINES))
    found = list(read_fixed_width(stream, layout("debit-out")))
    assert [str(each) for each in found] == [
        "line 1, header: has more than 131 bytes",
        "line 2, trailer: is missing: was the file sent whole?",
    ]


def test_no_repr_of_a_record_shows_what_it_holds():
    assert "6222020200012345678" not in repr(read(LINES)[1])


def many(changes):
    """A file of nine details, some of them changed."""
    amounts = [b"%016d" % each for each in range(1, 10)]
    details = [put(FIRST, 118, amount) for amount in amounts]
    for at, change in changes.items():
        details[at] = change(details[at])
    header = put(put(HEADER, 103, b"%010d" % 9), 113, b"%016d" % 45)
    trailer = put(put(TRAILER, 2, b"%010d" % 9), 12, b"%016d" % 45)
    return sealed(header, *details, trailer)


def ways(lines, end=b"\n", at_once=4):
    """How details were read: how many together, or the line of a problem."""
    stream = io.BytesIO(b"".join(line + end for line in lines))
    found = list(read_columns(stream, layout("debit-out"), at_once * (len(FIRST) + 1)))
    return [each.lines if isinstance(each, FixedDetails) else each.line for each in found[1:-1]]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_details_that_fit_are_read_together_and_the_last_ones_one_by_one(end):
    assert ways(many({}), end) == [4, 4, 1]


def test_around_a_detail_that_does_not_fit_lines_are_read_one_by_one_and_then_together_again():
    broken = {1: lambda line: put(line, 118, b"x")}
    assert ways(many(broken)) == [1, 3, 1, 1, 2, 1, 1, 1], (
        "line 3 is a problem; then 1, 2, ... are tried together"
    )


def test_columns_have_the_values_of_all_lines():
    stream = io.BytesIO(b"".join(line + b"\n" for line in many({})))
    details = list(read_columns(stream, layout("debit-out"), 8 * (len(FIRST) + 1)))[1]
    assert (details.line, details.lines) == (2, 8)
    assert list(details.columns["amount"]) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert list(details.columns["remark"]) == [read(LINES)[1].values["remark"]] * 8
    assert "6222020200012345678" not in repr(details)
