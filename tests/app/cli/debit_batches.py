"""Two batches of debits of a school, and a bank's files about them and about batches that nobody has."""

from pathlib import Path

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain.debits.batches import Batch, BatchState
from offline_collect.files.fixed_width.read import read_fixed_width
from offline_collect.files.fixed_width.write import FixedWidthWriter
from offline_collect.store import StoreSettings, open_store
from offline_collect.store.debits.batches import add_batch
from tests.fakes.bank import NOON

RESULT, NO_RESULT = "20261122000001", "20261122000008"
RETURNS, NO_RETURNS = "20261122000002", "20261122000009"


def register_batches():
    """Register two batches of the school; write their files and those of numbers that are nobody's, named by these."""
    store = open_store(StoreSettings("sqlite:///bank.db"))
    layouts = Schemas().fixed_layouts()
    for number in (RESULT, RETURNS):
        batch = Batch(
            batch_no=number,
            merchant_id="SCHOOL01",
            institution="8801",
            business_date=store.open_day().date,
            collection_date=store.open_day().date,
            creditor_id=None,
            currency="156",
            record_count=0,
            total_minor=0,
            state=BatchState.REGISTERED,
        )
        with store.transaction() as tx:
            add_batch(tx, batch, "bella", NOON)
    for number in (RESULT, NO_RESULT):
        header = {"institution": "8801", "merchant_id": "SCHOOL01", "batch_no": number, "currency": "156"}
        header |= {"business_date": NOON.date(), "count": 0, "settled_count": 0, "settled_total": 0}
        write_file(layouts["debit-result"], number, header, [])
    for number in (RETURNS, NO_RETURNS):
        header = {"institution": "8801", "date": NOON.date(), "file_no": "F1", "currency": "156"}
        back = {"sequence": 1, "batch_no": number, "batch_sequence": 1, "bill_no": "H1", "amount": 1}
        details = [back | {"return_code": "1001"}]
        write_file(layouts["debit-return"], number, header | {"count": 1, "total": 1}, details)
    store.dispose()


def answer(sent, code, settled=(), result="result.dat"):
    """Write a bank's result of a batch's file: the debits of some sequence numbers settled, one code for all others."""
    layouts = Schemas().fixed_layouts()
    with Path(sent).open("rb") as stream:
        header, *details, _ = (each.values for each in read_fixed_width(stream, layouts["debit-out"]))
    answered = []
    for each in details:
        paid = each["sequence"] in settled
        said = {"return_code": "0000" if paid else code, "settled_amount": each["amount"] if paid else 0}
        answered.append({key: each[key] for key in ("sequence", "bill_no", "amount")} | said)
    sums = {"settled_count": len(settled), "settled_total": sum(each["settled_amount"] for each in answered)}
    write_file(layouts["debit-result"], result, {**header, **sums}, answered)


def write_file(layout, name, header, details):
    with Path(name).open("wb") as stream:
        writer = FixedWidthWriter(stream, layout)
        writer.header(header)
        for each in details:
            writer.detail(each)
        writer.trailer({})
