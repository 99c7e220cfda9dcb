"""The search for customers and bills; users without SEE_PERSONAL may not search by data that is masked for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.forms import InputProblem, PaymentForm, input_named, input_names
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.texts.telephones import mobile_part
from offline_collect.merchant.common.errors import TranslatableError
from offline_collect.merchant.common.target import require_form
from offline_collect.store import CustomerCriteria, StoreTransaction
from offline_collect.store.backoffice.search import is_there, last_number_to_read
from offline_collect.store.sql.visibility import Versioned


@dataclass(frozen=True, slots=True)
class CustomerSearch:
    """Search terms for customers; None matches every customer.

    Attributes:
        number: a part of it, in any case; likewise ``name`` and ``mobile``, however the number is written.
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
            SearchInputError: the form has no such input, or would refuse the value; or a part is too long.
            NoFormError: the merchant has no form.
        """
        refuse_long(self.number, self.name, self.mobile)
        inputs = {}
        if self.inputs:
            form = require_form(tx, merchant_id)
            inputs = dict(_read(form, merchant_id, *typed) for typed in self.inputs.items())
        return CustomerCriteria(self.number, self.name, self.mobile and mobile_part(self.mobile), inputs)


def refuse_long(*parts: str | None) -> None:
    """Refuse parts that nothing can have: a database would not take their pattern.

    Raises:
        SearchInputError: one is too long.
    """
    if any(len(part) > PART_MAX for part in parts if part is not None):
        raise SearchInputError(
            Phrase("what is looked for is too long: give at most {most} characters", most=PART_MAX)
        )


PART_MAX = 200
"""Characters of a part that is looked for: more than any number, name or mobile has."""

READ_MOST = 100_000
"""How many rows of a list one page reads, to find those that match."""


class _Narrowing(Protocol):
    """Criteria of a list.

    Attributes:
        begin: what numbers begin with; None for any.
    """

    @property
    def begin(self) -> str | None: ...

    @property
    def narrows(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """How much of a merchant's list a search reads.

    Attributes:
        ends: whether a page ends once it has read enough, full or not; the next one goes on there.
        anywhere: whether a part may stand anywhere in a number. Otherwise it is looked for where numbers begin, if any
            number begins with it.
        most: rows that a page reads.
    """

    ends: bool = True
    anywhere: bool = False
    most: int = READ_MOST

    def number(
        self, tx: StoreTransaction, listed: Versioned, merchant_id: str, part: str | None
    ) -> tuple[str | None, str | None]:
        """Return the part that numbers have anywhere, and what they begin with."""
        if part is None or self.anywhere:
            return part, None
        # Numbers are ordered as they are written, so that one way to write it has a range.
        for begin in dict.fromkeys((part, part.upper())):
            if is_there(tx, listed, merchant_id, begin):
                return None, begin
        return part, None

    def last(
        self,
        tx: StoreTransaction,
        listed: Versioned,
        merchant_id: str,
        criteria: _Narrowing,
        after: str | None,
    ) -> str | None:
        """Return the last number that a page reads; None if it reads no more than it shows, or to the end."""
        if not criteria.narrows:
            return None
        return last_number_to_read(tx, listed, merchant_id, criteria.begin, after, self.most)


READ_ALL = Reading(ends=False, anywhere=True)
"""A command reads on until its page is full."""


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
