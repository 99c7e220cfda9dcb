"""What a payer reads of a mandate that was changed."""

from dataclasses import replace

import pytest

from offline_collect.domain.debits.mandates import Cycle, Mandate, MandateState
from offline_collect.domain.notices.mandate_words import MandateNow, mandate_state, mandate_terms
from offline_collect.domain.notices.wording import VARIABLES

ACCOUNT = "6222000000000001017"
LIMITED = Mandate("R-1", limit_minor=50_000, cycle=Cycle.MONTH, cycle_limit_minor=200_000)
NOW = MandateNow(LIMITED, MandateState.ACTIVE, ACCOUNT)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_state_has_words_of_its_own(language):
    found = {mandate_state(replace(NOW, state=each), language) for each in MandateState}
    assert len(found) == len(MandateState)
    assert max(map(len, found)) <= VARIABLES["mandate_state"]


@pytest.mark.parametrize(
    ("now", "chinese", "english"),
    [
        (
            NOW,
            "扣款账户***1017，单笔最高500.00元，每月最高2000.00元。",
            "Account ***1017, at most 500.00 CNY a debit, at most 2000.00 CNY a month.",
        ),
        (
            replace(NOW, terms=replace(LIMITED, limit_minor=None), account=None),
            "每月最高2000.00元。",
            "At most 2000.00 CNY a month.",
        ),
        (replace(NOW, terms=Mandate("R-1")), "扣款账户***1017。", "Account ***1017."),
        (
            replace(NOW, terms=replace(LIMITED, cycle_limit_minor=None), account="12345678"),
            "扣款账户***，单笔最高500.00元。",
            "Account ***, at most 500.00 CNY a debit.",
        ),
        (MandateNow(Mandate("R-1"), MandateState.SUSPENDED), "", ""),
        (replace(NOW, state=MandateState.CANCELLED), "", ""),
        (replace(NOW, state=MandateState.EXPIRED), "", ""),
    ],
)
def test_what_may_be_debited_is_a_sentence(now, chinese, english):
    assert (mandate_terms(now, "156", "zh"), mandate_terms(now, "156", "en")) == (chinese, english)


def test_an_account_is_not_shown():
    assert ACCOUNT not in repr(NOW)


@pytest.mark.parametrize("cycle", Cycle)
def test_each_cycle_has_words_of_its_own(cycle):
    others = {mandate_terms(replace(NOW, terms=replace(LIMITED, cycle=each)), "156", "zh") for each in Cycle}
    assert len(others) == len(Cycle)
    assert mandate_terms(replace(NOW, terms=replace(LIMITED, cycle=cycle)), "156", "en").endswith(
        f" a {cycle.value.lower()}."
    )
