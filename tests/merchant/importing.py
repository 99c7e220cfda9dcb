"""Imports for tests: texts as files, imported, previewed and counted."""

from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from sqlalchemy import select

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain.decide import decide
from offline_collect.domain.decisions.deciding import NUMBERS_A_COMMAND, Context
from offline_collect.domain.facts import Facts
from offline_collect.merchant.imports.bill_rows import BillRows
from offline_collect.merchant.imports.customer_rows import CustomerRows
from offline_collect.merchant.imports.order import ImportOrder
from offline_collect.merchant.imports.preview import preview_file
from offline_collect.merchant.imports.run import import_file
from offline_collect.store import SqlStore, bill_details
from tests.fakes.bank import TERMS
from tests.merchant.documents import NOW
from tests.messages.commands import Terminal
from tests.store.teller import load
from tests.support.actors import user

CUSTOMERS = (
    "客户编号,姓名,学号,手机,同意通知\nC1,王小明,2026030117,13800000000,Y\nC2,李雷,２０２６０３０１１８,,\n"
)
BILLS = "bill_no,customer_no,学号,amount,due_date,description,班级\nB1,C1,,123.45,2026-11-30,餐费,三年级1班\nB2,,2026030118,￥1.00,2026/12/01,,\n"
HEADER = "bill_no,customer_no,amount,due_date,period\n"
"""Of bills that have a period."""

KINDS = {"customers": CustomerRows(), "bills": BillRows()}


def bills_of(*rows: str) -> str:
    """Return a file of bills ``number,customer,amount,period``, all due on one day."""
    lines = []
    for row in rows:
        number, customer, amount, period = row.split(",")
        lines.append(f"{number},{customer},{amount},2026-12-01,{period}\n")
    return HEADER + "".join(lines)


def unseen(step: str, rows: int, share: float | None) -> None:
    """Ignore the progress."""


@dataclass
class Desk:
    """A desk that imports files for SCHOOL01."""

    store: SqlStore
    folder: Path
    who: str = "clerk"
    terminal: Terminal = field(default_factory=Terminal)

    def order(self, kind, text, *, name="rows.csv", merchant="SCHOOL01", **more):
        """Write a text as a file, unless it is None, and return the order to import it."""
        file = self.folder / name
        if text is not None:
            file.write_text(text, encoding="utf-8")
        layout = _layout(kind)
        given = {"sheet": None, "actor": user(more.pop("who", self.who)), "clock": lambda: NOW, **more}
        return ImportOrder(merchant_id=merchant, file=file, layout=layout, **given)

    def take(self, kind, text, *, watch=unseen, **more):
        """Import a text."""
        return import_file(self.store, self.order(kind, text, **more), KINDS[kind], watch)

    def preview(self, kind, text, **more):
        """Preview a text."""
        return preview_file(self.store, self.order(kind, text, **more), KINDS[kind], unseen)

    def bill(self, number):
        """Return a bill that is in effect; None if there is none."""
        with self.store.snapshot() as reading:
            details = bill_details(reading, "SCHOOL01", number)
        return None if details is None else details.bill

    def amounts(self, *numbers):
        """Return the amounts of bills that are in effect, None for bills that do not exist."""
        found = map(self.bill, numbers)
        return [None if bill is None else bill.amount_minor for bill in found]

    def pay(self, number):
        """Pay a bill like a lane."""
        payment = self.terminal.payment(NOW, "SCHOOL01", number, self.bill(number).amount_minor)
        with closing(self.store.write_session()) as session:
            context = Context(NOW, session.reserve_numbers(NUMBERS_A_COMMAND), TERMS)
            facts = Facts(session.begin())
            load(session, [payment], facts)
            answer, effects = decide(payment, facts, context)
            assert answer.approved, answer
            session.write([effects])
            session.commit()

    def rows(self, table):
        """Return how many rows a table has, hidden ones too."""
        with self.store.snapshot() as reading:
            return len(list(reading.connection.execute(select(table))))


@cache
def _layout(kind):
    """Return the shipped layout of a kind of file; reading YAML takes longer than a small import."""
    return Schemas().read(f"files/{kind}")


def counts(result):
    """Return the counts of an import that are not zero."""
    kept = result.record.counts
    names = ("new", "changed", "unchanged", "withdrawn", "refused", "overtaken")
    return {name: getattr(kept, name) for name in names if getattr(kept, name)}
