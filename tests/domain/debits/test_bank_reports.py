import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.debits.bank_reports import (
    AskedDebit,
    BatchSoFar,
    RecordReport,
    end_to_end_id,
    of_end_to_end_id,
    record_after,
)
from offline_collect.domain.debits.reason_codes import NOT_IN_TABLE
from offline_collect.domain.debits.report_standings import (
    GROUP_LIFE,
    INTERMEDIATE,
    RECORD_LIFE,
    Done,
    ReportRule,
    Standing,
    Status,
    StillOpen,
    Stood,
)
from tests.domain.debits.reported_batch import BATCH, CODES, ReportedBatch

SETTLED, NO_FUNDS, CLOSED = Done("0000"), Done("1001"), Done("1002")
SILENT, PENDING = StillOpen(Standing.SILENT), StillOpen(Standing.PENDING)
ALL, REJECTS_ONLY = ReportRule


def test_each_record_has_a_name_that_leads_back_to_it():
    assert end_to_end_id(BATCH, 17) == "DB20301122000001-17"
    assert of_end_to_end_id("DB20301122000001-17") == (BATCH, 17)
    assert of_end_to_end_id("A-B-17") == ("A-B", 17)
    for other in (
        "NOTPROVIDED",
        "DB1-0",
        "DB1-017",
        "DB1-",
        "-1",
        "x" * 21 + "-1",
        "DB1-12345678901",
        "张-1",
    ):
        assert of_end_to_end_id(other) is None


def test_all_a_bank_that_reports_each_record_decides_each_record():
    batch = ReportedBatch(ALL)
    assert batch.report("ACCP") == []
    assert batch.outcomes == [SILENT] * 3
    assert batch.report("PART", (1, "ACSC"), (2, "RJCT", "AM04"), (3, "PDNG")) == []
    assert batch.outcomes == [SETTLED, NO_FUNDS, PENDING]
    assert batch.report(None, (3, "ACSC")) == []
    assert batch.outcomes == [SETTLED, NO_FUNDS, SETTLED]


def test_rejects_only_nothing_settles_by_silence():
    batch = ReportedBatch(REJECTS_ONLY)
    assert batch.report("ACSP", (2, "RJCT", "AM04")) == []
    assert batch.outcomes == [SILENT, NO_FUNDS, SILENT]
    assert batch.report("PDNG") == []
    assert batch.outcomes == [SILENT, NO_FUNDS, SILENT]


@pytest.mark.parametrize("status", ["PART", "ACSC"])
def test_rejects_only_a_final_status_of_the_batch_settles_the_rest(status):
    batch = ReportedBatch(REJECTS_ONLY)
    assert batch.report("ACSP", (2, "RJCT", "AM04")) == []
    assert batch.report(status, (3, "RJCT", "AC04")) == []
    assert batch.outcomes == [SETTLED, NO_FUNDS, CLOSED]


def test_all_part_settles_nothing_by_itself():
    batch = ReportedBatch(ALL)
    assert batch.report("PART", (2, "RJCT", "AM04")) == []
    assert batch.outcomes == [SILENT, NO_FUNDS, SILENT]


@pytest.mark.parametrize("rule", [ALL, REJECTS_ONLY])
def test_a_batch_that_is_settled_or_rejected_is_so_in_every_record(rule):
    settled, rejected = ReportedBatch(rule), ReportedBatch(rule)
    assert settled.report("ACSC") == []
    assert settled.outcomes == [SETTLED] * 3
    assert rejected.report("RJCT", reasons=["XX99", "AC04"]) == []
    assert rejected.outcomes == [CLOSED] * 3


def test_a_rejection_whose_reason_nobody_knows_has_a_code_that_no_table_has():
    batch = ReportedBatch()
    assert batch.report(None, (1, "RJCT", "XX99"), (2, "RJCT")) == []
    assert batch.outcomes[:2] == [Done(NOT_IN_TABLE)] * 2


def test_a_late_intermediate_status_changes_nothing():
    batch = ReportedBatch()
    assert batch.report("PART", (1, "ACSC"), (2, "RJCT", "AM04")) == []
    assert batch.report("ACSP", (1, "PDNG"), (2, "ACCP")) == []
    assert batch.outcomes == [SETTLED, NO_FUNDS, SILENT]
    assert batch.group.standing is Standing.PARTLY


def test_the_same_report_again_changes_nothing():
    batch = ReportedBatch(REJECTS_ONLY)
    for _ in range(2):
        assert batch.report("PART", (2, "RJCT", "AM04"), (3, "ACSC")) == []
        assert batch.outcomes == [SETTLED, NO_FUNDS, SETTLED]


NAME = BATCH + "-1"


