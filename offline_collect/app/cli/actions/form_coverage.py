"""`form check`: how many of a merchant's customers a form finds, and which it does not."""

from __future__ import annotations

from pathlib import Path

from offline_collect.app.cli.actions.form_source import FormSource
from offline_collect.app.cli.support.tables import say, show_table
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.cards import mask_cards
from offline_collect.domain.text import counted, mask_name
from offline_collect.merchant.forms.coverage import Complaint, FormReport, check_form
from offline_collect.store import require_merchant


def show_check(config: Path | None, merchant: str, file: Path | None, most: int) -> int:
    """Check a form against all customers and print what was found.

    Args:
        file: a form that is not published yet; None takes the current one.
        most: customers that are named.

    Returns:
        0 if all of them fit, else 1.
    """
    source = FormSource(merchant, file)
    with open_office(config) as office:
        office.require(Permission.VIEW)
        with office.store.snapshot() as reading:
            require_merchant(reading, merchant)
            form = source.read(reading, merchant)
            report = check_form(reading, merchant, form, most)
        unmasked = office.may(Permission.SEE_PERSONAL)
    _show_counts(source.name(form), report)
    if report.complaints:
        _show_complaints(report, unmasked=unmasked)
    return 1 if report.complaint_count else 0


def _show_counts(name: str, report: FormReport) -> None:
    lost = report.customers - report.found
    say(f"{name}: {counted(report.customers, 'customer')}, {report.found} complete the form, {lost} do not")
    if report.shared:
        least = "at least " if report.shared_is_least else ""
        say(f"{least}{report.shared} have what finds an earlier customer too: a lookup by it finds neither")
    if len(report.ways) > 1:
        say(", ".join(f"{count} by {way}" for way, count in report.ways.items()))
    rows = [(each.label, each.fits, each.refused, each.blank) for each in report.inputs]
    show_table(("Input", "Fits", "Refused", "Blank"), rows, right=["Fits", "Refused", "Blank"])


def _show_complaints(report: FormReport, *, unmasked: bool) -> None:
    rows = [
        (each.customer_no, _shown(each.name, unmasked=unmasked), *_about(each, unmasked=unmasked))
        for each in report.complaints
    ]
    say("")
    show_table(("Customer", "Name", "Input", "Value", "Reason"), rows)
    if report.complaint_count > len(rows):
        say(f"and {report.complaint_count - len(rows)} more: --most shows more of them")


def _about(complaint: Complaint, *, unmasked: bool) -> tuple[str, str | None, str]:
    value = None if complaint.value is None else _shown(complaint.value, unmasked=unmasked)
    return complaint.label, value, complaint.reason


def _shown(text: str, *, unmasked: bool) -> str:
    """Return a name or value as whoever asks may see it; a card's number nobody sees whole."""
    return mask_cards(text) if unmasked else mask_name(text)
