from offline_collect.domain.merchants import Merchant, MerchantStatus, SettlementAccount
from tests.support.samples import ACCOUNT, SCHOOL_FORM


def test_active_merchants_with_a_form_are_told_by_id(bank, teller):
    bank.store.put_merchant(Merchant("AAA", "无表单", "shop", SettlementAccount(ACCOUNT)))
    closed = Merchant("BBB", "停业", "shop", SettlementAccount(ACCOUNT), MerchantStatus.SUSPENDED)
    bank.store.put_merchant(closed, SCHOOL_FORM)
    answer = bank.ask(teller.directory(bank.now))
    assert answer.values == {"open_count": 2}
    assert [record.values for record in answer.records] == [
        {"title": "阳光小学", "trade": "school", "merchant_id": "SCHOOL01"},
        {"title": "清源自来水", "trade": "water", "merchant_id": "WATER001"},
    ]
    assert answer.beyond is None


def test_page_by_page_every_merchant_is_told_once(bank, teller):
    for nth in range(11):
        bank.store.put_merchant(
            Merchant(f"SHOP{nth:02}", "店", "shop", SettlementAccount(ACCOUNT)), SCHOOL_FORM
        )
    first = bank.ask(teller.directory(bank.now))
    second = bank.ask(teller.directory(bank.now, first.beyond))
    third = bank.ask(teller.directory(bank.now, second.beyond))
    found = [record.cursor for page in (first, second, third) for record in page.records]
    assert (first.values["open_count"], len(found), third.beyond) == (13, 13, None)
    assert found == sorted(set(found))
