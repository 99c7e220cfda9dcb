"""A debit in doubt: what the bank has said of it; another user approves it."""

from __future__ import annotations

from offline_collect.console.asked import done_or_asked
from offline_collect.console.errors import ChoiceError, MissingPageError
from offline_collect.console.page import Answer, Page, Shown
from offline_collect.console.visit import Visit
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.debits.batches import Batch, DebitRecord
from offline_collect.domain.debits.in_doubt import BankSays
from offline_collect.domain.debits.return_codes import MandateEffect
from offline_collect.domain.money import format_major, parse_major
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.postings.debits_in_doubt import DoubtOrder, resolve_debit
from offline_collect.settlement.debit.view import view_batch

TITLE = Phrase("Debit in doubt")

SETTLED, REFUSED = "settled", "refused"
SAYS = (
    ("", Phrase("choose")),
    (REFUSED, Phrase("nothing was debited")),
    (SETTLED, Phrase("an amount was debited")),
)
MANDATE = (
    (MandateEffect.KEPT, Phrase("the mandate stays as it is")),
    (MandateEffect.SUSPENDED, Phrase("the mandate is suspended")),
    (MandateEffect.CANCELLED, Phrase("the mandate is cancelled")),
)


def show(visit: Visit) -> Answer:
    """Show a debit in doubt."""
    batch, record = _seen(visit)
    return Shown(
        "debit_in_doubt.html",
        {
            "batch": batch,
            "record": record,
            "asked": format_major(record.amount_minor, batch.currency),
            "says": SAYS,
            "mandate": MANDATE,
        },
    )


def resolve(visit: Visit) -> Answer:
    """Settle or refuse it, or ask another user to."""
    batch, record = _seen(visit)
    order = DoubtOrder(batch.batch_no, record.sequence, _said(visit, batch), visit.form.get("reason"))
    done = resolve_debit(visit.store, order, visit.actor, visit.now, visit.control)
    return done_or_asked(done, f"/debit-batches/{batch.batch_no}", Phrase("the debit is resolved"))


def _said(visit: Visit, batch: Batch) -> BankSays:
    """Return what the bank says.

    Raises:
        ChoiceError: it was not chosen.
        AmountError: the amount is none.
    """
    form = visit.form
    says = form.get("says")
    if says not in {SETTLED, REFUSED}:
        raise ChoiceError(Phrase("choose what the bank says"))
    amount = None if says == REFUSED else parse_major(form.get("amount"), batch.currency)
    named = form.get("mandate")
    effect = MandateEffect(named) if named in set(MandateEffect) else MandateEffect.KEPT
    return BankSays(amount, effect, form.get("reference") or None)


def _seen(visit: Visit) -> tuple[Batch, DebitRecord]:
    view = view_batch(visit.store, visit.actor, visit.parts_of_path["number"])
    sequence = visit.number("sequence")
    for record in view.locked:
        if record.sequence == sequence:
            return view.stored.batch, record
    raise MissingPageError


_PATH = "/debit-batches/{number}/{sequence}"

PAGES = (
    Page(path=_PATH, title=TITLE, handler=show, permission=Permission.DEBIT),
    Page(
        path=_PATH,
        title=TITLE,
        handler=resolve,
        permission=Permission.DEBIT,
        method="POST",
        again=show,
        confirms=True,
    ),
)
