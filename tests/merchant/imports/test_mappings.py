"""Remembered mappings: what is read with them, when they are refused, and who keeps them."""

from dataclasses import replace

import pytest

from offline_collect.files.columns.mapping import read_mapping
from offline_collect.files.errors import HeaderError
from offline_collect.merchant.imports.error_workbook import write_errors
from offline_collect.merchant.imports.result import ImportRefusedError
from offline_collect.merchant.mappings.opened import RememberedMappingError
from offline_collect.merchant.mappings.remember import (
    ToRemember,
    forget_mapping,
    remember_mapping,
    view_mapping,
    view_mappings,
)
from offline_collect.merchant.profile.lifecycle import close_merchant
from offline_collect.store import AuditFilter, ImportKind, NotFoundError, audit_rows
from offline_collect.store.backoffice.mappings import MAPPINGS_MAX
from tests.merchant.documents import NOW
from tests.merchant.importing import counts
from tests.support.actors import user
from tests.support.audited import said

ANN = user("ann")
TITLES = "票,谁,多少,何时"
COLUMNS = {"bill_no": "票", "customer_no": "谁", "amount": "多少", "due_date": "何时"}


def rows(*lines, titles=TITLES):
    return "\n".join((titles, *lines)) + "\n"


def mapping(**document):
    return read_mapping({"columns": COLUMNS, **document}, "m.yaml")


@pytest.fixture
def known(pupils):
    """A mapping that is remembered from an import of one bill."""
    done = pupils.take("bills", rows("A,C1,1.00,2026-12-01"), mapping=mapping())
    return done.mappings.remembered.mapping


def test_the_next_file_with_these_titles_is_read_with_it(pupils, known):
    done = pupils.take("bills", "何 时,票*,谁,多少\n2026-12-01,B,C2,2.00\n", name="next.csv")
    assert (counts(done), done.mappings.used, done.mappings.remembered) == ({"new": 1}, known, None)
    assert pupils.amounts("A", "B") == [100, 200]
    seen = pupils.preview("bills", rows("D,C1,1.00,2026-12-01"))
    assert (seen.mappings.used, seen.problems.count) == (known, 0)


def test_titles_below_a_title_are_found_too(pupils, known):
    done = pupils.take("bills", rows("B,C2,2.00,2026-12-01", titles=f"收费表,,,\n{TITLES}"))
    assert (done.mappings.used, done.left.above) == (known, 1)


def test_a_given_mapping_comes_first_and_replaces_it(pupils, known):
    other = mapping(columns={**COLUMNS, "description": "多少"})
    done = pupils.take("bills", rows("B,C2,2.00,2026-12-01"), mapping=other)
    assert (done.mappings.used, done.mappings.remembered.forgotten) == (None, [])
    (left,) = view_mappings(pupils.store, "SCHOOL01", ANN)
    assert (left.mapping_id, left.mapping) == (
        known.mapping_id + 1,
        {"columns": {**COLUMNS, "description": "多少"}},
    )
    again = pupils.take("bills", rows("B,C2,2.00,2026-12-01"), mapping=other, again=True)
    assert again.mappings.remembered.mapping == left


def test_it_is_not_used_for_other_titles_or_kinds(pupils, known):
    with pytest.raises(HeaderError):
        pupils.take("bills", rows("B,C2,2.00,2026-12-01", titles="票,谁,钱,何时"))
    with pytest.raises(HeaderError):
        pupils.take("customers", rows("C3,x,y,z"))
    text = "票,谁,多少,何时,bill_no,customer_no,amount,due_date\n,,,,B,C2,2.00,2026-12-01\n"
    done = pupils.take("bills", text)
    assert (done.mappings.used, done.mappings.near.mapping) == (None, known)
    assert done.mappings.near.differs.further == ("bill_no", "customer_no", "amount", "due_date")


def test_values_of_one_file_are_asked_for_again(pupils):
    columns = {key: title for key, title in COLUMNS.items() if key != "due_date"}
    given = read_mapping({"columns": columns, "constants": {"due_date": "2026-12-01"}}, "m.yaml")
    first = pupils.take("bills", rows("A,C1,1.00", titles="票,谁,多少"), mapping=given)
    assert first.mappings.remembered.mapping.asks == ("due_date",)
    next_one = rows("B,C2,2.00", titles="票,谁,多少")
    with pytest.raises(RememberedMappingError, match=r"due_date was of one file: .*--constant due_date=…"):
        pupils.take("bills", next_one)
    done = pupils.take("bills", next_one, constants={"due_date": "2027-01-31"})
    assert (counts(done), str(pupils.bill("B").due_date)) == ({"new": 1}, "2027-01-31")


