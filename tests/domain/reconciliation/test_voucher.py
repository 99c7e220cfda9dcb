"""A voucher's sums lose no line and mix no accounts."""

from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.ledger.ledger import Account
from offline_collect.domain.reconciliation.voucher import OwnerSide, VoucherLine, side_of, sums_of

MINOR = st.integers(0, 10**12)
LINES = st.lists(
    st.builds(VoucherLine, st.sampled_from(Account), st.text("AB12", min_size=1, max_size=3), MINOR, MINOR)
)


@given(LINES)
def test_each_kind_of_account_has_one_sum_of_all_its_lines(lines):
    found = sums_of(iter(lines))
    assert [each.account for each in found] == [
        account for account in Account if account in {line.account for line in lines}
    ]
    for each in found:
        own = [line for line in lines if line.account is each.account]
        assert each.accounts == len(own)
        assert each.debits_minor == sum(line.debits_minor for line in own)
        assert each.credits_minor == sum(line.credits_minor for line in own)


def test_whose_accounts_are():
    assert side_of(Account.CLEARING) is OwnerSide.INSTITUTION
    assert side_of(Account.PAYABLE) is OwnerSide.MERCHANT
    assert side_of(Account.FEES_RECEIVABLE) is OwnerSide.MERCHANT
    assert side_of(Account.PAYOUT_CLEARING) is OwnerSide.BANK
    (own,) = sums_of([VoucherLine(Account.FEE_INCOME, "BANK", 0, 1)])
    assert own.side is OwnerSide.BANK
