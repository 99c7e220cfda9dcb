"""What differs between a bank's file and what was sent."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.bank_files import Difference
from offline_collect.domain.bills import Dues
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.debits.batches import Batch, BatchState, DebitRecord, RecordState
from offline_collect.domain.debits.matching import (
    ResultHeader,
    ResultLine,
    ReturnLine,
    header_differences,
    missing,
    result_differences,
    return_differences,
)
from offline_collect.domain.debits.return_codes import BillEffect, ReturnCode

DAY = BusinessDate(2026, 11, 30)
PAID = ReturnCode("0000", "settled", "成功", BillEffect.SETTLED)
REFUSED = ReturnCode("1001", "no funds", "余额不足", BillEffect.OPEN)
BATCH = Batch(
    batch_no="20261130000001",
    merchant_id="SCHOOL01",
    institution="8801",
    business_date=DAY,
    collection_date=DAY,
    creditor_id=None,
    currency="156",
    record_count=2,
    total_minor=300,
    state=BatchState.WRITTEN,
)
HEADER = ResultHeader("8801", "SCHOOL01", BATCH.batch_no, DAY, count=2, currency="156")
RECORD = DebitRecord(
    batch_no=BATCH.batch_no,
    sequence=1,
    merchant_id="SCHOOL01",
    bill_no="S1",
    customer_no="C1",
    asked=Dues(100, 0),
    mandate_ref="R1",
    state=RecordState.OUT,
)
LINE = ResultLine(line=2, sequence=1, bill_no="S1", amount_minor=100, code=PAID, settled_minor=100)
BACK = ReturnLine(line=2, batch_no=BATCH.batch_no, sequence=1, bill_no="S1", amount_minor=100, code=REFUSED)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, []),
        ({"institution": "8802"}, ["line 1: the institution is 8802, but the batch has 8801"]),
        ({"count": 3, "currency": "840"}, ["number of records is 3", "currency is 840"]),
        ({"merchant_id": "X", "business_date": BusinessDate(2026, 12, 1)}, ["merchant is X", "2026-12-01"]),
    ],
)
def test_a_header_is_that_of_its_batch(changed, told):
    found = [str(each) for each in header_differences(replace(HEADER, **changed), BATCH)]
    assert len(found) == len(told)
    assert all(words in line for words, line in zip(told, found, strict=True))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, []),
        ({"bill_no": "S2"}, ["line 2: record 1 is of bill S2, but the batch has S1"]),
        ({"amount_minor": 101}, ["record 1 has the amount 1.01, but the batch has 1.00"]),
        ({"settled_minor": 0}, ["settled, but with no amount"]),
        ({"code": REFUSED}, ["refused, but with a settled amount"]),
        ({"settled_minor": 101}, ["more is settled than was asked for"]),
    ],
)
def test_a_record_is_that_of_its_batch(changed, told):
    line = replace(LINE, **changed)
    found = [str(each) for each in result_differences(line, RECORD, "156", repeated=False)]
    assert len(found) == len(told)
    assert all(words in each for words, each in zip(told, found, strict=True))


def test_records_are_neither_unknown_nor_twice_nor_missing():
    (unknown,) = result_differences(LINE, None, "156", repeated=False)
    (twice,) = result_differences(LINE, RECORD, "156", repeated=True)
    assert (str(unknown), str(twice)) == (
        "line 2: record 1 is not in the batch",
        "line 2: record 1 is there twice",
    )
    assert missing(2) == Difference(0, "record 2 of the batch is not in the file")
    assert str(missing(2)) == "record 2 of the batch is not in the file"


@pytest.mark.parametrize(
    ("record", "line", "told"),
    [
        (replace(RECORD, state=RecordState.SETTLED, settled_minor=100), {}, []),
        (None, {}, ["record 20261130000001/1 was never sent"]),
        (RECORD, {}, ["is OUT: only a settled one can come back"]),
        (replace(RECORD, state=RecordState.RETURNED, settled_minor=100), {}, ["is RETURNED"]),
        (
            replace(RECORD, state=RecordState.SETTLED, settled_minor=60),
            {},
            ["amount 1.00, but the batch has 0.60"],
        ),
        (replace(RECORD, state=RecordState.SETTLED, settled_minor=100), {"bill_no": "S9"}, ["of bill S9"]),
    ],
)
def test_only_what_was_settled_comes_back(record, line, told):
    found = [str(each) for each in return_differences(replace(BACK, **line), record, "156", repeated=False)]
    assert len(found) == len(told)
    assert all(words in each for words, each in zip(told, found, strict=True))


def test_a_debit_comes_back_once_in_a_file():
    settled = replace(RECORD, state=RecordState.SETTLED, settled_minor=100)
    (twice,) = return_differences(BACK, settled, "156", repeated=True)
    assert "is there twice" in str(twice)


HEADER_FIELDS = {
    "institution": st.sampled_from(["8801", "8802"]),
    "merchant_id": st.sampled_from(["SCHOOL01", "WATER001"]),
    "business_date": st.sampled_from([DAY, BusinessDate(2026, 12, 1)]),
    "count": st.integers(0, 3),
    "currency": st.sampled_from(["156", "840"]),
}
CHANGES = st.sampled_from(["lost", "twice", "unknown", "bill", "amount", "more", "nothing", "unasked"])


@given(changed=st.fixed_dictionaries({}, optional=HEADER_FIELDS))
def test_every_field_of_a_header_that_is_another_is_told_and_none_else(changed):
    header = replace(HEADER, **changed)
    others = [name for name, value in changed.items() if value != getattr(HEADER, name)]
    assert len(list(header_differences(header, BATCH))) == len(others)


def differences(lines, records):
    """What is told of a file's lines about a batch's records, as those who read it ask for it."""
    seen, told = set(), []
    for line in lines:
        record = records.get(line.sequence)
        told += result_differences(line, record, "156", repeated=line.sequence in seen)
        seen.add(line.sequence)
    return told + [missing(sequence) for sequence in records if sequence not in seen]


@given(data=st.data(), amounts=st.lists(st.integers(1, 10**15), min_size=1, max_size=5))
def test_any_one_change_of_a_records_line_is_told(data, amounts):
    records = {
        sequence: replace(RECORD, sequence=sequence, bill_no=f"S{sequence}", asked=Dues(amount, 0))
        for sequence, amount in enumerate(amounts, 1)
    }
    lines = [
        replace(
            LINE,
            sequence=sequence,
            bill_no=record.bill_no,
            amount_minor=record.amount_minor,
            settled_minor=data.draw(st.integers(1, record.amount_minor)),
        )
        for sequence, record in records.items()
    ]
    lines = [
        replace(line, code=REFUSED, settled_minor=0) if data.draw(st.booleans()) else line for line in lines
    ]
    data.draw(st.randoms(use_true_random=False)).shuffle(lines)
    assert differences(lines, records) == []

    at = data.draw(st.integers(0, len(lines) - 1))
    line = lines[at]
    match data.draw(CHANGES):
        case "lost":
            del lines[at]
        case "twice":
            lines.insert(data.draw(st.integers(0, len(lines))), line)
        case "unknown":
            lines[at] = replace(line, sequence=data.draw(st.integers(len(lines) + 1, 10**10 - 1)))
        case "bill":
            lines[at] = replace(line, bill_no=f"S{data.draw(st.integers(6, 99))}")
        case "amount":
            other = data.draw(st.integers(1, 10**15).filter(lambda other: other != line.amount_minor))
            lines[at] = replace(line, amount_minor=other)
        case "more":
            lines[at] = replace(
                line, code=PAID, settled_minor=line.amount_minor + data.draw(st.integers(1, 10**15))
            )
        case "nothing":
            lines[at] = replace(line, code=PAID, settled_minor=0)
        case "unasked":
            lines[at] = replace(line, code=REFUSED, settled_minor=data.draw(st.integers(1, 10**15)))
    assert differences(lines, records) != []


@given(
    asked=st.integers(1, 10**15),
    settled=st.integers(0, 10**15),
    state=st.sampled_from(RecordState),
    amount=st.integers(1, 10**15) | st.none(),
    bill_no=st.sampled_from(["S1", "S2"]),
    repeated=st.booleans(),
)
def test_a_debit_comes_back_whole_once_and_only_if_it_was_settled(
    asked, settled, state, amount, bill_no, repeated
):
    record = replace(RECORD, asked=Dues(asked, 0), state=state, settled_minor=settled)
    line = replace(BACK, amount_minor=settled if amount is None else amount, bill_no=bill_no)
    comes = (
        state is RecordState.SETTLED
        and line.amount_minor == settled
        and bill_no == record.bill_no
        and not repeated
    )
    assert (list(return_differences(line, record, "156", repeated=repeated)) == []) is comes


def test_a_message_does_not_say_the_bill_of_a_debit_that_came_back():
    settled = replace(RECORD, state=RecordState.SETTLED, settled_minor=100)
    assert list(return_differences(replace(BACK, bill_no=None), settled, "156", repeated=False)) == []
