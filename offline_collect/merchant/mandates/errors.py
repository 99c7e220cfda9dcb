"""Why a mandate is not found, or stays as it is."""

from __future__ import annotations

from collections.abc import Iterable

from offline_collect.domain.debits.mandates import ENDED, MandateState
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.common.errors import TranslatableError


class UnknownMandateError(TranslatableError):
    """No customer of the merchant has a mandate with this reference."""

    def __init__(self, merchant_id: str, reference: str) -> None:
        super().__init__(
            Phrase(
                "{merchant_id} has no mandate {reference}: `offline-collect mandates list {merchant_id}` lists them",
                merchant_id=merchant_id,
                reference=reference,
            )
        )


class MandateStateError(TranslatableError):
    """The mandate's state does not allow the command."""

    def __init__(self, reference: str, state: MandateState, sources: Iterable[MandateState]) -> None:
        needed = " / ".join(each.value for each in MandateState if each in set(sources))
        remedy = (
            Phrase("only a new reference allows debits again")
            if state in ENDED
            else Phrase("this takes one that is {needed}", needed=needed)
        )
        super().__init__(
            Phrase(
                "mandate {reference} is {state} and stays so: {remedy}",
                reference=reference,
                state=state.value,
                remedy=remedy,
            )
        )


class SignatureError(TranslatableError):
    """What is told about the signature cannot be kept."""