@pytest.mark.parametrize(
    ("rule", "first", "second", "wrong"),
    [
        (
            ALL,
            ("PART", (1, "ACSC")),
            (None, (1, "RJCT", "AM04")),
            f"line 2: record {NAME} is REJECTED (1001), but was SETTLED before",
        ),
        (
            ALL,
            ("PART", (1, "RJCT", "AM04")),
            (None, (1, "ACSC")),
            f"line 2: record {NAME} is SETTLED, but was REJECTED (1001) before",
        ),
        (
            ALL,
            ("PART", (1, "RJCT", "AM04")),
            (None, (1, "RJCT", "AC04")),
            f"line 2: record {NAME} is REJECTED (1002), but was REJECTED (1001) before",
        ),
        (
            REJECTS_ONLY,
            ("PART", (2, "RJCT", "AM04")),
            ("PART", (1, "RJCT", "AM04")),
            f"line 2: record {NAME} is REJECTED (1001), but was SETTLED before",
        ),
        (ALL, ("ACSC",), ("PART",), "line 1: the batch is PARTLY, but was SETTLED before"),
        (ALL, ("ACSC",), ("RJCT",), "line 1: the batch is REJECTED (????), but was SETTLED before"),
        (REJECTS_ONLY, ("RJCT",), ("ACSC",), "line 1: the batch is SETTLED, but was REJECTED (????) before"),
        (
            ALL,
            ("PART", (1, "ACSC")),
            ("RJCT",),
            "line 1: the batch is REJECTED (????), but was PARTLY before",
        ),
    ],
)
def test_what_is_final_stays(rule, first, second, wrong):
    batch = ReportedBatch(rule)
    assert batch.report(*first) == []
    before = batch.outcomes
    assert batch.report(*second) == [wrong]
    assert batch.outcomes == before


@pytest.mark.parametrize(
    ("rule", "report", "wrong"),
    [
        (ALL, ("RJCT", (1, "ACSC")), "line 1: the batch is rejected, but 1 of its records are settled"),
        (ALL, ("ACSC", (1, "RJCT")), "line 1: the batch is settled, but 1 of its records are rejected"),
        (ALL, ("PART", (1, "ACSC"), (1, "ACSC")), f"line 3: record {NAME} is there twice"),
        (ALL, (None, (1, None)), f"line 2: record {NAME} has no status"),
        (
            ALL,
            (None, (1, "PART")),
            f"line 2: record {NAME} has the status PART; known are ACCP, ACSC, ACSP, ACTC, PDNG, RCVD, RJCT",
        ),
        (ALL, (None, (1, "CANC")), f"line 2: record {NAME} has the status CANC; known are "),
        (
            ALL,
            ("ACWC",),
            "line 1: the batch has the status ACWC; known are ACCP, ACSC, ACSP, ACTC, PART, PDNG, RCVD, RJCT",
        ),
    ],
)
def test_a_report_that_contradicts_itself_or_cannot_be_understood_is_refused(rule, report, wrong):
    batch = ReportedBatch(rule)
    found = batch.report(*report)
    assert len(found) == 1
    assert found[0].startswith(wrong)
    assert batch == ReportedBatch(rule)


def test_a_report_of_another_batch_is_refused():
    assert ReportedBatch().report("ACSC", batch_no="DB2") == [f"line 1: is of batch DB2, not {BATCH}"]


def test_rejects_only_a_report_that_lost_records_settles_nothing():
    batch = ReportedBatch(REJECTS_ONLY)
    wrong = batch.report("PART", (1, "RJCT", "AM04"), rejected_count=2)
    assert wrong == ["line 1: says that 2 records are rejected, but names 1"]
    assert batch.outcomes == [SILENT] * 3
    assert batch.report("PDNG", (1, "RJCT", "AM04"), rejected_count=1) == []
    assert batch.report("PART", (2, "RJCT", "AM04"), rejected_count=2) == [], "of both reports"
    assert batch.outcomes == [NO_FUNDS, NO_FUNDS, SETTLED]


ASKED = AskedDebit(BATCH, 1, 12550, "156", "M1")


@pytest.mark.parametrize(
    ("changes", "asked", "wrong"),
    [
        ({"end_to_end_id": None}, None, "names no record: OrgnlEndToEndId is missing"),
        ({"end_to_end_id": BATCH + "-9"}, None, f"record {BATCH}-9 is not in the batch"),
        ({"end_to_end_id": "NOTPROVIDED"}, None, "record NOTPROVIDED is not in the batch"),
        ({"end_to_end_id": "DB2-1"}, None, f"is of batch DB2, not {BATCH}"),
        (
            {"amount_minor": 12551, "currency": "156"},
            ASKED,
            f"record {NAME} has the amount 125.51 CNY, but the batch has 125.50 CNY",
        ),
        (
            {"amount_minor": 12550, "currency": "392"},
            ASKED,
            f"record {NAME} has the amount 12550 JPY, but the batch has 125.50 CNY",
        ),
        ({"mandate_ref": "M2"}, ASKED, f"record {NAME} has the mandate M2, but the batch has M1"),
    ],
)
def test_a_record_that_differs_from_what_went_out_is_refused(changes, asked, wrong):
    report = replace(RecordReport(5, NAME, "ACSC"), **changes)
    batch = BatchSoFar(BATCH, "156", ALL, Stood())
    assert str(record_after(Stood(), report, asked, batch, CODES, repeated=False)) == f"line 5: {wrong}"


