"""Answers: the result of a decision, before a dialect encodes it.

``values`` have the names of ``schemas/messages.yaml``, which maps each to an element or PDS tag. An answer is
stored with its transaction, so it must survive a round trip through :func:`to_document` and
:func:`from_document`.

The names, by the kind of answer:

* payment, advice: ``approval_code serial_number posted_at receipt bill_no``, an advice also
  ``original_state``, of several bills ``suspended``; with a payer's fee ``payer_fee``; WRONG_AMOUNT: ``total_payable
  least_payable payable_step``;
* reversal: ``serial_number reversal_did``;
* status: ``approval_code serial_number original_state original_code`` (the last a :class:`ResponseCode`
  name that the dialect maps);
* lookup: ``customer_no customer_name open_count``, a record ``bill_no description period due_date
  principal late_fee total_payable bill_status least_payable
  payable_step extra``;
* form: ``form_version title instructions inputs_count``, a record ``key label prompt type least most
  required pattern example choices group``;
* directory: ``open_count``, a record ``title trade merchant_id``;
* totals: ``settlement_code`` and the fields of ``TotalsFigures`` with ``net_minor`` (signed).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.values import value


@value
class Record:
    """One record of a page.

    Attributes:
        values: the record's fields by name; amounts in minor units.
        cursor: the cursor of a page that begins with this record (PDS 0040); None when unpaged.
        payable_minor: the amount that the record adds to the answer's amount (DE 4).
        payer_fee_minor: what it adds to the payer's fee of a payment of the page's records up to it.
    """

    values: Mapping[str, str | int]
    cursor: str | None = None
    payable_minor: int = 0
    payer_fee_minor: int = 0


@value
class Answer:
    """One command's answer.

    Attributes:
        code: the response code by name.
        business_date: the date that DE 15 shows; None means the open day.
        brief: the reason in a few words (DE 44); None when approved.
        reason: the full reason, in the merchant's words if it has set any (DE 63).
        values: further fields by the names of the message set.
        records: a page's records in order; as many as fit are sent.
        beyond: cursor of the record after ``records``; None when they are the last.
    """

    code: ResponseCode
    business_date: BusinessDate | None = None
    brief: str | None = None
    reason: str | None = None
    values: Mapping[str, str | int] = field(default_factory=dict)
    records: tuple[Record, ...] = ()
    beyond: str | None = None

    @property
    def approved(self) -> bool:
        """Whether the code is APPROVED."""
        return self.code is ResponseCode.APPROVED


def decline(
    code: ResponseCode,
    brief: str,
    reason: str | None = None,
    *,
    business_date: BusinessDate | None = None,
    **values: str | int,
) -> Answer:
    """Return a refusal, with its reason in short and in full."""
    return Answer(code, business_date, brief, reason or brief, values)


def to_document(answer: Answer) -> dict[str, Any]:
    """Return an answer's JSON document for storage; only reads have records, and they are never stored."""
    document: dict[str, Any] = {"code": str(answer.code)}
    if answer.business_date is not None:
        document["business_date"] = answer.business_date.isoformat()
    if answer.brief is not None:
        document["brief"] = answer.brief
        document["reason"] = answer.reason
    if answer.values:
        document["values"] = answer.values
    return document


def from_document(document: Mapping[str, Any]) -> Answer:
    """Return the answer that :func:`to_document` wrote."""
    date = document.get("business_date")
    return Answer(
        ResponseCode(document["code"]),
        None if date is None else BusinessDate.parse(date),
        document.get("brief"),
        document.get("reason"),
        document.get("values", {}),
    )
