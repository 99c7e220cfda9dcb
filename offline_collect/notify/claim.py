"""Claims what is due: looks at each bill, payment, merchant and payer again, and makes the messages to send."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from offline_collect.domain.facts import Wants
from offline_collect.domain.notices.deliveries import Delivery
from offline_collect.domain.notices.messages import OutgoingMessage
from offline_collect.domain.notices.planning import Claim, Looked, SendTerms, plan_message
from offline_collect.domain.notices.recipients import Recipient, ways_to
from offline_collect.domain.notices.second_look import Payer
from offline_collect.domain.notices.timing import day_of
from offline_collect.domain.values import value
from offline_collect.notify.rendering import Words, message_of
from offline_collect.store import SqlStore, StoreTransaction, read_facts
from offline_collect.store.backoffice.customers import customers_by_number
from offline_collect.store.notices.addresses import address_key, known_addresses
from offline_collect.store.notices.claims import (
    companions,
    customer_of,
    due_notices,
    end_claims,
    payment_states,
    sent_since,
    sent_to,
    write_deliveries,
)

_MINUTE = dt.timedelta(minutes=1)


@value
class Claimed:
    """What a sender has claimed.

    Attributes:
        changed: how many notices are not as they were: claimed, merged, postponed, cancelled or suppressed.
        leads: the notices whose messages these are, in the same order.
    """

    changed: int
    leads: Sequence[Delivery]
    messages: Sequence[OutgoingMessage]


def claim_due(store: SqlStore, terms: SendTerms, words: Words, claim: Claim, most: int) -> Claimed:
    """Claim notices that are due, in one transaction.

    Args:
        most: messages at most.

    Raises:
        StoreError: nothing is claimed.
    """
    with store.transaction() as tx:
        end_claims(tx, claim.at)
        due = due_notices(tx, claim.at, most)
        if not due:
            return Claimed(0, (), ())
        groups = list(_grouped(due, companions(tx, due)))
        looked = _look(tx, [each for group in groups for each in group], terms, claim.at)
        plans = [plan_message(lead, others, looked, terms, claim) for lead, *others in groups]
        changed = [each for plan in plans for each in plan.changed]
        write_deliveries(tx, changed)
    messages = [message_of(plan, looked, words) for plan in plans]
    return Claimed(
        len(changed),
        [plan.lead for plan in plans if plan.lead is not None],
        [each for each in messages if each is not None],
    )


def _grouped(due: Sequence[Delivery], others: Sequence[Delivery]) -> Iterator[list[Delivery]]:
    """Yield the notices of each message: first the one that is due, then what goes with it."""
    fresh: dict[tuple[str, str], list[Delivery]] = {}
    tried: dict[str | None, list[Delivery]] = {}
    for each in due:
        if each.message_id is None:
            fresh.setdefault(customer_of(each), []).append(each)
        else:
            tried[each.message_id] = [each]
    for each in others:
        if each.message_id is None:
            fresh[customer_of(each)].append(each)
        else:
            tried[each.message_id].append(each)
    yield from fresh.values()
    yield from tried.values()


def _look(tx: StoreTransaction, found: Sequence[Delivery], terms: SendTerms, now: dt.datetime) -> Looked:
    """Read what the notices are about."""
    notices = [each.notice for each in found]
    wants = Wants(
        merchants={each.merchant_id for each in notices},
        bills={(each.merchant_id, each.bill_no) for each in notices},
    )
    facts = read_facts(tx, wants)
    payers = _payers(tx, found)
    key = address_key(tx)
    ways = {own: ways_to(payer, terms.channels, key) for own, payer in payers.items()}
    places = {(merchant_id, way.digest) for (merchant_id, _), each in ways.items() for way in each}
    left = {
        channel: of.limits.per_minute - sent_since(tx, channel, now - _MINUTE)
        for channel, of in terms.channels.items()
    }
    return Looked(
        merchants=facts.merchants,
        bills=facts.bills,
        payments=payment_states(tx, {each.payment_serial for each in notices if each.payment_serial}),
        payers=payers,
        today=facts.day.date,
        sent_today=sent_to(tx, {digest for _, digest in places}, day_of(now, terms.zone)[0]),
        left=left,
        ways=ways,
        addresses=known_addresses(tx, places, _mobiles(payers, ways)),
    )


def _mobiles(
    payers: Mapping[tuple[str, str], Payer], ways: Mapping[tuple[str, str], Sequence[Recipient]]
) -> dict[tuple[str, str], str]:
    """Return the digests of the mobile numbers among the ways, by merchant and number."""
    return {
        (own[0], way.address): way.digest for own, each in ways.items() for way in each if way.address == payers[own].mobile
    }


def _payers(tx: StoreTransaction, found: Sequence[Delivery]) -> dict[tuple[str, str], Payer]:
    numbers: dict[str, set[str]] = {}
    for each in found:
        merchant_id, customer_no = customer_of(each)
        numbers.setdefault(merchant_id, set()).add(customer_no)
    return {
        (merchant_id, number): Payer(each.name, each.consent, each.mobile, each.email, each.app_user)
        for merchant_id, wanted in numbers.items()
        for number, each in customers_by_number(tx, merchant_id, sorted(wanted)).items()
    }
