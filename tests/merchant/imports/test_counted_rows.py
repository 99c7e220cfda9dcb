"""Numbers that count the rows of a file, in whatever way, are no numbers of bills."""

import re

import pytest

from offline_collect.files.columns.mapping import read_mapping
from offline_collect.merchant.imports.row_numbers import RowNumbersError
from tests.merchant.importing import bills_of, counts


@pytest.mark.parametrize(
    "numbers",
    [
        ["1"],
        ["1", "3", "2"],
        ["2", "3"],
        ["3", "2"],
        ["1", "2", "A"],
        ["A", "2"],
        ["A1", "B2", "C3"],
        ["A1", "A2"],
        ["001-1", "002-1", "003-1"],
        ["202611-001", "202611-002", "202611-003"],
    ],
)
def test_other_numbers_are_taken(pupils, numbers):
    text = bills_of(*(f"{number},C1,1.00,2026-10" for number in numbers))
    result = pupils.take("bills", text)
    assert (counts(result), result.row_numbers) == ({"new": len(numbers)}, None)


@pytest.mark.parametrize(
    "numbers",
    [
        ["001", "002", "003"],
        ["No.1", "No.2", "No.3"],
        ["1-A", "2-A", "3-A"],
        ["0", "1"],
        ["4", "3", "2", "1"],
        ["C-02", "C-01", "C-00"],
    ],
)
def test_numbers_that_count_the_rows_in_another_way_are_refused_too(pupils, numbers):
    text = bills_of(*(f"{number},C1,1.00,2026-10" for number in numbers))
    said = f"are {numbers[0]}, {numbers[1]}, … in the order of the rows"
    with pytest.raises(RowNumbersError, match=re.escape(said)):
        pupils.take("bills", text)
    assert counts(pupils.take("bills", None, identity_changes=True)) == {"new": len(numbers)}


@pytest.mark.parametrize("numbers", [["1", "2", "3", "4"], ["4", "3", "2", "1"]])
@pytest.mark.parametrize("amount", ["", "免", "-1.00"])
@pytest.mark.parametrize("at", [0, 1, 3])
def test_rows_with_nothing_to_pay_and_bad_ones_are_counted_too(pupils, numbers, amount, at):
    rows = [f"{number},C1,1.00,2026-10" for number in numbers]
    rows[at] = f"{numbers[at]},C1,{amount},2026-10"
    with pytest.raises(RowNumbersError):
        pupils.take("bills", bills_of(*rows), accept_valid=True)


@pytest.mark.parametrize("numbers", [["001", "002"], ["M1", "M2", "M3"], ["2", "1"]])
def test_customers_may_be_numbered_so(pupils, numbers):
    text = "编号,姓名,学号\n" + "".join(
        f"{number},人{at},202604010{at}\n" for at, number in enumerate(numbers)
    )
    known = read_mapping({"columns": {"customer_no": "编号"}}, "mapping.yaml")
    result = pupils.take("customers", text, mapping=known)
    assert (counts(result), result.row_numbers) == ({"new": len(numbers)}, None)
