"""Errors of the back office, in one tree; each message names the place and the remedy.

The tree::

    MerchantError
      ApprovalError
        ChangedSinceError
        TooManyRequestsError
      DisabledUserError
      EffectiveDateError
      KeyRefusedError
      LoneAdminError
      MerchantExistsError
      MerchantIdError
      OpenBusinessError
      RolesError
      SystemEndedError
      TranslatableError
        BusyError
        ClaimedError
        DocumentError
        EntryExistsError
        EntryRefusedError
        FormMisfitError
        IdentityError
        ImportRefusedError
        LedgerDiffersError
        ListRefusedError
        ListTooLongError
        MandateStateError
        NoBusinessDayError
        NoFormError
        NoRowsError
        OwnImportError
        PasswordError
        PatternSyntaxError
        PeriodsError
        ReleaseRefusedError
        RememberedMappingError
        RowNumbersError
        SearchInputError
        SearchTermError
        SecondFactorError
        SheetsError
        SignInError
          TooManyAttemptsError
        SignatureError
        StatusError
        TextError
        UnchangeableError
        UndoRefusedError
        UnknownBillError
        UnknownCustomerError
        UnknownMandateError
      UnboundedSearchError
      UnknownPaymentError
      UnknownUserError
      UnmappedAccountError
      UserNameError
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from offline_collect.domain.texts.counts import bills_counted, imports_counted, payments_counted
from offline_collect.domain.texts.phrases import Phrase, in_lines


class MerchantError(Exception):
    """Root of the back office's errors; the message is for the person who asked."""


class TranslatableError(MerchantError):
    """An error that a merchant's own people read too: in their language, and in English in a log."""

    def __init__(self, words: Phrase) -> None:
        super().__init__(words)


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
        return str(self.words)

    @property
    def words(self) -> Phrase:
        """The place and the reason, which may be a phrase."""
        if not self.path:
            return Phrase("{reason}", reason=self.reason)
        return Phrase("{path}: {reason}", path=self.path, reason=self.reason)


class DocumentError(TranslatableError):
    """A document (merchant.yaml, form.yaml, the configuration) is not valid.

    Attributes:
        file: the document as the person named it.
        problems: everything that is wrong with it.
    """

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        super().__init__(
            in_lines([Phrase("{file}: {problem}", file=file, problem=problem.words) for problem in problems])
        )
        self.file = file
        self.problems = tuple(problems)


class UnknownBillError(TranslatableError):
    """The merchant has no bill of this number."""

    def __init__(self, merchant_id: str, bill_no: str, near: str | None = None) -> None:
        reason = Phrase(
            "{merchant_id} has no bill {bill_no}: check the number", merchant_id=merchant_id, bill_no=bill_no
        )
        if near is not None:
            reason = Phrase("{reason}; did you mean {near}?", reason=reason, near=near)
        super().__init__(reason)


class NoFormError(TranslatableError):
    """The merchant has no payment form, or none of the version asked for."""

    def __init__(self, merchant_id: str, version: int | None = None) -> None:
        lacking = (
            Phrase("payment form")
            if version is None
            else Phrase("payment form of version {version}", version=version)
        )
        super().__init__(
            Phrase(
                "{merchant_id} has no {lacking}: `offline-collect form publish {merchant_id} FILE` publishes one",
                merchant_id=merchant_id,
                lacking=lacking,
            )
        )


class MerchantExistsError(MerchantError):
    """A merchant with this id exists already, with other rules."""


class MerchantIdError(MerchantError):
    """A new merchant cannot have this id."""

    def __init__(self, merchant_id: str) -> None:
        super().__init__(
            Phrase(
                "merchant {merchant_id}: a new merchant's id must begin with a letter or digit; then letters, digits,"
                " dots, dashes or underscores, 15 characters at most",
                merchant_id=merchant_id,
            )
        )


class StatusError(TranslatableError):
    """A merchant's status does not allow the command."""


class EffectiveDateError(MerchantError):
    """A fee or late-fee rule cannot change on a date whose payments are already counted by the present rule."""

    def __init__(self, merchant_id: str, since: dt.date, earliest: dt.date) -> None:
        super().__init__(
            Phrase(
                "{merchant_id}: --from {since}: must be {earliest}, the day after the open business"
                " day, or later: earlier business keeps its rule",
                merchant_id=merchant_id,
                since=str(since),
                earliest=str(earliest),
            )
        )


class OpenBusinessError(MerchantError):
    """A merchant with open business cannot be closed."""

    def __init__(self, merchant_id: str, in_batch: int, in_suspense: int, imports: int) -> None:
        reasons = (
            (in_batch, bills_counted, Phrase("out in a batch debit: take its result first")),
            (
                in_suspense,
                payments_counted,
                Phrase(
                    "in suspense: `suspense list {merchant_id}`, then `suspense refund` or `apply`",
                    merchant_id=merchant_id,
                ),
            ),
            (
                imports,
                imports_counted,
                Phrase(
                    "not finished: `imports list --merchant {merchant_id}`, then `release` or `reject`",
                    merchant_id=merchant_id,
                ),
            ),
        )
        super().__init__(
            in_lines(
                [
                    Phrase(
                        "{merchant_id} cannot be closed: {things} {reason}",
                        merchant_id=merchant_id,
                        things=counted(count),
                        reason=reason,
                    )
                    for count, counted, reason in reasons
                    if count
                ]
            )
        )


class FormMisfitError(TranslatableError):
    """A form does not fit one of the dialects."""


class PatternSyntaxError(TranslatableError):
    """A pattern that some terminals read differently or slowly; the message says where, and what to write instead."""


class UnknownPaymentError(MerchantError):
    """No payment has this serial number."""

    def __init__(self, serial_number: str) -> None:
        super().__init__(
            Phrase(
                "there is no payment {serial_number}: `suspense list` and `bills show` name them",
                serial_number=serial_number,
            )
        )


class BusyError(TranslatableError):
    """A payment is in progress on the bill; nothing was posted."""


class KeyRefusedError(MerchantError):
    """A key cannot be entered, made or issued as requested; the message never has any part of a key."""


class TextError(TranslatableError):
    """A reason or reference is not valid."""


class UnknownCustomerError(TranslatableError):
    """The merchant has no customer of this number."""

    def __init__(self, merchant_id: str, customer_no: str, similar: str | None = None) -> None:
        remedy = (
            Phrase("`offline-collect customers find {merchant_id}` lists them", merchant_id=merchant_id)
            if similar is None
            else Phrase("is {similar} meant?", similar=similar)
        )
        super().__init__(
            Phrase(
                "{merchant_id} has no customer {customer_no}: {remedy}",
                merchant_id=merchant_id,
                customer_no=customer_no,
                remedy=remedy,
            )
        )


class UnchangeableError(TranslatableError):
    """A customer or bill cannot be changed now; the message says why."""
