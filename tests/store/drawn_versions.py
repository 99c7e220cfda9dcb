"""Bills and customers drawn by hypothesis: versions in every combination of what the rules of imports read.

Drawn rows need not be possible results of imports: rows, marks, payments and states are combined freely, as far as
the columns allow.
"""

from dataclasses import replace
from typing import NamedTuple

from hypothesis import strategies as st
from sqlalchemy import delete, insert, select

from offline_collect.domain.bills import BillMark
from offline_collect.domain.imports import versions as rules
from offline_collect.domain.imports.life import ImportState
from offline_collect.domain.imports.rows import BillInEffect, Standing
from offline_collect.domain.imports.versions import Version
from offline_collect.store import ImportKind
from offline_collect.store.database.json import to_json
from offline_collect.store.schema.tables import bills, customer_keys, customers, imports
from offline_collect.store.sql.visibility import VERSIONED
from tests.fakes.bank import NOON
from tests.support.samples import DUE, PUPIL, SCHOOL

OWN = 1
"""The import whose rows a statement processes."""
IMPORTS = (OWN, 2, 3)
NUMBERS = ("A", "B", "C", "D")
MERCHANT = SCHOOL.merchant_id
MONTHS = ("2026-11", "2026-12")


class Drawn(NamedTuple):
    """A row of bills or customers; only bills have marks, payments, periods and amounts."""

    number: str
    version: Version
    mark: BillMark | None
    paid: tuple[int, int]
    paid_once: bool
    period: str
    amount: int

    def same_as(self, other):
        """Return whether a bill's content is that of another one."""
        return other is not None and (self.period, self.amount) == (other.period, other.amount)

    def untouched(self):
        """Return the same row as it was right after its import."""
        standing = None if self.version.standing == Standing.FORMER else self.version.standing
        version = replace(self.version, standing=standing, superseded_by=None)
        return self._replace(version=version, mark=None, paid=(0, 0))

    def looked_at(self, original):
        """Return the fields on which a decision about a bill depends."""
        return BillInEffect(self.same_as(original), self.mark, any(self.paid))


class World(NamedTuple):
    """Rows by id, the states of the imports that they name, and the customers who have bills."""

    kind: ImportKind
    states: dict[int, ImportState]
    rows: dict[int, Drawn]
    in_use: frozenset[str]

    @property
    def versions(self):
        """All rows as versions, with the others of their number."""
        return [
            (row.version, {each.version.row_id: each.version for each in self.of(row.number)})
            for row in self.rows.values()
        ]

    def of(self, number):
        """Return the rows of a number."""
        return [row for row in self.rows.values() if row.number == number]

    def undoable(self):
        """Return the same world without obstacles to an undo of the own import."""
        rows = {
            row_id: row.untouched() if row.version.import_id == OWN else row
            for row_id, row in self.rows.items()
        }
        return self._replace(rows=rows, in_use=frozenset())

    def with_own(self, state):
        """Return the same world with the own import in a state."""
        return self._replace(states={**self.states, OWN: state})


@st.composite
def worlds(draw, kind=None, own=tuple(ImportState)):
    """Draw rows of up to four numbers, each with up to four versions."""
    states = {each: draw(st.sampled_from(own if each == OWN else tuple(ImportState))) for each in IMPORTS}
    rows = {}
    for number in NUMBERS[: draw(st.integers(1, len(NUMBERS)))]:
        for _ in range(draw(st.integers(1, 4))):
            row = draw(rows_of(number, [each.version for each in rows.values() if each.number == number]))
            rows[len(rows) + 1] = row._replace(version=replace(row.version, row_id=len(rows) + 1))
    in_use = draw(st.frozensets(st.sampled_from(NUMBERS), max_size=2))
    return World(kind or draw(st.sampled_from(ImportKind)), states, rows, in_use)


@st.composite
def rows_of(draw, number, earlier):
    """Draw a row; no import replaces its own rows, because no number occurs twice in its file."""
    import_id = draw(st.sampled_from((None, OWN, OWN, OWN, 2, 3)))
    standings = (None, Standing.STAGED, Standing.STAGED, Standing.FORMER)
    standing = draw(st.sampled_from(standings if import_id else (None, Standing.FORMER)))
    others = [each.row_id for each in earlier if each.import_id != import_id] if import_id else []
    supersedes = draw(st.sampled_from((*others, *others, None)))
    by = draw(st.sampled_from((None, *(each for each in (OWN, OWN, 2, 3) if each != import_id))))
    return Drawn(
        number,
        Version(0, import_id, standing, supersedes, by),
        draw(st.sampled_from((None, None, None, *BillMark))),
        draw(st.sampled_from(((0, 0), (0, 0), (1, 0), (0, 1)))),
        draw(st.booleans()),
        draw(st.sampled_from(MONTHS)),
        draw(st.sampled_from((500, 700))),
    )


