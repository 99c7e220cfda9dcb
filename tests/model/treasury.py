"""Payouts in a store under test, as users order them, with the bank at the other end."""

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import func, select

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain.errors import BankFileError, PayoutError
from offline_collect.merchant.access.approvals import approve
from offline_collect.merchant.access.requests import Asked
from offline_collect.merchant.postings.failed_payouts import RetryOrder, other_account, retry_failed
from offline_collect.settlement.payouts.ingest import ingest_run
from offline_collect.settlement.payouts.write_file import write_run
from offline_collect.store import SqlStore
from offline_collect.store.schema.payout_tables import payout_runs, payouts, settlement_entries
from offline_collect.store.schema.voucher_tables import voucher_lines
from tests.model.evening import CHECKER, FOLDER, MAKER, OPERATOR, file_of, layouts, read_file
from tests.model.ledger import Balances
from tests.model.payouts import Seen, Turnover


class Treasury:
    """An operator who pays merchants, a second person, and the bank that books payouts.

    Args:
        now: returns the time.
    """

    def __init__(self, store: SqlStore, now: Callable[[], dt.datetime]) -> None:
        self._store = store
        self._now = now

    def runs(self) -> list[Seen]:
        """Return all runs in their order; numbers of runs are told as their places."""
        own, each = payout_runs.c, payouts.c
        with self._store.snapshot() as reading:
            run = reading.connection.execute(
                select(own.run_no, own.business_date, own.state).order_by(own.run_no)
            ).all()
            paid = reading.connection.execute(select(payouts).order_by(each.run_no, each.sequence)).all()
        places = {number: nth for nth, (number, _, _) in enumerate(run, 1)}
        return [
            (
                date,
                "TAKEN" if state == "TAKEN" else "MADE",
                [
                    (
                        row.merchant_id,
                        int(row.amount_minor),
                        row.state,
                        None if row.again_run is None else (places[row.again_run], int(row.again_sequence)),
                    )
                    for row in paid
                    if row.run_no == number
                ],
            )
            for number, date, state in run
        ]

    def answer(self, nth: int, failed: Sequence[bool], wrong: str = "") -> str:
        """Write the file of the nth run, and take the bank's result of it; ``wrong`` says what is wrong with that."""
        number = self._number(nth)
        path = self._write(number)
        header, details = read_file(path, "settle-out")
        answered = [
            {
                "sequence": each["sequence"],
                "merchant_id": each["merchant_id"],
                "amount": each["amount"],
                "return_code": "1002" if fails else "0000",
                "settled_amount": 0 if fails else each["amount"],
            }
            for each, fails in zip(details, failed, strict=True)
        ]
        if wrong == "amount":
            answered[-1]["amount"] += 1
        elif wrong == "missing":
            answered.pop()
        elif wrong == "twice":
            answered.append(answered[0])
        booked = [each["settled_amount"] for each in answered if each["return_code"] == "0000"]
        sums = {"count": len(answered), "settled_count": len(booked), "settled_total": sum(booked)}
        named = {key: header[key] for key in ("bank", "business_date", "run_no", "currency")}
        result = file_of("settle-result", {**named, **sums}, answered)
        acting = (OPERATOR, self._now())
        try:
            ingest_run(self._store, result, layouts()["settle-result"], Schemas().payout_codes(), acting)
        except BankFileError:
            return "REFUSED"
        return "TAKEN"

    def _write(self, number: str) -> Path:
        """Write a run's file, which must always have the same bytes; one that was taken is not written any more."""
        path = Path(FOLDER.name) / f"settle-out-{number}.dat"
        before = path.read_bytes() if path.exists() else None
        acting = (OPERATOR, self._now())
        try:
            write_run(self._store, number, path.parent, layouts()["settle-out"], acting)
        except PayoutError:
            assert before is not None, "a run that is taken was written"
        assert before in {None, path.read_bytes()}, f"{path} has other bytes now"
        return path

    def retry(self, place: tuple[int, int], account: str | None) -> str:
        """Put a failed payout into the next run; another person approves it."""
        nth, sequence = place
        other = other_account(account, None, None)
        order = RetryOrder(f"{self._number(nth)}-{sequence}", other, "the account is open again")
        try:
            asked = retry_failed(self._store, order, MAKER, self._now())
        except PayoutError:
            return "REFUSED"
        assert isinstance(asked, Asked)
        approve(self._store, asked.number, CHECKER, self._now())
        return "RETRIED"

    def balances(self) -> Balances:
        """Return the sums of the entries of settlements."""
        own = settlement_entries.c
        like = (own.business_date, own.account, own.owner, own.currency)
        asked = select(*like, func.sum(own.amount_minor)).group_by(*like)
        with self._store.snapshot() as reading:
            found = reading.connection.execute(asked).all()
        return {
            (day, account, owner, currency): int(minor)
            for day, account, owner, currency, minor in found
            if minor
        }

    def voucher(self, day: dt.date) -> Turnover:
        """Return the lines of a day's vouchers."""
        own = voucher_lines.c
        columns = (own.account, own.owner, own.currency, own.debits_minor, own.credits_minor)
        with self._store.snapshot() as reading:
            found = reading.connection.execute(select(*columns).where(own.business_date == day)).all()
        return {
            (row.account, row.owner, row.currency): (int(row.debits_minor), int(row.credits_minor))
            for row in found
        }

    def _number(self, nth: int) -> str:
        with self._store.snapshot() as reading:
            numbers = reading.connection.execute(select(payout_runs.c.run_no).order_by(payout_runs.c.run_no))
            return str(list(numbers.scalars())[nth - 1])
