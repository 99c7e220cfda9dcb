"""Adds, changes and finds customers by hand; checked as imports are, masked in the audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.lookup_keys import lookup_keys
from offline_collect.domain.texts.accounts import mask_account
from offline_collect.domain.texts.contacts import mask_contact
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.texts.text import mask_name
from offline_collect.files.columns.records import Record
from offline_collect.files.errors import RowProblem
from offline_collect.merchant.common.errors import UnchangeableError, UnknownCustomerError
from offline_collect.merchant.common.refused_rows import EntryExistsError
from offline_collect.merchant.common.target import LayoutSource, Target
from offline_collect.merchant.entry.entry import (
    Entry,
    entering,
    locked_target,
    numbered,
    read_changes,
    read_whole,
    refuse,
)
from offline_collect.merchant.imports.check_rows import taken_key_problem
from offline_collect.merchant.imports.customer_rows import CustomerRows, normal_inputs, terms_of
from offline_collect.merchant.imports.refusal_words import refusal_words
from offline_collect.merchant.mandates.terms import TERMS, describe_terms, term_problems
from offline_collect.store import (
    Change,
    CustomerRecord,
    SqlStore,
    StoreTransaction,
    append_audit,
    get_customer,
    put_customers,
    similar_customers,
)

_ROWS = CustomerRows()
_FIELDS = {
    "name": "name",
    "mobile": "mobile",
    "email": "email",
    "app_user": "app_user",
    "consent": "consent",
    "debit_account": "debit_account",
    "debit_bank": "debit_bank",
    "account_name": "account_name",
    **TERMS,
}
"""Columns of the layout, and the record's fields for them."""


def add_customer(store: SqlStore, entry: Entry, layout: LayoutSource, now: dt.datetime) -> CustomerRecord:
    """Add a customer.

    Raises:
        NotPermittedError: the actor may not do it.
        EntryRefusedError: it breaks the rules for rows of a file.
        EntryExistsError: a customer has this number already.
        UnchangeableError: a pending import has a customer of this number.
        NotFoundError, NoFormError: there is no such merchant, or it has no form.
    """
    entry.actor.require(Permission.MAINTAIN_CUSTOMERS)
    with entering(store, entry) as tx:
        target = locked_target(tx, entry.merchant_id, layout)
        record = read_whole(entry, target)
        entry = numbered(entry, record, _ROWS.key_column)
        refuse(entry.number, _ROWS.check(record, target))
        if get_customer(tx, entry.merchant_id, entry.number) is not None:
            raise EntryExistsError(
                Phrase(
                    "{merchant_id} has a customer {number} already: `customers set` changes it",
                    merchant_id=entry.merchant_id,
                    number=entry.number,
                )
            )
        _, (customer,), _ = _ROWS.resolve(tx, [record], target)
        _put(tx, entry, customer, now)
        _audit(tx, entry, "add", None, customer, target, now)
    return customer


def set_customer(store: SqlStore, entry: Entry, layout: LayoutSource, now: dt.datetime) -> bool:
    """Change a customer; False if nothing would change.

    Raises:
        NotPermittedError: the actor may not do it.
        EntryRefusedError: the entry or the resulting customer is not valid.
        UnknownCustomerError: no customer has this number.
        UnchangeableError: an import is changing it.
        NotFoundError, NoFormError: there is no such merchant, or it has no form.
    """
    entry.actor.require(Permission.MAINTAIN_CUSTOMERS)
    with entering(store, entry) as tx:
        target = locked_target(tx, entry.merchant_id, layout)
        before = require_customer(tx, entry.merchant_id, entry.number)
        record = read_changes(entry, target)
        refuse(entry.number, _ROWS.check(replace(record, values={}), target))
        after = _merged(before, record, entry, target)
        refuse(entry.number, _problems(before, after, target))
        if not _put(tx, entry, after, now):
            return False
        _audit(tx, entry, "set", before, after, target, now)
    return True


