"""The desk of batch debits, and the bank at its other end."""

import datetime as dt
from dataclasses import replace

from sqlalchemy import select

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain.access.roles import Role
from offline_collect.domain.debits.batches import BatchFormat, MessageParties
from offline_collect.domain.debits.report_standings import ReportRule
from offline_collect.domain.debits.selection import Attempt
from offline_collect.files.fixed_width.read import FixedRecord, read_fixed_width
from offline_collect.files.fixed_width.write import FixedWidthWriter
from offline_collect.settlement.debit.cancel import cancel_batch
from offline_collect.settlement.debit.export import DebitOrder, export_batch
from offline_collect.settlement.debit.ingest import ingest_result
from offline_collect.settlement.debit.ingest_credits import ingest_credits
from offline_collect.settlement.debit.ingest_report import ingest_report
from offline_collect.settlement.debit.report_match import ReportTerms
from offline_collect.settlement.debit.return_match import fixed_returns, notified_returns
from offline_collect.settlement.debit.returns import ingest_returns
from offline_collect.settlement.debit.write_file import write_batch
from offline_collect.store import CustomerRecord, bill_details, put_customers
from offline_collect.store.schema.debit_tables import debit_records
from tests.fakes.bank import NOON
from tests.files.iso20022.partners import BATCH
from tests.support.actors import user
from tests.support.samples import DUE, PUPIL, TENANT

OPERATOR = user("ops", Role.OPERATOR)
INSTITUTION = "8801"
SIGNED = dt.date(2026, 9, 1)
LAYOUTS = Schemas().fixed_layouts()
CODES = Schemas().return_codes()
REASONS = Schemas().reason_codes()
PAID = ("0000", None)
PARTIES = MessageParties(creditor_account="6222020000000001", clearing_system="CNAPS")


def payer(customer, reference, **more):
    terms = {
        "debit_account": f"6222{customer.customer_no}",
        "debit_bank": "102100000001",
        "mandate_ref": reference,
        "mandate_signed_on": SIGNED,
        **more,
    }
    return CustomerRecord(customer.customer_no, customer.name, customer.inputs, **terms)


