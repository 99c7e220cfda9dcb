"""The vouchers of a settled day for the general ledger: shown by bank, and as files."""

from __future__ import annotations

from pathlib import Path

from offline_collect.console.bank_files import given
from offline_collect.console.day_end import day_in_path
from offline_collect.console.errors import MissingPageError
from offline_collect.console.handed_out import one_file
from offline_collect.console.notices import chosen
from offline_collect.console.page import Answer, Page, Shown
from offline_collect.console.visit import Visit
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.reports.export import FileFormat
from offline_collect.settlement.reconciliation.voucher_file import VoucherOrder, write_vouchers
from offline_collect.settlement.reconciliation.vouchers import view_vouchers

TITLE = Phrase("Vouchers of a business day")


def show(visit: Visit) -> Answer:
    """Show what each bank's accounts were debited and credited on a settled day."""
    date = day_in_path(visit.parts_of_path["date"])
    return Shown("day_vouchers.html", {"date": date, "found": view_vouchers(visit.store, visit.actor, date)})


def give_file(visit: Visit) -> Answer:
    """Give the vouchers' files; several are one archive."""
    date = day_in_path(visit.parts_of_path["date"])
    file_format = chosen(FileFormat, visit.form.get("format"))
    if file_format is None or not view_vouchers(visit.store, visit.actor, date):
        raise MissingPageError

    def write(folder: Path) -> Path:
        as_csv = file_format is FileFormat.CSV
        order = VoucherOrder(date, folder, visit.office.zone, visit.actor, visit.now, as_csv=as_csv)
        return one_file(write_vouchers(visit.store, order))

    return given(write, Subject(SubjectType.DAY, str(date)))


PAGES = (
    Page(path="/day-end/{date}/vouchers", title=TITLE, handler=show),
    Page(path="/day-end/{date}/vouchers", title=TITLE, handler=give_file, method="POST", again=show),
)
