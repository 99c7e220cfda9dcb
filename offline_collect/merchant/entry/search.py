"""The search for customers and bills; users without SEE_PERSONAL may not search by data that is masked for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.forms import InputProblem, PaymentForm, input_named, input_names
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.common.errors import TranslatableError
from offline_collect.merchant.common.target import require_form
from offline_collect.store import CustomerCriteria, StoreTransaction


@dataclass(frozen=True, slots=True)
class CustomerSearch:
    """Search terms for customers; None matches every customer.

    Attributes:
        number: a part of it, in any case; likewise ``name`` and ``mobile``.
        inputs: values by the names of the form's inputs, as a payer would type them.
    """

    number: str | None = None
    name: str | None = field(default=None, repr=False)
    mobile: str | None = field(default=None, repr=False)
    inputs: Mapping[str, str] = field(default_factory=dict, repr=False)

    def require(self, actor: Actor) -> None:
        """Refuse who may not search, or not by this.

        Raises:
            NotPermittedError: the actor may not look, or not by personal data.
        """
        actor.require(Permission.VIEW)
        if self.name or self.mobile or self.inputs:
            actor.require(Permission.SEE_PERSONAL)

    def criteria(self, tx: StoreTransaction, merchant_id: str) -> CustomerCriteria:
        """Return what the store is asked for, inputs normalised as lookups do.

        Raises:
            SearchInputError: the form has no such input, or would refuse the value.
            NoFormError: the merchant has no form.
        """
        inputs = {}
        if self.inputs:
            form = require_form(tx, merchant_id)
            inputs = dict(_read(form, merchant_id, *typed) for typed in self.inputs.items())
        return CustomerCriteria(self.number, self.name, self.mobile, inputs)


class SearchInputError(TranslatableError):
    """A search names an input that the form does not ask for, or a value that it would refuse."""


def _read(form: PaymentForm, merchant_id: str, name: str, text: str) -> tuple[str, str]:
    asked = input_named(form, name)
    if asked is None:
        raise SearchInputError(
            Phrase(
                "{name}: the form of {merchant_id} asks for {names}",
                name=name,
                merchant_id=merchant_id,
                names=input_names(form),
            )
        )
    read = asked.read(text)
    if isinstance(read, InputProblem):
        raise SearchInputError(Phrase("{name}: {reason}", name=name, reason=read.reason))
    return asked.key, read
