"""Triggers that refuse changes of settled days: the store refuses them, not only the program.

Amounts, entries and payouts of a settled day are neither changed nor deleted; the state of a payment may still advance (a refund
is posted on the open day). Added rows are not checked here, as such a trigger would run at each payment; what it would
cost is not measured. The open day, which every batch holds, is never settled, and ``verify`` finds what something else
has added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

REFUSED = "the business day is settled: nothing of it changes"

_AMOUNTS: Mapping[str, Sequence[str]] = {
    "entries": (),
    "reversals": (),
    "settlements": (),
    "settled_days": (),
    "payments": (
        *("serial_number", "merchant_id", "bill_no", "amount_minor", "currency", "principal_minor"),
        *("late_fee_minor", "waived_minor", "payer_fee_minor", "institution", "business_date", "in_totals"),
    ),
}
"""The tables, and the columns whose changes are refused; all of them without columns."""

PAYOUTS: Mapping[str, Sequence[str]] = {
    "settlement_entries": (),
    "settlement_dues": (
        *("business_date", "merchant_id", "organisation_id", "currency", "payable_minor", "fees_minor"),
    ),
}
"""The same of the tables of payouts; what a payout has paid is marked later."""

VOUCHERS: Mapping[str, Sequence[str]] = {"voucher_lines": ()}
"""The same of vouchers."""

RUNS: Mapping[str, Sequence[str]] = {
    "payout_runs": (
        *("run_no", "organisation_id", "bank_number", "business_date", "currency", "payout_count"),
        *("total_minor", "made_by", "made_at"),
    ),
}
"""The same of runs of payouts: their files and results come later."""

OF_RUNS: Mapping[str, Sequence[str]] = {
    "payouts": (
        *("run_no", "sequence", "merchant_id", "kind", "amount_minor", "account", "account_bank"),
        *("account_name", "remark", "posting", "again_run", "again_sequence"),
    ),
}
"""The same of payouts, whose day is that of their run: where the money goes is fixed with the day."""

_OWN_DAY = "{row}.business_date"
_DAY_OF_RUN = "(SELECT business_date FROM payout_runs WHERE run_no = {row}.run_no)"


def _function(name: str, day: str) -> str:
    """Return PostgreSQL's function for tables whose rows have such a day."""
    settled = f"SELECT 1 FROM business_days WHERE business_date = {day} AND state = 'SETTLED'"  # noqa: S608
    return f"""
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $refuse$
BEGIN
    IF EXISTS ({settled.format(row="OLD")}) THEN
        RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF EXISTS ({settled.format(row="NEW")}) THEN
        RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $refuse$
"""


_OF_DAY, _OF_RUN = "refuse_settled_day", "refuse_settled_run"
_DAYS_OF_ROWS = {_OF_DAY: _OWN_DAY, _OF_RUN: _DAY_OF_RUN}

_DAY_FUNCTION = f"""
CREATE OR REPLACE FUNCTION refuse_change_of_settled_day() RETURNS trigger LANGUAGE plpgsql AS $refuse$
BEGIN
    RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'check_violation';
END $refuse$
"""


def create(op: Any) -> None:
    """Create the triggers of the first tables and of the days with alembic's operations ``op``."""
    dialect = op.get_context().dialect.name
    functions = [_function(_OF_DAY, _OWN_DAY), _DAY_FUNCTION] if dialect == "postgresql" else []
    for words in (*functions, *_OF_TABLES[dialect](_AMOUNTS, _OF_DAY), *_OF_DAYS[dialect]()):
        op.execute(_literal(words))


def create_for(op: Any, tables: Mapping[str, Sequence[str]]) -> None:
    """Create the triggers of tables that came later."""
    for words in _OF_TABLES[op.get_context().dialect.name](tables, _OF_DAY):
        op.execute(_literal(words))


def create_of_runs(op: Any) -> None:
    """Create the triggers of runs and of their payouts."""
    create_for(op, RUNS)
    dialect = op.get_context().dialect.name
    functions = [_function(_OF_RUN, _DAY_OF_RUN)] if dialect == "postgresql" else []
    for words in (*functions, *_OF_TABLES[dialect](OF_RUNS, _OF_RUN)):
        op.execute(_literal(words))


def drop_of_runs(op: Any) -> None:
    """Drop what :func:`create_of_runs` has made."""
    drop_for(op, {**RUNS, **OF_RUNS})
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {_OF_RUN}()")


def drop(op: Any) -> None:
    """Drop what :func:`create` has made."""
    drop_for(op, _AMOUNTS)
    on_postgresql = op.get_context().dialect.name == "postgresql"
    for event in ("update", "delete"):
        op.execute(f"DROP TRIGGER settled_day_{event}{' ON business_days' if on_postgresql else ''}")
    if on_postgresql:
        for function in ("refuse_settled_day", "refuse_change_of_settled_day"):
            op.execute(f"DROP FUNCTION {function}()")


