"""Verifying a store: checks the invariants that `verify` prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from offline_collect.domain.answers import from_document
from offline_collect.store.backoffice.audit import BrokenLink, check_chain
from offline_collect.store.backoffice.link_keys import stored_keys
from offline_collect.store.database.json import from_json
from offline_collect.store.schema.tables import transactions
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.verify import keys
from offline_collect.store.verify.checks import CHECKS
from offline_collect.store.verify.keys import KeyProblem

FINDINGS_MAX = 100
"""How many findings of one kind a report shows; the rest are counted."""

INVARIANTS = (1, 2, 3, 4, 5, 6, 7, 8, 9)
"""Numbers of the checked invariants."""

_AT_ONCE = 1_000
_ANSWERS = select(transactions.c.key, transactions.c.response_code, transactions.c.answer)


@dataclass(frozen=True, slots=True)
class Finding:
    """A breach of an invariant.

    Attributes:
        invariant: its number, whose meaning `verify` prints.
        subject: a serial number, key, currency, merchant and bill number, number of a request, or place of a key.
    """

    invariant: int
    subject: str
    problem: str


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a verification.

    Attributes:
        findings: at most :data:`FINDINGS_MAX` of a kind, by invariant.
        counts: the number of all findings, by invariant; 0 if it holds.
        unopened: the number of stored keys whose values were not checked, without the master key.
    """

    findings: tuple[Finding, ...]
    counts: dict[int, int]
    unopened: int = 0

    @property
    def whole(self) -> bool:
        """Whether every invariant holds."""
        return not any(self.counts.values())


def verify(tx: StoreTransaction, problem_of: KeyProblem | None = None) -> Report:
    """Check every invariant in one snapshot; memory does not grow with the store, except with its keys in force.

    Args:
        tx: the snapshot.
        problem_of: opens a key under the master key; None without a master key.
    """
    shown: list[Finding] = []
    counts = dict.fromkeys(INVARIANTS, 0)
    kinds: dict[tuple[int, str], int] = {}
    for finding in _findings(tx, problem_of):
        kind = (finding.invariant, finding.problem)
        kinds[kind] = kinds.get(kind, 0) + 1
        counts[finding.invariant] += 1
        if kinds[kind] <= FINDINGS_MAX:
            shown.append(finding)
    unopened = len(stored_keys(tx)) if problem_of is None else 0
    return Report(tuple(sorted(shown, key=lambda finding: finding.invariant)), counts, unopened)


def _findings(tx: StoreTransaction, problem_of: KeyProblem | None) -> Iterator[Finding]:
    for check in CHECKS:
        for row in _streamed(tx, check.query):
            yield Finding(check.invariant, row[0], check.problem)
    yield from _unreadable_answers(tx)
    yield from _broken_chain(tx)
    yield from _wrong_keys(tx, problem_of)


def _streamed(tx: StoreTransaction, query: Select[Any]) -> Iterable[Any]:
    return tx.connection.execute(query.execution_options(yield_per=_AT_ONCE))


def _unreadable_answers(tx: StoreTransaction) -> Iterator[Finding]:
    for key, code, document in _streamed(tx, _ANSWERS):
        try:
            same = from_document(from_json(document)).code.value == code
        except (ValueError, KeyError, TypeError):
            same = False
        if not same:
            yield Finding(3, key, "the stored answer cannot be read, or has another response code")


def _broken_chain(tx: StoreTransaction) -> Iterator[Finding]:
    for found in check_chain(tx):
        if isinstance(found, BrokenLink):
            yield Finding(6, str(found.sequence), found.problem)


def _wrong_keys(tx: StoreTransaction, problem_of: KeyProblem | None) -> Iterator[Finding]:
    for place, problem in keys.wrong_histories(tx):
        yield Finding(8, place, problem)
    if problem_of is not None:
        for place, problem in keys.wrong_values(tx, problem_of):
            yield Finding(8, place, problem)