def test_constants_need_no_mapping(pupils):
    text = "bill_no,customer_no,amount\nB,C2,2.00\n"
    pupils.take("bills", text, constants={"due_date": "2027-01-31"})
    assert str(pupils.bill("B").due_date) == "2027-01-31"


def test_one_that_no_longer_fits_is_refused_and_named(pupils, known):
    columns = {**COLUMNS, "gone": "票"}
    stored = remember_mapping(
        pupils.store,
        ToRemember(
            "SCHOOL01",
            ImportKind.BILLS,
            TITLES.split(","),
            read_mapping({"columns": columns}, "x"),
            ANN,
            NOW,
        ),
    )
    number = stored.mapping.mapping_id
    with pytest.raises(RememberedMappingError, match=rf"mapping {number} is remembered .* no longer fits"):
        pupils.take("bills", rows("B,C2,2.00,2026-12-01"))
    forget_mapping(pupils.store, "SCHOOL01", number, ANN, NOW)
    with pytest.raises(HeaderError):
        pupils.take("bills", rows("B,C2,2.00,2026-12-01"))


def test_an_error_workbook_is_read_with_it_too(pupils, known):
    order = pupils.order("bills", rows("B,C2,-2.00,2026-12-01", "D,C1,1.00,2026-12-01"))
    with pytest.raises(ImportRefusedError) as caught:
        pupils.take("bills", None)
    write_errors(order, caught.value.problems, pupils.folder / "errors.xlsx")
    done = pupils.take("bills", None, name="errors.xlsx", accept_valid=True)
    assert (done.mappings.used, counts(done)) == (known, {"new": 1, "refused": 1})


def test_the_reasons_of_an_error_workbook_are_no_title_of_it(pupils):
    order = pupils.order("bills", rows("B,C2,-2.00,2026-12-01", "D,C1,1.00,2026-12-01"), mapping=mapping())
    with pytest.raises(ImportRefusedError) as caught:
        pupils.take("bills", None, mapping=mapping())
    write_errors(order, caught.value.problems, pupils.folder / "errors.xlsx")
    done = pupils.take("bills", None, name="errors.xlsx", accept_valid=True, mapping=mapping())
    assert list(done.mappings.remembered.mapping.titles) == TITLES.split(",")


def test_a_refused_file_is_not_remembered(pupils):
    with pytest.raises(ImportRefusedError):
        pupils.take("bills", rows("A,C1,-1.00,2026-12-01"), mapping=mapping())
    assert view_mappings(pupils.store, "SCHOOL01", ANN) == []


def test_a_mapping_of_nothing_that_lasts_is_not_remembered(pupils):
    text = "bill_no,customer_no,amount\nB,C2,2.00\n"
    given = read_mapping({"constants": {"due_date": "2027-01-31"}}, "m.yaml")
    assert pupils.take("bills", text, mapping=given).mappings.remembered is None


def test_the_oldest_is_forgotten_for_the_newest(pupils):
    for number in range(MAPPINGS_MAX + 1):
        done = remember_mapping(
            pupils.store,
            ToRemember("SCHOOL01", ImportKind.BILLS, (f"t{number}",), mapping(), ANN, NOW),
        )
    left = view_mappings(pupils.store, "SCHOOL01", ANN)
    assert (len(left), done.forgotten) == (MAPPINGS_MAX, [left[-1].mapping_id - 1])
    with pytest.raises(NotFoundError, match="has no mapping"):
        view_mapping(pupils.store, "SCHOOL01", done.forgotten[0], ANN)


def test_it_is_audited(pupils, known):
    forget_mapping(pupils.store, "SCHOOL01", known.mapping_id, ANN, NOW)
    with pupils.store.snapshot() as reading:
        last = [said(row) for row in audit_rows(reading, AuditFilter(merchant_id="SCHOOL01"))]
    assert last[-2:] == [
        f"mapping remember SCHOOL01 {known.mapping_id}",
        f"mapping forget SCHOOL01 {known.mapping_id}",
    ]


def test_a_closed_merchant_has_none(pupils, known):
    close_merchant(pupils.store, "SCHOOL01", ANN, NOW)
    assert view_mappings(pupils.store, "SCHOOL01", ANN) == []


def test_titles_that_moved_are_not_read_by_letters(pupils):
    document = {"columns": {**COLUMNS, "amount": "C"}}
    lettered = replace(mapping(), document=document)
    asked = ToRemember("SCHOOL01", ImportKind.BILLS, TITLES.split(","), lettered, ANN, NOW)
    remember_mapping(pupils.store, asked)
    with pytest.raises(HeaderError):
        pupils.preview("bills", rows("B,C2,2026-12-01,2.00", titles="票,谁,何时,多少"))
