"""A debit batch is made of a merchant's unpaid bills; its file is given on the batch's page."""

from __future__ import annotations

from urllib.parse import quote

from offline_collect.console.bank_files import BankFileParts
from offline_collect.console.errors import ChoiceError
from offline_collect.console.notices import chosen
from offline_collect.console.page import Answer, Page, Redirect, Shown
from offline_collect.console.parts import DebitTerms
from offline_collect.console.visit import Visit
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.debits.selection import Attempt
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.postings.search_terms import read_day
from offline_collect.settlement.debit.choice import LeftOutBills
from offline_collect.settlement.debit.export import DebitOrder, export_batch
from offline_collect.settlement.debit.out_file import OUT_LAYOUT

TITLE = Phrase("Make a debit batch")
_ATTEMPTS = {
    Attempt.FIRST.value: Phrase("bills that no bank has refused"),
    Attempt.RETRY.value: Phrase("bills that a bank has refused, and that may be debited again today"),
    Attempt.ANY.value: Phrase("both"),
}


def ask(visit: Visit) -> Answer:
    """Show the form of a new batch."""
    terms = visit.part(DebitTerms)
    return Shown("debit_new.html", {"terms": terms, "attempts": list(_ATTEMPTS.items())})


def make(visit: Visit) -> Answer:
    """Make a batch of the bills that are due, of customers with an active mandate."""
    terms, form = visit.part(DebitTerms), visit.form
    if not form.get("merchant"):
        raise ChoiceError(Phrase("name the merchant whose bills are debited"))
    order = DebitOrder(
        merchant_id=form.get("merchant"),
        institution=form.get("institution"),
        attempt=chosen(Attempt, form.get("attempt")) or Attempt.FIRST,
        actor=visit.actor,
        due_by=_day(visit, "due_by"),
        collect_on=_day(visit, "collect_on"),
        creditor_id=form.get("creditor_id") or terms.creditor_id,
        format=terms.format,
        parties=terms.parties,
    )
    made = export_batch(visit.store, order, visit.part(BankFileParts).layouts[OUT_LAYOUT], visit.now)
    left = _left_out(made.left_out)
    if made.batch is None:
        return Redirect(
            "/debit-new", Phrase("no bill can be debited: no batch was made; left out: {left}", left=left)
        )
    count, number = made.batch.record_count, made.batch.batch_no
    said = Phrase("the batch has {count} debits; bills that are left out: {left}", count=count, left=left)
    return Redirect(f"/debit-batches/{quote(number)}", said)


def _day(visit: Visit, name: str) -> BusinessDate | None:
    text = visit.form.get(name)
    return read_day(text) if text else None


def _left_out(left: LeftOutBills) -> str:
    """Return how many bills stay out by the code of the reason."""
    return ", ".join(f"{why.value} {count}" for why, count in sorted(left.counts.items())) or "–"


PAGES = (
    Page(path="/debit-new", title=TITLE, handler=ask, permission=Permission.DEBIT),
    Page(
        path="/debit-new",
        title=TITLE,
        handler=make,
        permission=Permission.DEBIT,
        method="POST",
        again=ask,
        confirms=True,
    ),
)
