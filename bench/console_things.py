"""One of each thing that a page of the console shows by its own number: a mandate, a notice, a debit in doubt, a failed payout."""

from __future__ import annotations

from typing import Any

from data import AMOUNT_MINOR, MERCHANT, NOW, TODAY
from order import BILL
from paid_day import serial_of
from sqlalchemy import Table, insert, update

from offline_collect.store import StoreTransaction
from offline_collect.store.schema.tables import metadata, payments

_CUSTOMER, _MANDATE, _NOTICE = "C00000001", "R-BENCH", "N-BENCH"
_RUN = f"{TODAY.compact}000001"
_BY = "operator"

_MANDATES: dict[str, Any] = {
    "merchant_id": MERCHANT,
    "reference": _MANDATE,
    "customer_no": _CUSTOMER,
    "state": "ACTIVE",
    "signed_on": TODAY,
    "decided_by": _BY,
    "decided_at": NOW,
    "version": 1,
}
_NOTICES: dict[str, Any] = {
    "notice_id": _NOTICE,
    "kind": "PAID",
    "merchant_id": MERCHANT,
    "customer_no": _CUSTOMER,
    "bill_no": BILL.format(2),
    "payment_serial": serial_of(2),
    "amount_minor": AMOUNT_MINOR,
    "currency": "156",
    "created_at": NOW,
    "payment_line": 1,
    "state": "SENT",
    "indexed_state": "SENT",
    "due_at": NOW,
    "attempts": 1,
    "message_id": _NOTICE,
    "channel": "KANNEL",
    "recipient": "1380000****",
    "tried_at": NOW,
    "sent_at": NOW,
}
_TEMPLATES: dict[str, Any] = {
    "template_id": 1,
    "merchant_id": MERCHANT,
    "kind": "PAID",
    "channel": "KANNEL",
    "language": "zh",
    "notice_class": "SERVICE",
    "text": "{bill} {amount}",
    "state": "DRAFT",
    "made_by": _BY,
    "made_at": NOW,
}
_MAPPINGS: dict[str, Any] = {
    "mapping_id": 1,
    "merchant_id": MERCHANT,
    "kind": "customers",
    "titles_digest": "0" * 64,
    "titles": '["No","Name"]',
    "document": '{"mapping":{"columns":{"customer_no":"No","name":"Name"}},"asks":[]}',
    "who": _BY,
    "remembered_at": NOW,
}
_RUNS: dict[str, Any] = {
    "run_no": _RUN,
    "organisation_id": "BANK",
    "bank_number": "10210000001",
    "business_date": TODAY,
    "currency": "156",
    "payout_count": 1,
    "total_minor": AMOUNT_MINOR,
    "state": "TAKEN",
    "made_by": _BY,
    "made_at": NOW,
}
_PAYOUTS: dict[str, Any] = {
    "run_no": _RUN,
    "sequence": 1,
    "merchant_id": MERCHANT,
    "kind": "PAYOUT",
    "amount_minor": AMOUNT_MINOR,
    "account": "6222000000000002",
    "account_name": "BENCH",
    "posting": f"S|{TODAY.compact}|{MERCHANT}",
    "state": "FAILED",
    "return_code": "2001",
}
_ROWS = {
    "mandates": _MANDATES,
    "notice_deliveries": _NOTICES,
    "notice_templates": _TEMPLATES,
    "mappings": _MAPPINGS,
    "payout_runs": _RUNS,
    "payouts": _PAYOUTS,
}


def put_things(tx: StoreTransaction, batch: str) -> dict[str, str]:
    """Write them; return the addresses of their pages by the paths of the table of pages.

    Args:
        batch: the number of a debit batch without debits.
    """
    debit: dict[str, Any] = {
        "batch_no": batch,
        "sequence": 1,
        "merchant_id": MERCHANT,
        "bill_no": BILL.format(1),
        "customer_no": _CUSTOMER,
        "principal_minor": AMOUNT_MINOR,
        "late_fee_minor": 0,
        "mandate_ref": _MANDATE,
        "mandate_date": TODAY,
        "debit_account": "6222000000000001",
        "account_name": "BENCH",
        "state": "LOCKED",
    }
    for name, row in (*_ROWS.items(), ("debit_records", debit)):
        tx.connection.execute(insert(_table(name)), row)
    suspended = payments.c.serial_number == serial_of(1)
    tx.connection.execute(update(payments).where(suspended).values(state="SUSPENSE"))
    return {
        "/suspense/{name:path}": f"/suspense/{serial_of(1)}",
        "/mandate/{merchant}/{number:path}": f"/mandate/{MERCHANT}/{_MANDATE}",
        "/merchants/{merchant}/workbooks/{kind}": f"/merchants/{MERCHANT}/workbooks/bills",
        "/notices/{notice}": f"/notices/{_NOTICE}",
        "/debit-batches/{number}/{sequence}": f"/debit-batches/{batch}/1",
        "/payout-runs/{run}": f"/payout-runs/{_RUN}",
        "/payouts/{reference}": f"/payouts/{_RUN}-1",
        "/links/{link}": "/links/bench",
        "/templates/{template}": "/templates/1",
    }


def _table(name: str) -> Table:
    return metadata.tables[name]
