"""Why a row is refused, or an import not undone, in words: English texts that can be translated."""

from __future__ import annotations

from offline_collect.domain.imports.refusals import (
    BillClaimed,
    BillTouched,
    ChangedSince,
    Claim,
    CustomerClaimed,
    HasBills,
    ImportBusy,
    InputsTaken,
    KeyHolder,
    MandateTaken,
    RowRefusal,
    Touch,
    UndoObstacle,
    UnknownBill,
    UnknownCustomer,
)
from offline_collect.domain.texts.phrases import Phrase


def refusal_words(refusal: RowRefusal) -> Phrase:
    """Say why a row is refused."""
    match refusal:
        case UnknownCustomer(customer_no, waits=int(number)):
            return Phrase(
                "there is no customer {customer_no} yet: customers import {number} waits: have it released first",
                customer_no=customer_no,
                number=number,
            )
        case UnknownCustomer(customer_no, similar=str(similar)):
            return Phrase(
                "there is no customer {customer_no}, but there is {similar}: write the number with the same leading"
                " zeros",
                customer_no=customer_no,
                similar=similar,
            )
        case UnknownCustomer(customer_no):
            return Phrase(
                "there is no customer {customer_no}: import customers first", customer_no=customer_no
            )
        case UnknownBill(bill_no):
            return Phrase("there is no bill {bill_no}", bill_no=bill_no)
        case BillClaimed(bill_no, claim):
            return Phrase("bill {bill_no}: {why}", bill_no=bill_no, why=_claim(claim))
        case CustomerClaimed(customer_no, claim):
            return Phrase("customer {customer_no}: {why}", customer_no=customer_no, why=_claim(claim))
        case BillTouched(bill_no, touch, withdrawal=True):
            return Phrase(
                "bill {bill_no} {touched} and cannot be withdrawn", bill_no=bill_no, touched=_TOUCHED[touch]
            )
        case BillTouched(bill_no, touch):
            return Phrase(
                "bill {bill_no} {touched} and cannot be changed", bill_no=bill_no, touched=_TOUCHED[touch]
            )
        case KeyHolder() | MandateTaken():
            return _taken(refusal)


def undo_words(obstacle: UndoObstacle) -> Phrase:
    """Say why a row cannot be undone."""
    match obstacle:
        case Touch():
            return _TOUCHED[obstacle]
        case ChangedSince(import_id=None):
            return Phrase("was changed by hand since")
        case ChangedSince(number, waits=True):
            return Phrase(
                "is to be changed by import {number}, which waits: reject that first", number=number or 0
            )
        case ChangedSince(number):
            return Phrase("was changed by import {number} since: undo that first", number=number or 0)
        case HasBills():
            return Phrase("has bills by now")
        case InputsTaken(holder):
            return _inputs_taken(holder)
        case MandateTaken():
            return _mandate_taken(obstacle)


_TOUCHED = {
    Touch.IN_BATCH: Phrase("is IN_BATCH"),
    Touch.WITHDRAWN: Phrase("is WITHDRAWN"),
    Touch.PAID: Phrase("has been paid at least in part"),
}


def _claim(claim: Claim) -> Phrase:
    number = claim.import_id
    if isinstance(claim, ImportBusy):
        if claim.undoing:
            return Phrase(
                "import {number} is just being undone: try again when it is done; if that was interrupted,"
                " `offline-collect imports undo {number}` goes on with it",
                number=number,
            )
        return Phrase("import {number} is just taking effect: try again when it is done", number=number)
    if claim.brings:
        return Phrase(
            "import {number}, which waits, would bring it: release or reject that one first", number=number
        )
    return Phrase(
        "import {number}, which waits, would change it: release or reject that one first", number=number
    )


def _taken(holder: KeyHolder | MandateTaken) -> Phrase:
    if isinstance(holder, MandateTaken):
        return _mandate_taken(holder)
    if holder.import_id is None:
        return Phrase(
            "has the same {labels} as customer {customer_no}",
            labels=holder.labels,
            customer_no=holder.customer_no,
        )
    if holder.undoing:
        return Phrase(
            "has the same {labels} as customer {customer_no}, which import {number} brings back that is just being"
            " undone: try again when it is done",
            labels=holder.labels,
            customer_no=holder.customer_no,
            number=holder.import_id,
        )
    return Phrase(
        "has the same {labels} as customer {customer_no} of import {number}, which waits: release or reject that"
        " one first",
        labels=holder.labels,
        customer_no=holder.customer_no,
        number=holder.import_id,
    )


def _inputs_taken(holder: KeyHolder) -> Phrase:
    if holder.import_id is None:
        return Phrase(
            "customer {customer_no} has its former inputs by now: change that one first",
            customer_no=holder.customer_no,
        )
    if holder.undoing:
        return Phrase(
            "import {number}, which is just being undone, gives its inputs to {customer_no}",
            number=holder.import_id,
            customer_no=holder.customer_no,
        )
    return Phrase(
        "import {number}, which waits, gives its former inputs to customer {customer_no}: reject that first",
        number=holder.import_id,
        customer_no=holder.customer_no,
    )


def _mandate_taken(taken: MandateTaken) -> Phrase:
    reference, customer_no = taken.reference, taken.customer_no
    if taken.in_file:
        return Phrase(
            "mandate {reference} is also that of customer {customer_no} in this file",
            reference=reference,
            customer_no=customer_no,
        )
    return Phrase(
        "mandate {reference} is that of customer {customer_no}: another customer needs one of its own",
        reference=reference,
        customer_no=customer_no,
    )
