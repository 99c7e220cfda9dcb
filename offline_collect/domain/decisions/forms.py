"""0100/390000: a merchant's published payment form."""

from __future__ import annotations

from offline_collect.domain.answers import Answer, Record, decline
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import FormDownload
from offline_collect.domain.decisions.collecting import active_merchant
from offline_collect.domain.decisions.deciding import Context, Decision
from offline_collect.domain.effects import NO_EFFECTS
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.forms import Input, PaymentForm


def want(command: FormDownload, facts: Facts, wants: Wants) -> bool:  # noqa: ARG001 - one round is enough
    """Request the merchant and its published form."""
    wants.merchants.add(command.merchant_id)
    wants.current_forms.add(command.merchant_id)
    return False


def decide(command: FormDownload, facts: Facts, context: Context) -> Decision:  # noqa: ARG001 - no clock
    """Answer with the form, one record for each input."""
    merchant = active_merchant(command.merchant_id, facts)
    if isinstance(merchant, Answer):
        return merchant, NO_EFFECTS
    form = facts.current_forms[command.merchant_id]
    if form is None:
        reason = f"{merchant.name} has no payment form yet"
        return decline(ResponseCode.NOT_FOUND, "no such form", reason), NO_EFFECTS
    return form_answer(form), NO_EFFECTS


def form_answer(form: PaymentForm) -> Answer:
    """Return the answer with ``form``; publishing uses it to check that the form fits a message."""
    values: dict[str, str | int] = {
        "form_version": form.version,
        "title": form.title,
        "inputs_count": len(form.inputs),
    }
    if form.instructions:
        values["instructions"] = form.instructions
    return Answer(
        ResponseCode.APPROVED,
        values=values,
        records=tuple(Record(_input_values(asked)) for asked in form.inputs),
    )


def _input_values(asked: Input) -> dict[str, str | int]:
    values: dict[str, str | int] = {
        "key": asked.key,
        "label": asked.label,
        "prompt": asked.prompt,
        "type": asked.type.value,
        "least": asked.least,
        "most": asked.most,
        "required": "Y" if asked.required else "N",
    }
    choices = "|".join(f"{code}={label}" for code, label in asked.choices.items())
    optional = {
        "pattern": asked.pattern,
        "example": asked.example,
        "choices": choices,
        "group": asked.group,
    }
    return values | {name: text for name, text in optional.items() if text}
