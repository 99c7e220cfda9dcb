"""Facts: the data for decisions, and how a decision's effects change them.

A lane collects the wants of all commands of a batch and has the store load them. It decides the commands in
order, and applies the effects of each here before it decides the next. A key that was loaded but not found has
the value None, so that "not found" and "not loaded" are never confused.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import cast

from offline_collect.domain.bills import Bill
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import BusinessDay, DayState
from offline_collect.domain.commands import TotalsFigures
from offline_collect.domain.customers import Customer
from offline_collect.domain.decisions.traces import Trace
from offline_collect.domain.effects import Effects
from offline_collect.domain.forms import InputProblem, PaymentForm
from offline_collect.domain.ledger.manual_postings import ManualPosting
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.transactions import PostedPayment, Transaction

BillKey = tuple[str, str]
"""Merchant id and bill number."""

PageKey = tuple[str, str, str | None]
"""Merchant id, customer number, cursor."""

TypedKey = tuple[str, int, tuple[str | None, ...]]
"""Merchant id, form version, inputs as they were typed."""


@dataclass(frozen=True, slots=True)
class BillPage:
    """Open bills of a customer, oldest due first; one more than a page holds, if there are more.

    Open means that the bill can be paid on the open day: state OPEN or PARTIAL, and ``open_from`` is not
    later. ``total`` counts the bills of all pages.
    """

    bills: tuple[Bill, ...]
    total: int


@dataclass(frozen=True, slots=True)
class MerchantPage:
    """Active merchants with a form, by id; one more than a page holds, if there are more."""

    merchants: tuple[Merchant, ...]
    total: int


@dataclass(slots=True)
class Wants:
    """The facts to load; sets, so that a batch loads each once.

    Attributes:
        keys: transactions with the payments that they name; locked on a write lane.
        traces: the rows of each, oldest first. They are not locked: if another transaction adds a row
            meanwhile, writing this batch's row conflicts with it.
        forms: merchant and version.
        current_forms: merchants whose published form is needed.
        bills: locked on a write lane.
        open_bills: the bills of the same customer that are open; locked with the wanted bills, and in one order.
        customers: merchant and lookup key.
        numbered_customers: merchant and customer number.
        days: business days by date, for their state.
        totals: institution, currency and date.
    """

    keys: set[str] = field(default_factory=set)
    traces: set[str] = field(default_factory=set)
    merchants: set[str] = field(default_factory=set)
    forms: set[tuple[str, int]] = field(default_factory=set)
    current_forms: set[str] = field(default_factory=set)
    bills: set[BillKey] = field(default_factory=set)
    open_bills: set[BillKey] = field(default_factory=set)
    customers: set[tuple[str, str]] = field(default_factory=set)
    numbered_customers: set[tuple[str, str]] = field(default_factory=set)
    bill_pages: set[PageKey] = field(default_factory=set)
    merchant_pages: set[str | None] = field(default_factory=set)
    days: set[BusinessDate] = field(default_factory=set)
    totals: set[tuple[str, str, BusinessDate]] = field(default_factory=set)

    def __bool__(self) -> bool:
        return any(_PARTS(self))


_PARTS: Callable[[Wants], tuple[AbstractSet[object], ...]] = attrgetter(*Wants.__slots__)

_NOT_BEGUN = cast("BusinessDay", None)
"""The day of facts before their batch has begun: what a command wants first never depends on it."""

_FACT_OF = {name: name for name in Wants.__slots__} | {"keys": "transactions"}
"""Where a part of :class:`Wants` is found in :class:`Facts`."""


@dataclass(slots=True)
class Locked:
    """Wanted rows that another transaction has locked."""

    keys: set[str] = field(default_factory=set)
    bills: set[BillKey] = field(default_factory=set)


@dataclass(slots=True)
class Facts:
    """Everything loaded for one batch; see :class:`Wants` for what each part is keyed by.

    Attributes:
        payments: by name (``PostedPayment.name``): the serial number for the first line of a transaction.
        applied: the postings that applied the loaded payments out of suspense, by the payments' names;
            loaded with them.
        typed: lookups' inputs, read once for each batch: from merchant, form version and typed texts to the
            inputs by key and their lookup key.
        locked: collects rows that another transaction has locked; None to wait for them.
        any_order: merchants that took bills in any order when the lane last saw them. Their bills are requested
            together with the keys; the decision uses the merchant as it is loaded.
    """

    day: BusinessDay = _NOT_BEGUN
    transactions: dict[str, Transaction | None] = field(default_factory=dict)
    traces: dict[str, tuple[Trace, ...]] = field(default_factory=dict)
    payments: dict[str, PostedPayment] = field(default_factory=dict)
    applied: dict[str, ManualPosting] = field(default_factory=dict)
    merchants: dict[str, Merchant | None] = field(default_factory=dict)
    forms: dict[tuple[str, int], PaymentForm | None] = field(default_factory=dict)
    current_forms: dict[str, PaymentForm | None] = field(default_factory=dict)
    bills: dict[BillKey, Bill | None] = field(default_factory=dict)
    open_bills: dict[BillKey, tuple[BillKey, ...]] = field(default_factory=dict)
    customers: dict[tuple[str, str], tuple[Customer, ...]] = field(default_factory=dict)
    numbered_customers: dict[tuple[str, str], Customer | None] = field(default_factory=dict)
    bill_pages: dict[PageKey, BillPage] = field(default_factory=dict)
    merchant_pages: dict[str | None, MerchantPage] = field(default_factory=dict)
    days: dict[BusinessDate, DayState | None] = field(default_factory=dict)
    totals: dict[tuple[str, str, BusinessDate], TotalsFigures] = field(default_factory=dict)
    agreed: set[tuple[str, str, BusinessDate]] = field(default_factory=set)
    typed: dict[TypedKey, tuple[dict[str, str], str] | InputProblem] = field(default_factory=dict)
    locked: Locked | None = None
    any_order: AbstractSet[str] = frozenset()

    def missing(self, wants: Wants) -> Wants:
        """Return the part of ``wants`` that has not been loaded."""
        left = Wants()
        for (name, fact), wanted in zip(_FACT_OF.items(), _PARTS(wants), strict=True):
            if wanted:
                setattr(left, name, wanted - getattr(self, fact).keys())
        return left

    def apply(self, effects: Effects) -> None:
        """Apply a decision's effects, for the later decisions in the batch."""
        for transaction in effects.transactions + effects.replaced:
            self.transactions[transaction.key] = transaction
        for trace in effects.traces:
            if trace.trace in self.traces:
                self.traces[trace.trace] += (trace,)
        for payment in effects.payments:
            # Not the name: the property would be called for every payment.
            self.payments[payment.serial_number if payment.line == 1 else payment.name] = payment
        for change in effects.states:
            posted = self.payments[change.name]
            self.payments[change.name] = replace(
                posted,
                state=change.state,
                state_by=change.state_by,
            )
        for each in effects.agreed:
            self.agreed.add((each.institution, each.currency, each.business_date))
        for bill in effects.bills:
            self.bills[bill.merchant_id, bill.bill_no] = bill
