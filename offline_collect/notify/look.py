"""Looks at what notices are about just before they are sent: bills, payments, merchants, payers and their addresses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from offline_collect.domain.effects import TO_MERCHANT, Addressee, Notice, NoticeKind
from offline_collect.domain.facts import Wants
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.notices.deliveries import Delivery
from offline_collect.domain.notices.planning import Looked, SendTerms
from offline_collect.domain.notices.recipients import SMS, Recipient, other_digests, ways_to
from offline_collect.domain.notices.second_look import Payer, merchant_itself
from offline_collect.domain.notices.templates import advertising, words_in_force
from offline_collect.domain.notices.timing import day_of
from offline_collect.notify.rendering import Words
from offline_collect.store import StoreTransaction, read_facts
from offline_collect.store.debits.candidates import collection_days
from offline_collect.store.notices.addresses import (
    address_key,
    hold_limits,
    known_addresses,
    proved_customers,
)
from offline_collect.store.notices.claimed_batches import RATE, sent_since
from offline_collect.store.notices.claims import payment_states, sent_to
from offline_collect.store.notices.mandates import mandates_now
from offline_collect.store.notices.payers import payers_of
from offline_collect.store.notices.templates import approved_templates

_WITHOUT_BILL = frozenset({NoticeKind.MANDATE_CHANGED, *TO_MERCHANT})


def look_again(
    tx: StoreTransaction,
    found: Sequence[Delivery],
    terms: SendTerms,
    words: Words,
    now: dt.datetime,
) -> Looked:
    """Read what notices are about, and what is known of those whom they are to: a bounded number of queries a batch."""
    notices = [each.notice for each in found]
    wants = Wants(
        merchants={each.merchant_id for each in notices},
        bills={_bill_of(each) for each in notices if each.kind not in _WITHOUT_BILL},
    )
    facts = read_facts(tx, wants)
    approved = approved_templates(tx, facts.merchants)
    templates = words_in_force(approved, words.language, with_url=words.payer_url is not None)
    payers = _payers(tx, notices, facts.merchants)
    key = address_key(tx)
    ways = {own: ways_to(payer, terms.channels, key) for own, payer in payers.items()}
    others = {own: other_digests(payer, terms.channels, key) for own, payer in payers.items()}
    places = {(merchant_id, way.digest) for (merchant_id, _), each in ways.items() for way in each}
    unused = {(merchant_id, digest) for (merchant_id, _), each in others.items() for digest in each}
    known = known_addresses(tx, places | unused, _mobiles(payers, ways))
    # Other senders wait here until this one's transaction ends, so nothing that takes long comes after it.
    hold_limits(tx)
    sent = sent_since(tx, terms.channels, now - RATE)
    return Looked(
        merchants=facts.merchants,
        bills=facts.bills,
        payments=payment_states(tx, {each.payment_serial for each in notices if each.payment_serial}),
        payers=payers,
        today=facts.day.date,
        sent_today=sent_to(tx, {digest for _, digest in places}, day_of(now, terms.zone)[0]),
        left={channel: of.limits.per_minute - sent[channel] for channel, of in terms.channels.items()},
        debits=collection_days(tx, [_bill_of(each) for each in notices if each.kind is NoticeKind.DEBIT_DUE]),
        mandates=mandates_now(
            tx,
            [
                (each.merchant_id, each.customer_no, each.bill_no)
                for each in notices
                if each.kind is NoticeKind.MANDATE_CHANGED
            ],
            facts.day.date,
        ),
        templates=templates,
        ways=ways,
        others=others,
        addresses=known,
        proved=proved_customers(tx, _to_be_proved(notices, advertising(templates))),
    )


def _payers(
    tx: StoreTransaction, notices: Sequence[Notice], merchants: Mapping[str, Merchant | None]
) -> dict[Addressee, Payer]:
    """Return those to whom notices are: customers, and merchants themselves."""
    asked = {customer for each in notices if (customer := _customer(each)) is not None}
    found = payers_of(tx, asked)
    for each in notices:
        merchant = merchants[each.merchant_id]
        if each.kind in TO_MERCHANT and merchant is not None:
            found[each.addressee] = merchant_itself(merchant)
    return found


def _customer(notice: Notice) -> tuple[str, str] | None:
    """Return the customer to whom a notice is; None if it is to the merchant itself."""
    return None if notice.kind in TO_MERCHANT else (notice.merchant_id, notice.customer_no)


def _to_be_proved(
    notices: Sequence[Notice], commercial: Collection[tuple[str, NoticeKind]]
) -> set[tuple[str, str]]:
    """Return the customers of notices that have words that advertise."""
    asked = (_customer(each) for each in notices if (each.merchant_id, each.kind) in commercial)
    return {each for each in asked if each is not None}


def _mobiles(
    payers: Mapping[Addressee, Payer], ways: Mapping[Addressee, Sequence[Recipient]]
) -> dict[tuple[str, str], str]:
    """Return the digests of customers' mobile numbers among the ways, by merchant and number."""
    return {
        (own[0], payers[own].mobile or way.address): way.digest
        for own, each in ways.items()
        if own[1] is not None
        for way in each
        if way.channel in SMS or way.address == payers[own].mobile
    }


def _bill_of(notice: Notice) -> tuple[str, str]:
    return notice.merchant_id, notice.bill_no
