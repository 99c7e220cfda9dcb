"""A front-end processor's own book of a day, written as its file; tests plant differences in it."""

from dataclasses import dataclass, field, replace

from offline_collect.files.fixed_width.write import FixedWidthWriter
from tests.fakes.bank import DAY
from tests.files.fixed_width.layouts import layout

LAYOUT = layout("fep-detail")


@dataclass
class Row:
    """A message that it counts."""

    mti: str
    terminal: str
    stan: str
    at: str
    merchant_id: str
    bill_no: str | None
    amount: int
    original: tuple[str, str] | None = None

    @property
    def key(self):
        """The key of the payment."""
        stan, at = self.original or (self.stan, self.at)
        return f"P|12345678|{self.terminal}|{stan}|{at}"


def paid(command, amount=None):
    """The row of a payment command."""
    _, _, terminal, stan, at = command.key.split("|")
    bill_no = None if command.lines else command.bill_no
    return Row("0200", terminal, stan, at, command.merchant_id, bill_no, amount or command.amount_minor)


def undone(command, original):
    """The row of a reversal command."""
    _, _, terminal, stan, at = command.key.split("|")
    _, _, _, first_stan, first_at = original.key.split("|")
    return Row(
        "0400",
        terminal,
        stan,
        at,
        command.merchant_id,
        original.bill_no,
        command.amount_minor,
        (first_stan, first_at),
    )


@dataclass
class Book:
    """What it counts on a day."""

    rows: list = field(default_factory=list)
    day: object = DAY
    institution: str = "12345678"

    def pay(self, command, amount=None):
        """Count a payment."""
        self.rows.append(paid(command, amount))
        return self.rows[-1]

    def undo(self, command, original):
        """Count a reversal."""
        self.rows.append(undone(command, original))
        return self.rows[-1]

    def made_up(self, number, merchant_id="SCHOOL01", bill_no="S9", amount=12_345):
        """Count a payment that nobody has sent us."""
        self.rows.append(
            Row("0200", "TERM0009", f"{number:06d}", "20261122110000", merchant_id, bill_no, amount)
        )
        return self.rows[-1]

    def write(self, path, **wrong):
        """Write the file; ``wrong`` are values of the header."""
        with path.open("wb") as stream:
            writer = FixedWidthWriter(stream, LAYOUT)
            header = {"institution": self.institution, "settlement_date": self.day, "count": len(self.rows)}
            writer.header(header | wrong)
            for number, row in enumerate(self.rows, 1):
                stan, at = row.original or (None, None)
                writer.detail(
                    {
                        "sequence": number,
                        "mti": row.mti,
                        "terminal": row.terminal,
                        "stan": row.stan,
                        "transmission_time": row.at,
                        "merchant_id": row.merchant_id,
                        "bill_no": row.bill_no,
                        "amount": row.amount,
                        "response_code": "00",
                        "settlement_date": self.day,
                        "original_stan": stan,
                        "original_time": at,
                    }
                )
            writer.trailer({})
        return path

    def without(self, *rows):
        """The book without some rows."""
        return replace(self, rows=[row for row in self.rows if row not in rows])
