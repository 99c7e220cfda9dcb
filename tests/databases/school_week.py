"""Four business days of a school in a real store: every kind of posting, made by the engine and by hand.

The expected sums of each day are written here by hand, so that tests compare a file with them and not with
the program's own figures.
"""

import datetime as dt
from dataclasses import dataclass, replace

from offline_collect.domain.answers import Answer
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Channel, Command, ReversalReason, Tender
from offline_collect.domain.decisions.outside import OutsidePayment, UndoOutside
from offline_collect.domain.decisions.suspense import Application, Refund
from offline_collect.domain.merchants import FeeRule
from offline_collect.engine import EngineSettings
from offline_collect.merchant.postings.paid_at_office import settle_outside, undo_outside
from offline_collect.merchant.postings.suspense import apply, refund
from offline_collect.store import SqlStore, require_merchant
from offline_collect.store.backoffice.merchants import replace_merchant
from tests.fakes.bank import DAY, NOON, TERMS
from tests.fakes.clock import HandClock
from tests.fakes.stepping import SteppedEngine
from tests.messages.commands import Terminal
from tests.store.teller import fill
from tests.support.actors import user

AMOUNT = 12_345
FEE = 20
MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (BusinessDate.of(DAY + dt.timedelta(days=n)) for n in range(4))
OPERATOR = "=cmd|' /C calc'!A0"
"""The user who refunds: a name that a spreadsheet must not take for a formula."""

EXPECTED = {
    MONDAY: {
        "PAID": (5, 5 * AMOUNT),
        "REVERSED": (2, 2 * AMOUNT),
        "SUSPENSE": (3, 2 * AMOUNT + 777),
        "SUSPENSE_REVERSED": (1, 777),
        "OUTSIDE": (1, AMOUNT),
    },
    TUESDAY: {
        "PAID": (1, AMOUNT),
        "REVERSED": (1, AMOUNT),
        "REFUNDED": (1, AMOUNT),
        "APPLIED": (1, AMOUNT),
        "OUTSIDE_REVERSED": (1, AMOUNT),
    },
    WEDNESDAY: {},
    THURSDAY: {"REVERSED": (1, AMOUNT)},
}
"""By day and kind: how many postings, and the sum of their payments."""

OWED = {MONDAY: 3 * AMOUNT, TUESDAY: AMOUNT, WEDNESDAY: 0, THURSDAY: -AMOUNT}
FEES = {MONDAY: 3 * FEE, TUESDAY: FEE, WEDNESDAY: 0, THURSDAY: -FEE}
POSTINGS = {MONDAY: 12, TUESDAY: 5, WEDNESDAY: 0, THURSDAY: 1}


@dataclass
class Serials:
    """Serial numbers of postings that tests name.

    Attributes:
        kept: of a payment that is not changed.
        taken_back: of Monday's payment, reversed on Tuesday.
        refunded: of the payment in suspense that is refunded.
        applied: of the payment in suspense that is applied to a bill, and reversed on Thursday.
        outside: of the payment at the merchant's office.
    """

    kept: str
    taken_back: str
    refunded: str
    applied: str
    outside: str


class SchoolWeek:
    """Plays the days; ``store`` is empty before."""

    def __init__(self, store: SqlStore) -> None:
        fill(store)
        self._store = store
        self._clock = HandClock(NOON)
        self._terminal = Terminal()
        self._engine = SteppedEngine(store, EngineSettings(terms=TERMS), self._clock)
        with store.transaction() as tx:
            school = require_merchant(tx, "SCHOOL01")
            replace_merchant(tx, replace(school, fee=FeeRule(per_payment_minor=FEE)))

    def live(self) -> Serials:
        """Do all steps of these days; return the serial numbers that tests name."""
        serials = self._monday()
        self._cut(MONDAY, TUESDAY)
        self._tuesday(serials)
        self._cut(TUESDAY, WEDNESDAY)
        self._cut(WEDNESDAY, THURSDAY)
        self._ask(self._terminal.reversal(self._now, self._to_apply))
        self._engine.close()
        return serials

    def _monday(self) -> Serials:
        terminal, now = self._terminal, self._now
        kept = self._pay("S1")
        written_off = terminal.payment(now, "SCHOOL01", "S2", AMOUNT)
        self._ask(written_off)
        self._ask(terminal.reversal(now, written_off, ReversalReason.WRITE_OFF))
        self._late = terminal.payment(now, "SCHOOL01", "S3", AMOUNT)
        late = self._ask(self._late)
        self._pay("S4", channel=Channel.MOBILE, tender=Tender.CARD, teller=None)
        self._ask(terminal.payment(now, "WATER001", "W1", 3_000))
        refunded = self._ask(terminal.advice(now, "SCHOOL01", "S1", AMOUNT))
        self._to_apply = terminal.advice(now, "SCHOOL01", "S55", AMOUNT)
        applied = self._ask(self._to_apply)
        wrong = terminal.advice(now, "SCHOOL01", "S1", 777)
        self._ask(wrong)
        self._ask(terminal.reversal(now, wrong))
        # A reversal that arrives before its payment; an advice then reports the payment.
        buried = terminal.payment(now, "SCHOOL01", "S8", AMOUNT)
        self._ask(terminal.reversal(now, buried, advice=True))
        self._ask(terminal.advice(now, "SCHOOL01", "S8", AMOUNT, buried))
        outside = OutsidePayment("SCHOOL01", "S6", None, "R-0001", "ops")
        at_office = settle_outside(self._store, outside, user("ops"), self._now)
        numbers = [str(answer.values["serial_number"]) for answer in (kept, late, refunded, applied)]
        return Serials(*numbers, at_office.serial_number)

    def _tuesday(self, serials: Serials) -> None:
        self._ask(self._terminal.reversal(self._now, self._late))
        self._pay("S7")
        refund(self._store, Refund(serials.refunded, "paid twice", OPERATOR), user(OPERATOR), self._now)
        apply(self._store, Application(serials.applied, "S5", "=1+1", "ops"), user("ops"), self._now)
        undo_outside(self._store, UndoOutside(serials.outside, "wrong bill", "ops"), user("ops"), self._now)

    def _pay(self, bill_no: str, **more: object) -> Answer:
        return self._ask(self._terminal.payment(self._now, "SCHOOL01", bill_no, AMOUNT, **more))

    def _ask(self, command: Command) -> Answer:
        (answer,) = self._engine.submit([command])
        assert answer.code is ResponseCode.APPROVED, answer
        return answer

    def _cut(self, closing: BusinessDate, opening: BusinessDate) -> None:
        self._clock.advance(24 * 3600)
        assert self._store.cutover(closing, opening, self._now)

    @property
    def _now(self) -> dt.datetime:
        return self._clock.now()
