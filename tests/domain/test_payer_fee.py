"""The payer's fee: its rules, and what it is of a payment of one bill or several."""

import pytest

from offline_collect.domain.commands import Channel
from offline_collect.domain.errors import RuleError
from offline_collect.domain.payer_fee import PayerFee, payer_fees

FIXED = PayerFee(fixed_minor=3_000)
RATE = PayerFee(rate_billionths=10_000_000, per_bill=False)


@pytest.mark.parametrize(
    ("rules", "fees"),
    [
        ([FIXED], (3_000, 3_000)),
        ([RATE], (3, 0)),
        ([PayerFee(fixed_minor=1, rate_billionths=10_000_000)], (2, 3)),
        ([PayerFee(fixed_minor=7, per_bill=False)], (7, 0)),
        ([], (0, 0)),
        ([PayerFee(Channel.KIOSK, fixed_minor=1), FIXED], (3_000, 3_000)),
        ([PayerFee(Channel.TELLER, fixed_minor=1), FIXED], (1, 1)),
        ([PayerFee(institution="9", fixed_minor=1)], (0, 0)),
        ([PayerFee(Channel.TELLER, "1", fixed_minor=5)], (5, 5)),
    ],
)
def test_the_first_rule_that_holds_counts(rules, fees):
    assert payer_fees(rules, Channel.TELLER, "1", [100, 150]) == fees


@pytest.mark.parametrize("terms", [{}, {"fixed_minor": -1}, {"fixed_minor": 1, "rate_billionths": -1}])
def test_a_rule_that_charges_nothing_or_less_is_refused(terms):
    with pytest.raises(RuleError, match="over 0"):
        PayerFee(**terms)