def test_a_record_that_repeats_what_went_out_is_taken():
    report = RecordReport(5, NAME, "ACSC", amount_minor=12550, currency="156", mandate_ref="M1")
    batch = BatchSoFar(BATCH, "156", ALL, Stood())
    assert record_after(Stood(), report, ASKED, batch, CODES, repeated=False) == Stood(Standing.SETTLED)


def test_rejects_only_a_statement_that_names_the_batch_settles_the_rest():
    batch = ReportedBatch(REJECTS_ONLY)
    assert batch.report("ACSP", (2, "RJCT", "AM04")) == []
    assert batch.statement(400) == []
    assert batch.outcomes == [SETTLED, NO_FUNDS, SETTLED]


def test_all_a_statement_settles_no_record():
    batch = ReportedBatch(ALL)
    assert batch.statement(600) == []
    assert batch.outcomes == [SILENT] * 3


@pytest.mark.parametrize(
    ("named", "wrong"),
    [
        ({"amount": 600}, f"credits 6.00 CNY for batch {BATCH}, but 4.00 CNY of {BATCH} is not rejected"),
        (
            {"amount": 400, "batch_no": "DB2"},
            f"credits 4.00 CNY for batch DB2, but 4.00 CNY of {BATCH} is not rejected",
        ),
        (
            {"amount": 400, "currency": "840"},
            f"credits 4.00 USD for batch {BATCH}, but 4.00 CNY of {BATCH} is not rejected",
        ),
    ],
)
def test_a_statement_that_credits_something_else_is_refused(named, wrong):
    batch = ReportedBatch(REJECTS_ONLY)
    assert batch.report("ACSP", (2, "RJCT", "AM04")) == []
    assert batch.statement(**named) == [f"line 7: {wrong}"]
    assert batch.outcomes == [SILENT, NO_FUNDS, SILENT]


def test_a_statement_cannot_credit_a_batch_that_was_rejected():
    batch = ReportedBatch(REJECTS_ONLY)
    assert batch.report("RJCT", reasons=["AM04"]) == []
    assert batch.statement(600) == ["line 7: the batch is SETTLED, but was REJECTED (1001) before"]


def test_the_tables_have_every_status_and_end_in_what_is_final():
    assert set(GROUP_LIFE) == set(Status)
    assert set(RECORD_LIFE) == set(Status) - {Status.PARTLY}
    assert {status for status in Status if GROUP_LIFE[status].target is Standing.PENDING} == INTERMEDIATE
    assert {each.value for each in INTERMEDIATE} == {"RCVD", "ACCP", "ACTC", "ACSP", "PDNG"}
    for life in (RECORD_LIFE, GROUP_LIFE):
        assert all(each.sources >= {Standing.SILENT, Standing.PENDING} for each in life.values())
        assert all(Standing.REJECTED not in life[status].sources for status in (Status.SETTLED,))


LINES = st.tuples(
    st.integers(1, 3),
    st.sampled_from(["RCVD", "PDNG", "ACSC", "RJCT"]),
    st.sampled_from(["AM04", "AC04"]),
)
REPORTS = st.tuples(
    st.sampled_from([None, *(each.value for each in Status)]),
    st.lists(LINES, max_size=3, unique_by=lambda line: line[0]),
    st.sampled_from(["AM04", "AC04"]),
)


@given(st.sampled_from(ReportRule), st.lists(st.one_of(REPORTS, st.integers(1, 6)), max_size=8))
def test_what_is_done_stays_done_and_is_done_only_by_what_the_bank_said(rule, steps):
    batch = ReportedBatch(rule)
    named, said = set(), set()
    for step in steps:
        before = batch.outcomes
        if isinstance(step, int):
            if not batch.statement(step * 100):
                said.add("statement")
        else:
            status, lines, reason = step
            if not batch.report(status, *lines, reasons=[reason]):
                said.add(status)
                named |= {(sequence, state) for sequence, state, _ in lines}
        for number, (was, now) in enumerate(zip(before, batch.outcomes, strict=True), start=1):
            assert not isinstance(was, Done) or was == now
            if now == SETTLED:
                rest = {"PART", "statement"} if rule is REJECTS_ONLY else set()
                assert (number, "ACSC") in named or said & ({"ACSC"} | rest)
            elif isinstance(now, Done):
                assert (number, "RJCT") in named or "RJCT" in said
    assert all(
        re.fullmatch("[0-9]{4}", each.return_code) for each in batch.outcomes if isinstance(each, Done)
    )


def test_a_batch_that_is_rejected_may_count_all_its_records_although_it_names_none():
    batch = ReportedBatch(ALL)
    assert batch.report("RJCT", reasons=["AC04"], rejected_count=2) == [
        "line 1: says that 2 records are rejected, but names 0"
    ]
    assert batch.report("RJCT", reasons=["AC04"], rejected_count=3) == []
    assert batch.outcomes == [CLOSED] * 3
