"""Four days of a school, the files that it gets for them, and a reader for such a file."""

from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal

from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from offline_collect.merchant.reports.export import FileFormat, HandOutOrder, ReportKind
from offline_collect.merchant.reports.labels import KINDS
from offline_collect.store import StoreSettings, open_store, upgrade
from offline_collect.store.schema.tables import entries, payments
from offline_collect.translations import Language
from tests.databases.school_week import MONDAY, SchoolWeek
from tests.fakes.bank import BEIJING, NOON
from tests.support.actors import user

KINDS_IN_ENGLISH = {kind.value: str(words) for kind, words in KINDS.items()}


@contextmanager
def lived(url):
    """A store after four days of business, and the serial numbers that tests name."""
    upgrade(StoreSettings(url))
    store = open_store(StoreSettings(url))
    try:
        yield store, SchoolWeek(store).live()
    finally:
        store.dispose()


def order_of(folder):
    """Monday's details as a workbook in English with full names."""
    return HandOutOrder(
        ReportKind.DETAILS,
        "SCHOOL01",
        MONDAY,
        MONDAY,
        (Language.EN,),
        BEIJING,
        folder / "out.xlsx",
        FileFormat.XLSX,
        overwrite=False,
        actor=user("ops"),
        now=NOON,
    )


def of_days(order, first, last):
    return replace(order, report=ReportKind.STATEMENT, first=first, last=last)


def read_sheet(path, name):
    """Return a worksheet's rows, including the empty lines above its heading."""
    with CalamineWorkbook.from_path(path) as workbook:
        return workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)


def table(path, name):
    """Return a worksheet's rows by heading, and its totals."""
    heading, *rows, totals = read_sheet(path, name)
    named = [dict(zip(heading, row, strict=True)) for row in rows]
    return named, dict(zip(heading, totals, strict=True))


def minor(cell):
    """Return the minor units that a cell shows in major ones, exactly."""
    number = Decimal(repr(cell)).scaleb(2)
    assert number == int(number), cell
    return int(number)


def ledger(store, *accounts, on=None, owner=None):
    """Return the amounts debited to accounts on a day, from the school's entries."""
    query = (
        select(func.sum(entries.c.amount_minor))
        .join_from(entries, payments, payments.c.serial_number == entries.c.payment_serial)
        .where(payments.c.merchant_id == "SCHOOL01", entries.c.account.in_(accounts))
    )
    if on is not None:
        query = query.where(entries.c.business_date == on)
    if owner is not None:
        query = query.where(entries.c.owner == owner)
    with store.snapshot() as reading:
        return int(reading.connection.execute(query).scalar() or 0)


def minor_text(text):
    return int(Decimal(text).scaleb(2))