def put(store, world):
    """Replace all rows of a store by a world."""
    with store.transaction() as tx:
        for table in (customer_keys, bills, customers, imports):
            tx.connection.execute(delete(table))
        for number, state in world.states.items():
            tx.connection.execute(insert(imports), import_row(number, world.kind, state))
        make = bill_row if world.kind is ImportKind.BILLS else customer_row
        found = [make(row) for row in world.rows.values()]
        tx.connection.execute(insert(VERSIONED[world.kind].table), found)
        if world.kind is ImportKind.CUSTOMERS:
            lookups = [
                {"merchant_id": MERCHANT, "lookup_key": "0" * 64, "customer_id": row_id}
                for row_id, row in world.rows.items()
                if row.version.standing != Standing.FORMER
            ]
            theirs = [bill_row(plain_bill(number)) for number in sorted(world.in_use)]
            for table, rows in ((customer_keys, lookups), (bills, theirs)):
                if rows:
                    tx.connection.execute(insert(table), rows)


def import_row(number, kind, state):
    """Return a row of imports."""
    counted = ("read", "new", "changed", "unchanged", "withdrawn", "refused", "overtaken")
    return {
        "import_id": number,
        "merchant_id": MERCHANT,
        "kind": kind,
        "sha256": "0" * 64,
        "name": "a.csv",
        "size_bytes": 1,
        "options": "{}",
        "who": "ann",
        "began_at": NOON,
        "state": state,
        "rows_through": 0,
        **{f"rows_{name}": 0 for name in counted},
    }


def plain_bill(number):
    """Return a bill of a customer that is in effect and unchanged."""
    rank = 100 + NUMBERS.index(number)
    return Drawn(
        number, Version(rank, None, None, None, None), None, (0, 0), paid_once=False, period="", amount=1
    )


def standing_of(row):
    """Return the columns that both tables have in common."""
    version = row.version
    return {
        "merchant_id": MERCHANT,
        "version": version.row_id,
        "import_id": version.import_id,
        "standing": version.standing,
        "supersedes": version.supersedes,
        "superseded_by": version.superseded_by,
    }


def bill_row(row):
    """Return a row of bills."""
    return standing_of(row) | {
        "bill_id": row.version.row_id,
        "bill_no": row.number,
        "customer_no": row.number,
        "amount_minor": row.amount,
        "due_date": DUE,
        "currency": "CNY",
        "period": row.period or None,
        "mark": row.mark,
        "paid_principal_minor": row.paid[0],
        "paid_late_fee_minor": row.paid[1],
        "waived_late_fee_minor": 0,
        "fee_base": 0,
        "fee_through": DUE if row.paid_once else None,
        "late_fee_left_minor": 0,
    }


def customer_row(row):
    """Return a row of customers."""
    return standing_of(row) | {
        "customer_id": row.version.row_id,
        "customer_no": row.number,
        "name": "ann",
        "inputs": to_json(dict(PUPIL.inputs)),
        "consent": 0,
    }


def stored(store, world):
    """Return the versions that a store has now."""
    versioned = VERSIONED[world.kind]
    columns = versioned.table.c
    wanted = select(
        versioned.row_id, columns.import_id, columns.standing, columns.supersedes, columns.superseded_by
    )
    with store.snapshot() as reading:
        rows = reading.connection.execute(wanted.where(versioned.row_id < 100)).all()
    return {row[0]: Version(*row) for row in rows}


def kept(versions):
    """Return versions by id, without those that a rule removes."""
    return {version.row_id: version for version in versions if version is not None}


def selected(store, world, condition):
    """Return the ids of the rows that a condition selects."""
    versioned = VERSIONED[world.kind]
    with store.snapshot() as reading:
        found = select(versioned.row_id).where(condition, versioned.row_id < 100)
        return set(reading.connection.execute(found).scalars())


def effective(world):
    """Return the ids of the versions in effect, by the rule."""
    return {
        version.row_id
        for version, versions in world.versions
        if rules.in_effect(version, versions, world.states)
    }