def drop_for(op: Any, tables: Mapping[str, Sequence[str]]) -> None:
    """Drop the triggers of some tables."""
    on_postgresql = op.get_context().dialect.name == "postgresql"
    for table in tables:
        for event in ("update", "delete"):
            op.execute(f"DROP TRIGGER settled_{table}_{event}{f' ON {table}' if on_postgresql else ''}")


def _literal(words: str) -> str:
    """Return a statement without parameters: a colon before a name would be one."""
    return words.replace(":", "\\:")


def _update(columns: Sequence[str]) -> str:
    return f"UPDATE OF {', '.join(columns)}" if columns else "UPDATE"


def _sqlite(tables: Mapping[str, Sequence[str]], kind: str) -> Iterator[str]:
    day = _DAYS_OF_ROWS[kind]
    settled = f"EXISTS (SELECT 1 FROM business_days WHERE business_date = {day} AND state = 'SETTLED')"  # noqa: S608
    old, new = settled.format(row="OLD"), settled.format(row="NEW")
    for table, columns in tables.items():
        yield (
            f"CREATE TRIGGER settled_{table}_update BEFORE {_update(columns)} ON {table} WHEN {old} OR {new}"
            f" {_SQLITE_REFUSES}"
        )
        yield f"CREATE TRIGGER settled_{table}_delete BEFORE DELETE ON {table} WHEN {old} {_SQLITE_REFUSES}"


_SQLITE_REFUSES = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"


def _sqlite_days() -> Iterator[str]:
    for event in ("UPDATE", "DELETE"):
        yield (
            f"CREATE TRIGGER settled_day_{event.lower()} BEFORE {event} ON business_days"
            f" WHEN OLD.state = 'SETTLED' {_SQLITE_REFUSES}"
        )


def _postgresql(tables: Mapping[str, Sequence[str]], kind: str) -> Iterator[str]:
    for table, columns in tables.items():
        run = f"ON {table} FOR EACH ROW EXECUTE FUNCTION {kind}()"
        yield f"CREATE TRIGGER settled_{table}_update BEFORE {_update(columns)} {run}"
        yield f"CREATE TRIGGER settled_{table}_delete BEFORE DELETE {run}"


def _postgresql_days() -> Iterator[str]:
    for event in ("UPDATE", "DELETE"):
        yield (
            f"CREATE TRIGGER settled_day_{event.lower()} BEFORE {event} ON business_days FOR EACH ROW"
            " WHEN (OLD.state = 'SETTLED') EXECUTE FUNCTION refuse_change_of_settled_day()"
        )


def _oracle(tables: Mapping[str, Sequence[str]], kind: str) -> Iterator[str]:
    old, new = (_DAYS_OF_ROWS[kind].format(row=row) for row in (":OLD", ":NEW"))
    for table, columns in tables.items():
        yield _oracle_check(f"settled_{table}_update", f"{_update(columns)} ON {table}", old, new)
        yield _oracle_check(f"settled_{table}_delete", f"DELETE ON {table}", old, old)


def _oracle_days() -> Iterator[str]:
    for event in ("UPDATE", "DELETE"):
        yield (
            f"CREATE TRIGGER settled_day_{event.lower()} BEFORE {event} ON business_days FOR EACH ROW"
            f" WHEN (OLD.state = 'SETTLED') BEGIN RAISE_APPLICATION_ERROR(-20001, '{REFUSED}'); END;"
        )


def _oracle_check(name: str, event: str, one: str, other: str) -> str:
    # The table's and rows' names are of this module.
    counted = (
        "SELECT COUNT(*) INTO settled FROM business_days WHERE state = 'SETTLED'"  # noqa: S608
        f" AND business_date IN ({one}, {other})"
    )
    return (
        f"CREATE TRIGGER {name} BEFORE {event} FOR EACH ROW DECLARE settled NUMBER; BEGIN {counted};"
        f" IF settled > 0 THEN RAISE_APPLICATION_ERROR(-20001, '{REFUSED}'); END IF; END;"
    )


_OF_TABLES: Mapping[str, Callable[[Mapping[str, Sequence[str]], str], Iterator[str]]] = {
    "sqlite": _sqlite,
    "postgresql": _postgresql,
    "oracle": _oracle,
}
_OF_DAYS: Mapping[str, Callable[[], Iterator[str]]] = {
    "sqlite": _sqlite_days,
    "postgresql": _postgresql_days,
    "oracle": _oracle_days,
}
