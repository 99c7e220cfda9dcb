"""The rows of the store in memory, as plain dictionaries, and the queries on them."""

from dataclasses import dataclass, field, fields

from offline_collect.domain.bills import Bill, BillState
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import BusinessDay, DayState
from offline_collect.domain.commands import TotalsFigures
from offline_collect.domain.customers import Customer
from offline_collect.domain.decisions.lookup import bill_cursor
from offline_collect.domain.decisions.traces import Trace
from offline_collect.domain.effects import AgreedTotals, Notice, ReconciliationItem
from offline_collect.domain.facts import BillPage, MerchantPage
from offline_collect.domain.forms import PaymentForm
from offline_collect.domain.ledger.ledger import Entry
from offline_collect.domain.ledger.manual_postings import ManualPosting, ManualPostingKind
from offline_collect.domain.lookup_keys import lookup_keys
from offline_collect.domain.merchants import Merchant, MerchantStatus
from offline_collect.domain.transactions import (
    PostedPayment,
    PostedReversal,
    ReversalOutcome,
    Transaction,
)

BillKey = tuple[str, str]


@dataclass
class Tables:
    """One state of the store; a committed one is never changed, only replaced."""

    days: dict[BusinessDate, BusinessDay] = field(default_factory=dict)
    merchants: dict[str, Merchant] = field(default_factory=dict)
    forms: dict[tuple[str, int], PaymentForm] = field(default_factory=dict)
    customers: dict[tuple[str, str], Customer] = field(default_factory=dict)
    bills: dict[BillKey, Bill] = field(default_factory=dict)
    transactions: dict[str, Transaction] = field(default_factory=dict)
    traces: dict[tuple[str, str, BusinessDate], Trace] = field(default_factory=dict)
    payments: dict[str, PostedPayment] = field(default_factory=dict)
    reversals: dict[str, PostedReversal] = field(default_factory=dict)
    applied: dict[str, str] = field(default_factory=dict)
    office: dict[str, ManualPosting] = field(default_factory=dict)
    entries: dict[tuple[str, int], Entry] = field(default_factory=dict)
    notices: dict[str, Notice] = field(default_factory=dict)
    items: dict[str, ReconciliationItem] = field(default_factory=dict)
    agreed: dict[tuple[str, str, BusinessDate], AgreedTotals] = field(default_factory=dict)

    def copy(self) -> "Tables":
        """Return a copy that can be changed without changing this state."""
        return Tables(**{table.name: dict(getattr(self, table.name)) for table in fields(self)})

    @property
    def open_day(self) -> BusinessDay:
        """The one day that is open."""
        (day,) = [day for day in self.days.values() if day.state is DayState.OPEN]
        return day

    def lines(self, serial: str | None) -> list[str]:
        """The names of the payments with a serial number, in the order of their lines."""
        found = [row for row in self.payments.values() if row.serial_number == serial]
        return [row.name for row in sorted(found, key=lambda row: row.line)]

    def application(self, name: str) -> ManualPosting | None:
        """The posting that applied a payment out of suspense; None if there is none."""
        found = (posting for posting in self.office.values() if posting.payment == name)
        return next((posting for posting in found if posting.kind is ManualPostingKind.APPLIED), None)

    def current_form(self, merchant_id: str) -> PaymentForm | None:
        """Return the form that the merchant has published."""
        merchant = self.merchants.get(merchant_id)
        if merchant is None or merchant.form_version is None:
            return None
        return self.forms[merchant_id, merchant.form_version]

    def customers_by_key(self, merchant_id: str, lookup: str) -> tuple[Customer, ...]:
        """Return the customers that a lookup key finds."""
        form = self.current_form(merchant_id)
        if form is None:
            return ()
        return tuple(
            customer
            for customer in self.customers.values()
            if customer.merchant_id == merchant_id and lookup in lookup_keys(form, customer.inputs)
        )

    def bill_page(self, merchant_id: str, customer_no: str, cursor: str | None, records: int) -> BillPage:
        """Return the customer's open bills from a cursor on."""
        on = self.open_day.date
        bills = [
            bill
            for bill in self.bills.values()
            if (bill.merchant_id, bill.customer_no) == (merchant_id, customer_no)
            and bill.state(on) in {BillState.OPEN, BillState.PARTIAL}
            and bill.opened(on)
        ]
        page = sorted((bill for bill in bills if bill_cursor(bill) >= (cursor or "")), key=bill_cursor)
        return BillPage(tuple(page[:records]), len(bills))

    def open_beside(self, key: BillKey) -> tuple[BillKey, ...]:
        """Return the open bills of a bill's customer."""
        named, on = self.bills.get(key), self.open_day.date
        return tuple(
            other
            for other, bill in self.bills.items()
            if named is not None
            and (bill.merchant_id, bill.customer_no) == (named.merchant_id, named.customer_no)
            and bill.state(on) in {BillState.OPEN, BillState.PARTIAL}
            and bill.opened(on)
        )

    def merchant_page(self, cursor: str | None, records: int) -> MerchantPage:
        """Return the directory from a cursor on."""
        merchants = [
            merchant
            for merchant in self.merchants.values()
            if merchant.status is MerchantStatus.ACTIVE and merchant.form_version is not None
        ]
        page = sorted(
            (merchant for merchant in merchants if merchant.merchant_id >= (cursor or "")),
            key=lambda merchant: merchant.merchant_id,
        )
        return MerchantPage(tuple(page[:records]), len(merchants))

    def totals(self, institution: str, currency: str, on: BusinessDate) -> TotalsFigures:
        """Return a day's figures with an institution in a currency."""
        asked = (institution, currency, on)
        paid = [
            row
            for row in self.payments.values()
            if (row.institution, row.currency, row.business_date) == asked and row.in_totals
        ]
        reversed_ = [
            row.amount_minor
            for row in self.reversals.values()
            if (row.institution, row.currency, row.business_date) == asked
            and row.outcome is ReversalOutcome.APPLIED
        ]
        return TotalsFigures(
            credits=sum(row.line == 1 for row in paid),
            credit_reversals=len(reversed_),
            credits_minor=sum(row.amount_minor for row in paid),
            credit_reversals_minor=sum(reversed_),
        )
