import datetime as dt

import pytest

from offline_collect.domain.debits.mandates import (
    ENDED,
    LIFE,
    Cycle,
    Mandate,
    MandateEvent,
    MandateRefusal,
    MandateState,
    debit_refusal,
    refusal,
)

DAY = dt.date(2030, 11, 22)
SIGNED = Mandate("DK1", signed_on=dt.date(2030, 9, 1))


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"signed_on": None}, MandateState.PROPOSED),
        ({}, MandateState.ACTIVE),
        ({"signed_on": DAY + dt.timedelta(1)}, MandateState.PROPOSED),
        ({"signed_on": DAY}, MandateState.ACTIVE),
        ({"signed_on": None, "decided": MandateState.ACTIVE}, MandateState.ACTIVE),
        ({"decided": MandateState.EXPIRED}, MandateState.EXPIRED),
        ({"decided": MandateState.SUSPENDED}, MandateState.SUSPENDED),
        ({"decided": MandateState.CANCELLED}, MandateState.CANCELLED),
        ({"last_day": DAY}, MandateState.ACTIVE),
        ({"last_day": DAY - dt.timedelta(1)}, MandateState.EXPIRED),
        ({"last_day": DAY - dt.timedelta(1), "decided": MandateState.SUSPENDED}, MandateState.EXPIRED),
        ({"last_day": DAY - dt.timedelta(1), "decided": MandateState.CANCELLED}, MandateState.CANCELLED),
    ],
)
def test_the_state_follows_from_signature_decisions_and_the_last_day(changes, state):
    values = {"signed_on": SIGNED.signed_on} | changes
    assert Mandate("DK1", **values).state(DAY) is state


def test_a_cancelled_or_expired_mandate_never_lives_again():
    assert {MandateState.CANCELLED, MandateState.EXPIRED} == ENDED
    for ended in ENDED:
        assert not [event for event, step in LIFE.items() if ended in step.sources]


@pytest.mark.parametrize(
    ("decided", "event", "refused"),
    [
        (None, MandateEvent.SUSPENDED, False),
        (None, MandateEvent.SIGNED, True),
        (None, MandateEvent.RESUMED, True),
        (MandateState.SUSPENDED, MandateEvent.RESUMED, False),
        (MandateState.SUSPENDED, MandateEvent.CANCELLED, False),
        (MandateState.CANCELLED, MandateEvent.RESUMED, True),
    ],
)
def test_a_decision_has_an_effect_only_in_the_states_of_the_table(decided, event, refused):
    mandate = Mandate("DK1", signed_on=SIGNED.signed_on, decided=decided)
    assert refusal(event, mandate, DAY) == (MandateRefusal.WRONG_STATE if refused else None)


@pytest.mark.parametrize(
    ("changes", "amount", "debited", "refused"),
    [
        ({}, 10**12, 10**12, None),
        ({"signed_on": None}, 1, 0, MandateRefusal.WRONG_STATE),
        ({"first_day": DAY}, 1, 0, None),
        ({"first_day": DAY + dt.timedelta(1)}, 1, 0, MandateRefusal.NOT_BEGUN),
        ({"limit_minor": 500}, 500, 10_000, None),
        ({"limit_minor": 500}, 501, 0, MandateRefusal.OVER_LIMIT),
        ({"cycle": Cycle.MONTH, "cycle_limit_minor": 500}, 100, 400, None),
        ({"cycle": Cycle.MONTH, "cycle_limit_minor": 500}, 101, 400, MandateRefusal.OVER_CYCLE_LIMIT),
        ({"limit_minor": 500, "cycle_limit_minor": 600}, 200, 500, MandateRefusal.OVER_CYCLE_LIMIT),
    ],
)
def test_a_debit_stays_within_the_terms(changes, amount, debited, refused):
    mandate = Mandate("DK1", **({"signed_on": SIGNED.signed_on} | changes))
    assert debit_refusal(mandate, amount, debited, DAY) == refused


@pytest.mark.parametrize(
    ("cycle", "on", "first"),
    [
        (Cycle.WEEK, dt.date(2030, 11, 22), dt.date(2030, 11, 18)),
        (Cycle.WEEK, dt.date(2031, 1, 1), dt.date(2030, 12, 30)),
        (Cycle.MONTH, dt.date(2030, 11, 22), dt.date(2030, 11, 1)),
        (Cycle.QUARTER, dt.date(2030, 12, 31), dt.date(2030, 10, 1)),
        (Cycle.QUARTER, dt.date(2030, 1, 1), dt.date(2030, 1, 1)),
        (Cycle.QUARTER, dt.date(2030, 8, 31), dt.date(2030, 7, 1)),
        (Cycle.YEAR, dt.date(2032, 2, 29), dt.date(2032, 1, 1)),
    ],
)
def test_the_first_day_of_a_cycle(cycle, on, first):
    assert cycle.first_day(on) == first
