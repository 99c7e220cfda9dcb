"""The drawings of lives in docs/architecture.md agree with the tables in the domain."""

import re
from pathlib import Path

import pytest

from offline_collect.domain import leases
from offline_collect.domain.access import approvals, sessions
from offline_collect.domain.business_days import life as days
from offline_collect.domain.debits import mandates
from offline_collect.domain.debits.batches import BATCH_LIFE, RECORD_LIFE
from offline_collect.domain.imports import life as imports
from offline_collect.domain.keys import life as keys
from offline_collect.domain.notices import life as notices
from offline_collect.domain.notices import templates
from offline_collect.domain.reconciliation import items
from offline_collect.domain.settlement.payouts import PAYOUT_LIFE, RUN_LIFE

PAGE = (Path(__file__).parents[2] / "docs" / "architecture.md").read_text(encoding="utf-8")
LIVES = {
    "an import": imports.LIFE,
    "a request for approval": approvals.LIFE,
    "a console session": sessions.LIFE,
    "a key": keys.LIFE,
    "a mandate": mandates.LIFE,
    "a debit batch": BATCH_LIFE,
    "a debit": RECORD_LIFE,
    "a business day": days.LIFE,
    "a run of payouts": RUN_LIFE,
    "a payout": PAYOUT_LIFE,
    "an item of reconciliation": items.LIFE,
    "a notice": notices.LIFE,
    "a template": templates.LIFE,
}


def section(title):
    return PAGE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def drawn(title):
    return sorted(re.findall(r"^ +(\w+) --> (\w+): (.+)$", section(title), re.MULTILINE))


@pytest.mark.parametrize("thing", LIVES)
def test_a_life_is_drawn_as_it_is(thing):
    steps = [
        (source.value, step.target.value, event.value)
        for event, step in LIVES[thing].items()
        for source in getattr(step, "sources", (approvals.ApprovalState.PENDING,))
    ]
    assert drawn(f"The life of {thing}") == sorted(steps)


@pytest.mark.parametrize("thing", LIVES)
def test_who_moves_a_thing_and_what_becomes_of_it_is_told_as_it_is(thing):
    told = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", section(f"The life of {thing}"), re.MULTILINE)
    assert told[1:] == [(event.value, step.who, step.does) for event, step in LIVES[thing].items()]


def test_the_life_of_a_lease_is_drawn_as_it_is():
    steps = [(before.value, after.value, event.value) for event, (before, after) in leases.LIFE.items()]
    assert drawn("A connection to a partner that listens") == sorted(steps)