def require_customer(tx: StoreTransaction, merchant_id: str, customer_no: str) -> CustomerRecord:
    """Return a customer.

    Raises:
        UnknownCustomerError: no customer has this number.
    """
    found = get_customer(tx, merchant_id, customer_no)
    if found is None:
        similar = similar_customers(tx, merchant_id, [customer_no]).get(customer_no)
        raise UnknownCustomerError(merchant_id, customer_no, similar)
    return found


def describe_customer(customer: CustomerRecord, currency: str, *, masked: bool) -> dict[str, Any]:
    """Return a customer as people read it; the account's tail only.

    Args:
        currency: ISO 4217 number of the merchant's currency.
        masked: whether names, inputs, mobile, e-mail and app user are masked too.
    """
    contact = mask_contact if masked else str
    name = mask_name if masked else str
    described = {
        "customer": customer.customer_no,
        "name": name(customer.name),
        "inputs": {key: contact(text) for key, text in customer.inputs.items()},
        "mobile": customer.mobile and contact(customer.mobile),
        "email": customer.email and contact(customer.email),
        "app_user": customer.app_user and contact(customer.app_user),
        "consent": customer.consent,
        "debit_account": customer.debit_account and mask_account(customer.debit_account),
        "debit_bank": customer.debit_bank,
        "account_name": customer.account_name and name(customer.account_name),
        **describe_terms(customer, currency),
    }
    return {key: value for key, value in described.items() if value is not None}


def _put(tx: StoreTransaction, entry: Entry, customer: CustomerRecord, now: dt.datetime) -> bool:
    """Write a customer, and the notice of a changed mandate; whether anything changed."""
    (outcome,) = put_customers(tx, entry.merchant_id, [customer], now=now)
    if outcome.key_holder is not None:
        refuse(entry.number, [taken_key_problem(Record(1, {}, {}, {}), outcome.key_holder)])
    if outcome.refusal is not None:
        raise UnchangeableError(refusal_words(outcome.refusal))
    return outcome.change is not Change.UNCHANGED


def _merged(before: CustomerRecord, record: Record, entry: Entry, target: Target) -> CustomerRecord:
    labels = {asked.label: asked.key for asked in target.form.inputs}
    cleared = {labels.get(name, name) for name in entry.cleared}
    inputs = {**before.inputs, **normal_inputs(record, target)}
    fields: dict[str, Any] = {
        field: False if field == "consent" else None for key, field in _FIELDS.items() if key in cleared
    }
    fields |= {_FIELDS[key]: value for key, value in record.values.items() if key in _FIELDS} | terms_of(
        record
    )
    kept = {key: text for key, text in inputs.items() if key not in cleared}
    return replace(before, inputs=kept, **fields)


def _problems(before: CustomerRecord, after: CustomerRecord, target: Target) -> Iterable[RowProblem]:
    values = {key: getattr(after, field) for key, field in _FIELDS.items()}
    given = {key: value for key, value in values.items() if value is not None}
    for key, reason, remedy in term_problems(given, target.title):
        yield _problem(target.title(key), reason, remedy)
    found_before = lookup_keys(target.form, before.inputs)
    if found_before and not lookup_keys(target.form, after.inputs):
        labels = ", ".join(asked.label for asked in target.form.inputs)
        reason = Phrase("would no longer find the customer")
        yield _problem(labels, reason, Phrase("leave one complete set of inputs"))


def _problem(column: str, reason: Phrase, remedy: Phrase) -> RowProblem:
    return RowProblem(1, column, "", reason, remedy)


def _audit(
    tx: StoreTransaction,
    entry: Entry,
    verb: str,
    before: CustomerRecord | None,
    after: CustomerRecord,
    target: Target,
    now: dt.datetime,
) -> None:
    currency = target.merchant.currency
    told = None if before is None else describe_customer(before, currency, masked=True)
    subject = Subject(SubjectType.CUSTOMER, entry.number, entry.merchant_id)
    append_audit(
        tx,
        entry.actor,
        f"customers {verb}",
        subject,
        told,
        describe_customer(after, currency, masked=True),
        now,
    )
