"""Addresses to which no notice goes, because they are not the customer's or do not work, for the merchant to correct."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.effects import NO_CUSTOMER
from offline_collect.domain.errors import NoticeError
from offline_collect.domain.merchant_contacts import MerchantContacts
from offline_collect.domain.notices.addresses import Address, AddressKind, address_digest, address_of
from offline_collect.domain.notices.opt_out import UNKNOWN, AddressFault, AddressRecord, fault_of
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.notify.pages import DocumentPage
from offline_collect.store import (
    CustomerRecord,
    SqlStore,
    StoreTransaction,
    append_audit,
    get_customer,
    require_merchant,
)
from offline_collect.store.backoffice.customers import customers_by_number
from offline_collect.store.notices.address_faults import (
    StoredAddress,
    faulty_addresses,
    get_address,
    put_address,
    sharing_customers,
)
from offline_collect.store.notices.addresses import address_key, known_addresses

_Reached = CustomerRecord | MerchantContacts
"""Who has addresses: a customer, or the merchant itself."""


def view_faults(
    store: SqlStore, actor: Actor, merchant_id: str, failed_max: int, page: tuple[str | None, int]
) -> DocumentPage[str]:
    """Return a page of a merchant's customers whose addresses get no notices, and its own contacts among them.

    A customer whose address was corrected is not among them.

    Args:
        failed_max: messages that may fail for good before their address counts as bad.

    Raises:
        NotPermittedError: the actor may not look.
        NotFoundError: there is no such merchant.
    """
    actor.require(Permission.VIEW)
    after, most = page
    with store.snapshot() as reading:
        merchant = require_merchant(reading, merchant_id)
        stored = faulty_addresses(reading, merchant_id, failed_max, (after, most + 1))
        sharing = sharing_customers(reading, merchant_id, (after, most + 1))
        numbers = sorted({each.customer_no for each in stored} | set(sharing))
        shown = numbers[:most]
        people: dict[str, _Reached] = {**customers_by_number(reading, merchant_id, shown)}
        if NO_CUSTOMER in shown:
            people.setdefault(NO_CUSTOMER, merchant.contacts)
        known, own = _known(reading, merchant_id, people)
    faults = [
        document
        for number in shown
        for document in _faults_of(number, own.get(number, {}), known, (merchant_id, failed_max))
    ]
    return DocumentPage(faults, shown[-1] if len(numbers) > most else None)


def confirm_mobile(
    store: SqlStore, actor: Actor, merchant_id: str, customer_no: str, now: dt.datetime
) -> None:
    """Send to a customer's mobile although other customers have it, or although messages to it have failed.

    Brothers at one school have their mother's number. Whoever has the number and said that he is not the customer is
    not written to again, whatever is confirmed: the number has to be corrected.

    Raises:
        NotPermittedError: the actor may not.
        NotFoundError, NoticeError: there is no such merchant or customer, he has no mobile, or its owner refused it.
    """
    actor.require(Permission.MAINTAIN_CUSTOMERS)
    with store.transaction() as tx:
        require_merchant(tx, merchant_id, lock=True)
        found = get_customer(tx, merchant_id, customer_no)
        if found is None or found.mobile is None:
            raise NoticeError(
                Phrase(
                    "{merchant_id} has no customer {customer_no} with a mobile number",
                    merchant_id=merchant_id,
                    customer_no=customer_no,
                )
            )
        address = address_of(AddressKind.MOBILE, found.mobile)
        digest = address_digest(address_key(tx), address)
        before = get_address(tx, merchant_id, digest)
        if before is not None and before.refused_at is not None:
            raise NoticeError(
                Phrase(
                    "who has {masked} says that he is not customer {customer_no}: correct the number with"
                    " `offline-collect customers set`",
                    masked=address.masked,
                    customer_no=customer_no,
                )
            )
        kept = replace(before or StoredAddress(merchant_id, digest, customer_no), confirmed_at=now, failed=0)
        put_address(tx, kept, there=before is not None)
        subject = Subject(SubjectType.ADDRESS, address.masked, merchant_id)
        after = {"customer": customer_no, "confirmed_at": now}
        append_audit(tx, actor, "notify confirm-number", subject, None, after, now)


def _known(
    reading: StoreTransaction, merchant_id: str, people: Mapping[str, _Reached]
) -> tuple[Mapping[tuple[str, str], AddressRecord], Mapping[str, Mapping[Address, str]]]:
    """Return what is known of customers' addresses, and these with their digests by customer."""
    key = address_key(reading)
    own = {
        number: {each: address_digest(key, each) for each in _addresses(person)}
        for number, person in people.items()
    }
    places = {(merchant_id, digest) for each in own.values() for digest in each.values()}
    mobiles = {
        (merchant_id, person.mobile): address_digest(key, address_of(AddressKind.MOBILE, person.mobile))
        for person in people.values()
        if person.mobile is not None
    }
    return known_addresses(reading, places, mobiles), own


def _addresses(person: _Reached) -> Iterator[Address]:
    if person.mobile is not None:
        yield address_of(AddressKind.MOBILE, person.mobile)
    if person.email is not None:
        yield address_of(AddressKind.EMAIL, person.email)
    if person.app_user is not None:
        yield address_of(AddressKind.APP, person.app_user)


def _faults_of(
    number: str,
    own: Mapping[Address, str],
    known: Mapping[tuple[str, str], AddressRecord],
    terms: tuple[str, int],
) -> Iterator[dict[str, Any]]:
    merchant_id, failed_max = terms
    for address, digest in own.items():
        each = known.get((merchant_id, digest), UNKNOWN)
        fault = fault_of(each, failed_max)
        if fault is not None:
            count = {AddressFault.BAD: each.failed, AddressFault.SHARED: each.names}.get(fault, 1)
            yield {"customer": number, "address": address.masked, "fault": fault.value, "count": count}
