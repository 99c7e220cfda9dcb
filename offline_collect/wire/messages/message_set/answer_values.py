"""The values of each command's answer by the names that message sets use, so that a mistyped name is refused at start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from offline_collect.domain import commands
from offline_collect.wire.messages.answers.parts import FIRST
from offline_collect.wire.messages.message_set.types import (
    KEY_BLOCK,
    PAGE_CURSOR,
    PAGE_PAYABLE,
    PAGE_PAYER_FEE,
    PAGE_TOTAL,
    AnswerPlan,
    ValuePlan,
)

_PAYMENT = frozenset(
    {
        "approval_code",
        "bill_no",
        "least_payable",
        "original_state",
        "payable_step",
        "payer_fee",
        "posted_at",
        "receipt",
        "serial_number",
        "suspended",
        "total_payable",
    }
)
_TOTALS = frozenset(
    {
        "credit_reversals",
        "credit_reversals_minor",
        "credits",
        "credits_minor",
        "debit_reversals",
        "debit_reversals_minor",
        "debits",
        "debits_minor",
        "net_minor",
        "settlement_code",
    }
)
VALUES: Mapping[type[commands.Command], frozenset[str]] = MappingProxyType(
    {
        commands.Directory: frozenset({"open_count", PAGE_CURSOR}),
        commands.FormDownload: frozenset({"form_version", "inputs_count", "instructions", "title"}),
        commands.Lookup: frozenset(
            {
                "customer_name",
                "customer_no",
                "open_count",
                PAGE_CURSOR,
                PAGE_PAYABLE,
                PAGE_PAYER_FEE,
                PAGE_TOTAL,
            }
        ),
        commands.NetworkManagement: frozenset({KEY_BLOCK, "key_check_value", "key_number"}),
        commands.Payment: _PAYMENT,
        commands.PaymentAdvice: _PAYMENT,
        commands.Reversal: frozenset({"reversal_did", "serial_number"}),
        commands.Status: frozenset({"approval_code", "original_code", "original_state", "serial_number"}),
        commands.Totals: _TOTALS,
    }
)
RECORD_VALUES: Mapping[type[commands.Command], frozenset[str]] = MappingProxyType(
    {
        commands.Directory: frozenset({"merchant_id", "title", "trade"}),
        commands.FormDownload: frozenset(
            {
                "choices",
                "example",
                "group",
                "key",
                "label",
                "least",
                "most",
                "pattern",
                "prompt",
                "required",
                "type",
            }
        ),
        commands.Lookup: frozenset(
            {
                "bill_no",
                "bill_status",
                "description",
                "due_date",
                "extra",
                "late_fee",
                "least_payable",
                "payable_step",
                "payer_fee",
                "period",
                "principal",
                "total_payable",
            }
        ),
    }
)
"""Of a page's records; a name with `first_` before it is a value of the answer, too."""


def unknown_values(command: type[commands.Command], plan: AnswerPlan) -> list[str]:
    """Return the names in a plan that the command's answers, or their records, do not have."""
    own, of_records = VALUES[command], RECORD_VALUES.get(command, frozenset())
    own |= {f"{FIRST}{name}" for name in of_records}
    unknown = {name for name in _names(_values(plan)) if name not in own}
    unknown |= {name for name in _names(_record_values(plan)) if name not in of_records}
    return sorted(unknown)


def _values(plan: AnswerPlan) -> Iterator[ValuePlan]:
    yield from plan.elements.values()
    yield from plan.tags.values()
    for layout in plan.layouts.values():
        yield from (value for _, value in layout.put)


def _record_values(plan: AnswerPlan) -> Iterator[ValuePlan]:
    if plan.records is not None:
        yield from plan.records.tags.values()
    for layout in plan.layouts.values():
        if layout.records is not None:
            yield from layout.records.put.values()


def _names(values: Iterator[ValuePlan]) -> Iterator[str]:
    """Return the names of values, without constants."""
    return (value.value for value in values if value.value)
