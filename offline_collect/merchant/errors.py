"""What the back office refuses: one tree, each with the place and the remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class MerchantError(Exception):
    """Root of the back office's errors; the message is for the person who asked."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a document.

    Attributes:
        path: the place in it: ``links[0].dialect``; '' for the document as a whole.
        reason: what is wrong there, and what would be right; quotes no secret.
    """

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" if self.path else self.reason


class DocumentError(MerchantError):
    """A document (merchant.yaml, form.yaml, the configuration) cannot be taken.

    Attributes:
        file: the document as the person named it.
        problems: everything that is wrong with it.
    """

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(f"{file}: {problem}" for problem in problems))
        self.file = file
        self.problems = tuple(problems)


class UnknownBillError(MerchantError):
    """The merchant has no bill of this number."""

    def __init__(self, merchant_id: str, bill_no: str) -> None:
        super().__init__(f"{merchant_id} has no bill {bill_no}: check the number")


class NoFormError(MerchantError):
    """The merchant has no payment form, or none of the version asked for."""

    def __init__(self, merchant_id: str, version: int | None = None) -> None:
        lacking = "payment form" if version is None else f"payment form of version {version}"
        super().__init__(
            f"{merchant_id} has no {lacking}: `offline-collect form publish {merchant_id} FILE` publishes one",
        )


class MerchantExistsError(MerchantError):
    """A merchant of this id is there already, with other rules."""


class StatusError(MerchantError):
    """A merchant's status does not allow what was asked."""


class FormMisfitError(MerchantError):
    """A form cannot be carried by one of the dialects."""
