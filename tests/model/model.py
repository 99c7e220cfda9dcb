"""An independent model: predicts every answer from the history alone, without any of the platform's decisions.

It implements the rules of messages and payments again in plain Python, with its own keys, payments and tombstones.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from offline_collect.domain.answers import Answer
from offline_collect.domain.commands import (
    Command,
    Lookup,
    Payment,
    PaymentAdvice,
    Reversal,
    Status,
    Totals,
    WriteCommand,
)
from tests.model import asking, several
from tests.model.debits import Debits
from tests.model.expected import Expected, Known
from tests.model.importing import Import
from tests.model.items import Items
from tests.model.ledger import Ledger
from tests.model.owing import Owing, Paying
from tests.model.payouts import Payouts
from tests.model.reconciling import Files
from tests.model.traces import Key, Left, Traces, alike, key_of, says
from tests.model.world import World

GRACE = dt.timedelta(minutes=30)
POSTED = ("serial_number", "approval_code", "posted_at")
CLOSED_BILLS = {
    "PAID": "ALREADY_PAID",
    "IN_BATCH": "IN_BATCH",
    "WITHDRAWN": "WITHDRAWN",
    "EXPIRED": "NOT_PAYABLE",
}


class Model:
    """The platform as it is specified."""

    def __init__(self, world: World) -> None:
        self.merchants = {merchant.merchant_id: merchant for merchant in world.merchants}
        self.bills = {
            (bill.merchant_id, bill.bill_no): Owing(bill, self.merchants[bill.merchant_id])
            for bill in world.bills
        }
        self.customers = {(each.merchant_id, each.customer_no) for each in world.customers}
        self.days: list[dt.date] = [world.day]
        self.opened_at = world.opened_at
        self.keys: dict[Key, Known] = {}
        self.left = Traces()
        self.ledger = Ledger()
        self.settled: set[dt.date] = set()
        self.reconciled: set[dt.date] = set()
        self.files = Files()
        self.items = Items()
        self.debits = Debits()
        self.payouts = Payouts()
        self.agreed: set[tuple[str, dt.date]] = set()
        self.checked: set[str] = set()
        self.imports: dict[int, Import] = {}

    @property
    def today(self) -> dt.date:
        """The open business date."""
        return self.days[-1]

    def cut(self, opened: dt.date, now: dt.datetime) -> None:
        """Record a cutover."""
        self.items.cut()
        self.days.append(opened)
        self.opened_at = now

    def step(self, command: Command, answer: Answer, now: dt.datetime) -> list[str]:
        """Process ``command`` and return the differences of its answer from the prediction."""
        expected = _PREDICT[type(command)](self, command, now)
        wrong = expected.complaints(answer, self.today)
        if not wrong and expected.paying is not None:
            serial = answer.values["serial_number"]
            again = any(each.serial == serial for each in self.ledger.payings)
            wrong += [f"serial number {serial} again"] if again else []
        if not wrong:
            expected.learn(answer)
        return wrong

    def payable(self, merchant_id: str, bill_no: str) -> int:
        """Return the amount that settles a bill today."""
        return self.bills[merchant_id, bill_no].payable(self.today)

    def quoted(self, merchant_id: str, bill_no: str) -> int:
        """Return the amount that would have settled a bill on the previous business date."""
        owing = self.bills[merchant_id, bill_no]
        return owing.principal() + owing.quoted_late(self.today, self.days[-2:][0])

    def _own(self, command: WriteCommand, now: dt.datetime) -> Key:
        """Return the key of the transaction that a message is, known or not."""
        key = key_of(command)
        found = self._alike(command, now, marked=command.repeat)
        return key if key in self.keys or found is None else found

    def _alike(self, command: WriteCommand, now: dt.datetime, *, marked: bool) -> Key | None:
        """Return the key of the latest message that differs from this one only by its time."""
        if isinstance(command, Reversal):
            return None
        return self.left.find(alike(command), self.today, now, marked=marked)

    def _leave_trace(self, command: WriteCommand) -> None:
        self.left.leave(
            Left(alike(command), self.today, key_of(command), command.repeat, command.received_at)
        )

    def _keep(self, command: WriteCommand, kind: str, paying: Paying | None = None) -> list[Known]:
        known = Known(says(command), kind, self.today, paying)
        self.keys[key_of(command)] = known
        return [known]

    def bury(self, key: Key) -> None:
        """Put a tombstone under a key."""
        self.keys[key] = Known(None, "TOMBSTONE", self.today)

    def _payment(self, command: Payment, now: dt.datetime) -> Expected:
        own = self.keys.get(self._own(command, now))
        if own is not None:
            expected = _payment_again(command, own)
            if expected.code != "DUPLICATE":
                self._again_under_own_key(command, own)
            return expected
        refused = (
            several.refusal(self, command, now)
            if command.lines
            else self._refusal(command, now, limited=True)
        )
        if refused is not None and refused.code == "FORMAT_ERROR":
            return refused
        self._leave_trace(command)
        if refused is not None:
            refused.kept = self._keep(command, "PAYMENT")
            return refused
        paying = self._post(command, now)
        return self._approved(command, paying, self._keep(command, "PAYMENT", paying))

    def _again_under_own_key(self, command: Payment, own: Known) -> None:
        """Store the outcome of a message under its own key too; a tombstone leaves its trace."""
        key = key_of(command)
        if key not in self.keys:
            self.keys[key] = replace(own, says=says(command))
        elif own.kind == "TOMBSTONE":
            self._leave_trace(command)

    def _advice(self, command: PaymentAdvice, now: dt.datetime) -> Expected:
        if command.original_institution not in {None, command.institution}:
            return Expected("NOT_FOUND")
        names = [key_of(command)]
        names += [key for key in (self._own(command, now), self._declined(command, now)) if key is not None]
        if command.original_key is not None:
            names.append(tuple(command.original_key.split("|")))
        under = {name: self.keys.get(name) for name in names}
        known = [each for each in under.values() if each is not None]
        if any(each.says not in {None, says(command)} for each in known):
            return Expected("DUPLICATE")
        posted = next((each for each in known if each.paying is not None), None)
        if posted is not None and posted.paying is not None:
            living = {name: each for name, each in under.items() if each is None or each.kind != "TOMBSTONE"}
            date = posted.answer.business_date if posted.answer else None
            kept = self._leave(command, living, posted.paying, date or self.today)
            state = {"original_state": posted.paying.state}
            return Expected("APPROVED", values=state, again=posted.answer, kept=kept)
        self._leave_trace(command)
        paying = self._post(command, now, undone=any(each.kind == "TOMBSTONE" for each in known))
        kept = self._leave(command, under, paying, self.today)
        return self._approved(command, paying, kept, original_state=paying.state)

    def _declined(self, command: PaymentAdvice, now: dt.datetime) -> Key | None:
        """Return the declined request that an advice reports without naming it."""
        key = self._alike(command, now, marked=True)
        if key is None or self.keys[key].paying is not None or self.keys[key].kind == "TOMBSTONE":
            return None
        return key

    def _leave(
        self,
        command: PaymentAdvice,
        under: Mapping[Key, Known | None],
        paying: Paying,
        date: dt.date,
    ) -> list[Known]:
        """Put a payment under every key that names none yet."""
        kept = []
        for key, known in under.items():
            if known is None:
                left = Known(says(command), "PAYMENT", date, paying)
                kept.append(self.keys.setdefault(key, left))
            elif known.paying is None:
                known.says, known.paying = says(command), paying
                known.date = date
                kept.append(known)
        return kept

    def _approved(self, command: Payment, paying: Paying, kept: list[Known], **values: object) -> Expected:
        said = {**values} if command.lines else {"bill_no": command.bill_no, **values}
        return Expected("APPROVED", self.today, said, POSTED, paying=paying, kept=kept)

    def _post(self, command: Payment, now: dt.datetime, *, undone: bool = False) -> Paying:
        if command.lines:
            return several.post(self, command, now, undone=undone)
        paying = Paying(
            command.merchant_id,
            command.bill_no,
            command.institution,
            command.amount_minor,
            command.currency,
            self.today,
            "SUSPENSE",
        )
        if self._refusal(command, now, limited=False) is None:
            self.put_on_bill(paying, command, now, undone=undone)
        if undone:
            paying.state, paying.counts = "REVERSED", False
        self.ledger.post(paying)
        return paying

    def put_on_bill(self, paying: Paying, command: Payment, now: dt.datetime, *, undone: bool) -> None:
        """Approve a payment that its bill takes; one that is undone at once does not count on the bill."""
        paying.state, paying.on_bill = "APPROVED", True
        owing = self.bills[paying.merchant_id, paying.bill_no]
        parts = owing.parts(paying.amount, self.today, self.earlier(command, now))
        assert parts is not None
        if not undone:
            owing.moves.append((self.today, *parts))
            paying.principal, paying.late, paying.waived = parts

    def _refusal(self, command: Payment, now: dt.datetime, *, limited: bool) -> Expected | None:
        closed = self.merchant_closed(command.merchant_id)
        if closed is not None:
            return Expected(closed)
        owing = self.bills.get((command.merchant_id, command.bill_no))
        refused = "NOT_FOUND" if owing is None else self.bill_closed(owing)
        if owing is None or refused is not None:
            return Expected(str(refused))
        most = owing.merchant.limits_minor.get(command.channel)
        if limited and most is not None and command.amount_minor > most:
            return Expected("OVER_LIMIT")
        parts = owing.parts(command.amount_minor, self.today, self.earlier(command, now))
        if command.currency != owing.bill.currency or parts is None:
            return Expected("WRONG_AMOUNT", values={"total_payable": owing.payable(self.today)})
        return None

    def earlier(self, command: Payment, now: dt.datetime) -> dt.date | None:
        """Return the date whose payable is taken too."""
        if len(self.days) == 1:
            return None
        advised = isinstance(command, PaymentAdvice) and command.local_date == self.days[-2]
        return self.days[-2] if advised or now - self.opened_at <= GRACE else None

    def merchant_closed(self, merchant_id: str) -> str | None:
        """Return why a merchant does not collect; None if it does."""
        merchant = self.merchants.get(merchant_id)
        if merchant is None or merchant.status.value == "CLOSED":
            return "UNKNOWN_MERCHANT"
        return "MERCHANT_SUSPENDED" if merchant.status.value == "SUSPENDED" else None

    def bill_closed(self, owing: Owing) -> str | None:
        """Return why a bill cannot be paid today; None if it can."""
        unopened = owing.bill.open_from is not None and owing.bill.open_from > self.today
        return CLOSED_BILLS.get(owing.state(self.today), "NOT_PAYABLE" if unopened else None)

    def is_payable(self, merchant_id: str, bill_no: str) -> bool:
        """Return whether a bill exists and can be paid today."""
        owing = self.bills.get((merchant_id, bill_no))
        return owing is not None and self.bill_closed(owing) is None

    def _reversal(self, command: Reversal, now: dt.datetime) -> Expected:
        own = self.keys.get(self._own(command, now))
        if own is not None:
            return Expected("DUPLICATE") if own.says != says(command) else _same(own)
        if command.original_institution != command.institution:
            return Expected("NOT_FOUND")
        code, did = self._undo(command, tuple(command.original_key.split("|")))
        kept = self._keep(command, "REVERSAL")
        if did is None:
            return Expected(code, kept=kept)
        return Expected(code, self.today, {"reversal_did": did}, ("serial_number",), kept=kept)

    def _undo(self, command: Reversal, key: Key) -> tuple[str, str | None]:
        original = self.keys.get(key)
        write_off = command.reason.value == "17"
        if original is None or original.kind == "TOMBSTONE":
            if write_off:
                return "NOT_FOUND", None
            if original is None:
                self.bury(key)
            return "APPROVED" if command.advice else "NOT_FOUND", "TOMBSTONE"
        assert original.says is not None
        if original.says[2:] != (command.amount_minor, command.currency):
            return "ORIGINAL_AMOUNT", None
        if original.paying is None:
            return ("NOT_FOUND", None) if write_off else ("APPROVED", "NOTHING")
        if original.paying.state == "REVERSED":
            return "APPROVED", "NOTHING"
        if original.paying.date in self.settled:
            self.items.of_settled_day(original.paying, self.today)
            return ("APPROVED", "NOTHING") if command.advice and not write_off else ("SETTLED", None)
        if write_off and original.paying.date != self.today:
            return "OTHER_BUSINESS_DAY", None
        self.take_back(original.paying)
        return "APPROVED", "APPLIED"

    def take_back(self, paying: Paying, *, by_terminal: bool = True) -> None:
        """Take exactly a payment's parts off its bills, on the open day."""
        for each in paying.lines or [paying]:
            if each.state == "APPROVED":
                owing = self.bills[each.merchant_id, each.bill_no]
                owing.moves.append((self.today, -each.principal, -each.late, -each.waived))
        paying.state = "REVERSED"
        self.ledger.take_back(paying, self.today, by_terminal=by_terminal)


_PREDICT: dict[type[Command], Callable[[Model, Any, dt.datetime], Expected]] = {
    Payment: Model._payment,
    PaymentAdvice: Model._advice,
    Reversal: Model._reversal,
    Status: asking.status,
    Lookup: asking.lookup,
    Totals: asking.totals,
}


def _payment_again(command: Payment, own: Known) -> Expected:
    if own.says not in {None, says(command)}:
        return Expected("DUPLICATE")
    if own.kind == "TOMBSTONE" or (own.paying is not None and own.paying.state == "REVERSED"):
        return Expected("ALREADY_REVERSED", own.date)
    return _same(own)


def _same(own: Known) -> Expected:
    assert own.answer is not None
    return Expected(own.answer.code.value, again=own.answer)
