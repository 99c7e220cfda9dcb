"""Rows written, imported, exported from the store and imported again: the same, in CSV and in workbooks."""

import datetime as dt
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.texts.characters import INVISIBLE
from offline_collect.files.write.csv import write_csv
from offline_collect.files.write.sheet import Kind, Sheet, SheetColumn
from offline_collect.files.write.xlsx import write_workbook
from offline_collect.merchant.forms.definition import read_form
from offline_collect.merchant.forms.publish import publish
from offline_collect.merchant.profile.definition import read_merchant
from offline_collect.merchant.profile.lifecycle import register_merchant
from offline_collect.store import BillRecord, StoreSettings, open_first_day, open_store, upgrade
from tests.merchant.documents import NOW, SCHOOL, SCHOOL_FORM
from tests.merchant.importing import CUSTOMERS, Desk
from tests.support.actors import user

COLUMNS = (
    SheetColumn("bill_no", Kind.IDENTIFIER),
    SheetColumn("customer_no", Kind.IDENTIFIER),
    SheetColumn("amount", Kind.MONEY),
    SheetColumn("due_date", Kind.DATE),
    SheetColumn("description"),
    SheetColumn("period"),
    SheetColumn("open_from", Kind.DATE),
    SheetColumn("expires_on", Kind.DATE),
    SheetColumn("班级"),
)
ENDINGS = ("csv", "xlsx")

# What a line on paper holds: nothing that nobody sees, no white space but single spaces inside, no | of the wire.
PRINTED = st.text(
    st.characters(codec="gb18030", exclude_categories=("C", "Z"), exclude_characters="|'").filter(
        lambda character: not INVISIBLE.search(character)
    )
    | st.just(" "),
    max_size=20,
).map(lambda text: " ".join(text.split()) or None)
NUMBERS = st.from_regex(r"[0-9]{1,32}|[A-Z][0-9A-Z/-]{0,30}", fullmatch=True)
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2049, 12, 31))


@st.composite
def bills(draw):
    """A bill of C1 or C2; it never expires before it opens."""
    opens, expires = sorted((draw(DAYS), draw(DAYS)))
    grade = draw(PRINTED)
    return BillRecord(
        bill_no=draw(NUMBERS),
        customer_no=draw(st.sampled_from(["C1", "C2"])),
        amount_minor=draw(st.integers(1, 999_999_999_999)),
        due_date=draw(DAYS),
        description=draw(PRINTED),
        period=draw(PRINTED),
        open_from=draw(st.sampled_from([opens, None])),
        expires_on=draw(st.sampled_from([expires, None])),
        extra={"班级": grade} if grade else {},
    )


@pytest.fixture(scope="module")
def desk(tmp_path_factory, wire):
    folder = tmp_path_factory.mktemp("round-trips")
    store_settings = StoreSettings(f"sqlite:///{folder / 'store.db'}")
    upgrade(store_settings)
    store = open_store(store_settings)
    with store.transaction() as tx:
        open_first_day(tx, BusinessDate(2026, 11, 22), NOW)
    register_merchant(store, read_merchant(SCHOOL, "merchant.yaml"), user("teller"), NOW)
    publish(store, "SCHOOL01", read_form(SCHOOL_FORM, "form.yaml", 1), *wire, user("teller"), NOW)
    made = Desk(store, folder)
    made.take("customers", CUSTOMERS)
    yield made
    store.dispose()


def write(path, records):
    names = [column.heading for column in COLUMNS[2:-1]]
    rows = [
        (
            each.bill_no,
            each.customer_no,
            each.amount_minor,
            *(getattr(each, n) for n in names[1:]),
            each.extra.get("班级"),
        )
        for each in records
    ]
    sheet = Sheet("bills", COLUMNS, rows)
    if path.suffix == ".csv":
        write_csv(path, sheet, overwrite=True)
    else:
        write_workbook(path, [sheet], overwrite=True)


def stored(desk, numbers):
    """Return bills as the store has them, as a merchant would give them."""
    names = [field.name for field in fields(BillRecord)]
    found = [desk.bill(number) for number in numbers]
    return [BillRecord(**{name: getattr(bill, name) for name in names}) for bill in found]


@pytest.mark.parametrize("ending", ENDINGS)
@settings(max_examples=20)
@given(given=st.lists(bills(), min_size=1, max_size=12, unique_by=lambda bill: bill.bill_no))
def test_what_is_imported_comes_out_as_it_went_in(desk, ending, given):
    numbers = [bill.bill_no for bill in given]
    write(desk.folder / f"bills.{ending}", given)
    desk.take("bills", None, name=f"bills.{ending}", again=True, identity_changes=True)
    exported = stored(desk, numbers)
    assert exported == given
    for other in ENDINGS:
        write(desk.folder / f"exported.{other}", exported)
        found = desk.preview("bills", None, name=f"exported.{other}")
        assert {change.value: count for change, count in found.counts.items() if count} == {
            "UNCHANGED": len(given)
        }
