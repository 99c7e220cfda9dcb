"""`debit resolve`: a debit whose result left doubt, once the bank has said whether money moved."""

from __future__ import annotations

from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile
from offline_collect.app.cli.support.options_language import one_of
from offline_collect.app.cli.support.posting_words import asked_text
from offline_collect.app.cli.support.tables import say
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice_session import Office, open_office
from offline_collect.domain.debits.in_doubt import BankSays
from offline_collect.domain.debits.return_codes import MandateEffect
from offline_collect.domain.money import format_major, parse_major
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.requests import Asked
from offline_collect.merchant.postings.debits_in_doubt import (
    DoubtOrder,
    ResolvedDebit,
    place_of,
    resolve_debit,
)
from offline_collect.settlement.debit.view import batch_of
from offline_collect.store import AuditRow

BatchNo = Annotated[str, typer.Argument(metavar="BATCH", help="Number of the batch.", show_default=False)]
Sequence = Annotated[
    int,
    typer.Argument(
        metavar="SEQUENCE",
        min=1,
        max=10**10 - 1,
        help="Of the debit, as `debit show` has it.",
        show_default=False,
    ),
]

_MANDATE = {
    "keep": MandateEffect.KEPT,
    "suspend": MandateEffect.SUSPENDED,
    "cancel": MandateEffect.CANCELLED,
}


def resolve(
    batch: BatchNo,
    sequence: Sequence,
    reason: Annotated[
        str,
        typer.Option(
            "--reason",
            metavar="TEXT",
            help="Who at the bank has said it, for the record.",
            show_default=False,
        ),
    ],
    settled: Annotated[
        str | None,
        typer.Option(
            "--settled", metavar="AMOUNT", help="The bank has debited this amount.", show_default=False
        ),
    ] = None,
    refused: Annotated[bool, typer.Option("--refused", help="The bank has debited nothing.")] = False,
    reference: Annotated[
        str | None,
        typer.Option(
            "--reference", metavar="TEXT", help="Number of the debit at the bank.", show_default=False
        ),
    ] = None,
    mandate: Annotated[
        str, typer.Option("--mandate", metavar="keep|suspend|cancel", help="What becomes of the mandate.")
    ] = "keep",
    config: ConfigFile = None,
) -> None:
    """Settle or refuse a LOCKED debit, once the bank has said whether money moved; another user approves it.

    A settled one is posted on the open day, as if the result had said so; a refused one opens its bill again.
    """
    if refused == (settled is not None):
        raise UsageError(Phrase("say one of the two: --settled AMOUNT or --refused"))
    effect = _MANDATE[one_of(_MANDATE, mandate, "--mandate")]
    with open_office(config) as office:
        amount = None if settled is None else _amount(office, batch, settled)
        order = DoubtOrder(batch, sequence, BankSays(amount, effect, reference), reason)
        done = resolve_debit(office.store, order, office.actor, office.clock.now(), office.control)
    say(asked_text(done) if isinstance(done, Asked) else _resolved(order, done))


def _amount(office: Office, batch: str, text: str) -> int:
    return parse_major(text, batch_of(office.store, office.actor, batch).currency)


def _resolved(order: DoubtOrder, done: ResolvedDebit) -> Phrase:
    said = _settled(order, done) if done.payment_serial is not None else _refused(order, done)
    if order.said.mandate is MandateEffect.KEPT:
        return said
    if done.mandate is MandateEffect.KEPT:
        return Phrase("{said}; its mandate stays as it was: its state allowed no other", said=said)
    return Phrase("{said}; its mandate is {mandate}", said=said, mandate=done.mandate.value)


def _refused(order: DoubtOrder, done: ResolvedDebit) -> Phrase:
    return Phrase(
        "{place} is refused: bill {bill_no} is open again", place=place_of(order), bill_no=done.bill_no
    )


def _settled(order: DoubtOrder, done: ResolvedDebit) -> Phrase:
    where = (
        Phrase("in suspense, as the bill cannot take it")
        if done.in_suspense
        else Phrase("on bill {bill_no}", bill_no=done.bill_no)
    )
    return Phrase(
        "{place} is settled: {amount} {where}, posted as {serial_number}",
        place=place_of(order),
        amount=format_major(done.settled_minor, done.batch.currency),
        where=where,
        serial_number=str(done.payment_serial),
    )


def resolved_text(office: Office, row: AuditRow, currency: str) -> Phrase:
    """Return what became of a debit in doubt, by whom and why, as `debit show` tells it."""
    told = row.after
    amount = f" {format_major(told['settled_minor'], currency)}" if told["settled_minor"] else ""
    return Phrase(
        "{sequence}: {bill_no} {state}{amount}, {at} by {who}: {reason}",
        sequence=told["sequence"],
        bill_no=told["bill_no"],
        state=told["state"],
        amount=amount,
        at=office.local_time(row.at),
        who=row.actor,
        reason=told["reason"],
    )
