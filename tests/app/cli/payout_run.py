"""A run of payouts with one that failed, and banks' results of it and of a run that nobody has."""

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain.settlement.payouts import Payout, PayoutAccount, PayoutKind, PayoutState, Run
from offline_collect.store import StoreSettings, open_store
from offline_collect.store.settlement.payouts import add_payouts
from offline_collect.store.settlement.runs import add_run
from tests.app.cli.debit_batches import write_file
from tests.fakes.bank import DAY, NOON

RUN, NO_RUN = "S20261122000001", "S20261122000009"
PAYOUT, NO_PAYOUT = f"{RUN}-1", f"{NO_RUN}-1"


def register_run(organisation_id="BANK2", state="FAILED"):
    """Register a run of a bank for the school; write results named by the numbers of both runs."""
    store = open_store(StoreSettings("sqlite:///bank.db"))
    run = Run(
        run_no=RUN,
        organisation_id=organisation_id,
        bank_number="8802",
        business_date=DAY,
        currency="156",
        payout_count=1,
        total_minor=100,
    )
    payout = Payout(
        run_no=RUN,
        sequence=1,
        merchant_id="SCHOOL01",
        kind=PayoutKind.PAYOUT,
        amount_minor=100,
        account=PayoutAccount("6222000000000009", "阳光小学"),
        remark=None,
        posting="20261122S00000000001",
        state=PayoutState(state),
    )
    with store.transaction() as tx:
        add_run(tx, run, "bella", NOON)
        add_payouts(tx, [payout])
    store.dispose()
    layout = Schemas().fixed_layouts()["settle-result"]
    for number in (RUN, NO_RUN):
        header = {"bank": "9999", "business_date": DAY, "run_no": number, "currency": "156"}
        write_file(layout, number, header | {"count": 0, "settled_count": 0, "settled_total": 0}, [])