class Desk:
    """Makes batches and takes results, on a teller's store."""

    def __init__(self, teller, folder):
        self.teller = teller
        self.store = teller.store
        self.folder = folder
        self.now = NOON
        self.files = 0
        self.put("SCHOOL01", payer(PUPIL, "R-PUPIL"))
        self.put("WATER001", payer(TENANT, "R-TENANT"))

    def put(self, merchant, *records):
        with self.store.transaction() as tx:
            put_customers(tx, merchant, records)

    def export(self, merchant="SCHOOL01", attempt=Attempt.FIRST, due_by=DUE, actor=OPERATOR, **more):
        order = DebitOrder(merchant, INSTITUTION, attempt, actor, due_by, **more)
        return export_batch(self.store, order, LAYOUTS["debit-out"], self.now)

    def batch(self, *arguments, **more):
        """Make a batch and write its file; return the batch and the path."""
        made = self.export(*arguments, **more).batch
        return made, self.write(made.batch_no).path

    def messages(self, *arguments, **more):
        """Make a batch that goes out as a message, and write this; return the batch and the path."""
        return self.batch(*arguments, **{"format": BatchFormat.ISO20022, "parties": PARTIES, **more})

    def write(self, batch_no, layout=LAYOUTS["debit-out"], actor=OPERATOR):
        return write_batch(self.store, batch_no, self.folder, layout, actor, self.now)

    def cancel(self, batch_no, actor=OPERATOR):
        return cancel_batch(self.store, batch_no, actor, self.now)

    def in_doubt(self, bill_no, code="4001", **more):
        """Make a batch whose result leaves doubt about one bill and refuses the rest; return its place in the batch."""
        made, path = self.batch(**more)
        sequences = dict(self.rows(debit_records, "bill_no", "sequence"))
        codes = dict.fromkeys(sequences.values(), ("1001", None)) | {sequences[bill_no]: (code, None)}
        self.ingest(self.result(path, codes))
        return made.batch_no, sequences[bill_no]

    def result(self, sent, codes=None, header=None, edit=lambda details: details):
        """Write the bank's result of a file.

        Args:
            codes: by sequence: a return code, and the settled amount or None for all; settled where nothing is said.
            header: fields that differ.
            edit: changes the details before they are written.
        """
        first, details = self.read(sent, "debit-out")
        answered = []
        for each in details:
            code, settled = (codes or {}).get(each["sequence"], PAID)
            if settled is None:
                settled = each["amount"] if code == "0000" else 0
            kept = {key: each[key] for key in ("sequence", "bill_no", "amount")}
            answered.append(kept | {"return_code": code, "settled_amount": settled, "core_serial": "C1"})
        answered = edit(answered)
        sums = {
            "count": len(answered),
            "settled_count": sum(each["settled_amount"] > 0 for each in answered),
            "settled_total": sum(each["settled_amount"] for each in answered),
        }
        return self._file("debit-result", {**first, **sums, **(header or {})}, answered)

    def returns(self, batch, *records, code="1002", file_no="F1", **header):
        """Write a bank's file of debits that came back, each a sequence, a bill and an amount."""
        details = [
            {
                "sequence": place,
                "batch_no": batch.batch_no,
                "batch_sequence": sequence,
                "bill_no": bill_no,
                "amount": amount,
                "return_code": code,
            }
            for place, (sequence, bill_no, amount) in enumerate(records, 1)
        ]
        first = {
            "institution": INSTITUTION,
            "date": dt.date(2026, 11, 23),
            "file_no": file_no,
            "count": len(details),
            "total": sum(each["amount"] for each in details),
            "currency": "156",
        }
        return self._file("debit-return", {**first, **header}, details)

    def _file(self, name, header, details):
        self.files += 1
        path = self.folder / f"{name}-{self.files}.dat"
        with path.open("wb") as stream:
            writer = FixedWidthWriter(stream, LAYOUTS[name])
            writer.header(header)
            for each in details:
                writer.detail(each)
            writer.trailer({})
        return path

    def read(self, path, name):
        """Return a file's header and details."""
        with path.open("rb") as stream:
            found = list(read_fixed_width(stream, LAYOUTS[name]))
        assert all(isinstance(each, FixedRecord) for each in found), found
        return found[0].values, [each.values for each in found[1:-1]]

    def ingest(self, path, actor=OPERATOR, codes=CODES):
        return ingest_result(self.store, path, LAYOUTS["debit-result"], codes, (actor, self.now))

    def take_back(self, path, actor=OPERATOR):
        read = fixed_returns(LAYOUTS["debit-return"], CODES)
        return ingest_returns(self.store, path, read, (actor, self.now))

    def notified(self, raw, batch):
        read = notified_returns(REASONS, CODES)
        return ingest_returns(self.store, self.sent_by_bank(raw, batch), read, (OPERATOR, self.now))

    def sent_by_bank(self, raw, batch):
        """Write a message of a bank, of the batch of the partner's examples, as one of another batch."""
        self.files += 1
        path = self.folder / f"message-{self.files}.xml"
        path.write_bytes(raw.replace(BATCH.encode(), batch.batch_no.encode()))
        return path

    def report(self, raw, batch, rule=ReportRule.ALL, actor=OPERATOR):
        terms = ReportTerms(rule, REASONS, CODES)
        return ingest_report(self.store, self.sent_by_bank(raw, batch), terms, (actor, self.now))

    def credited(self, raw, batch, rule=ReportRule.REJECTS_ONLY, actor=OPERATOR):
        terms = ReportTerms(rule, REASONS, CODES)
        return ingest_credits(self.store, self.sent_by_bank(raw, batch), terms, (actor, self.now))

    def bill(self, bill_no, merchant="SCHOOL01"):
        with self.store.snapshot() as reading:
            return bill_details(reading, merchant, bill_no).bill

    def payments(self, bill_no, merchant="SCHOOL01"):
        with self.store.snapshot() as reading:
            return bill_details(reading, merchant, bill_no).payments

    def states(self, *bills, merchant="SCHOOL01"):
        day = self.store.open_day().date
        return [self.bill(each, merchant).state(day).value for each in bills]

    def rows(self, table, *columns):
        with self.store.snapshot() as reading:
            found = select(*(table.c[name] for name in columns)).order_by(*table.primary_key.columns)
            return [tuple(row) for row in reading.connection.execute(found)]

    def cut(self, day):
        open_day = self.store.open_day()
        assert self.store.cutover(open_day.date, day, self.now)


def without_account(customer):
    return replace(payer(customer, "R-X"), debit_account=None)
