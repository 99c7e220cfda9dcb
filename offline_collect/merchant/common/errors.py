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

from offline_collect.domain.texts.phrases import Phrase, in_lines
from offline_collect.domain.texts.text import counted


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
            f"{merchant_id}: --from {since}: must be {earliest}, the day after the open business day, or later:"
            " earlier business keeps its rule"
        )


class OpenBusinessError(MerchantError):
    """A merchant with open business cannot be closed."""

    def __init__(self, merchant_id: str, in_batch: int, in_suspense: int, imports: int) -> None:
        reasons = [
            (in_batch, "bill", "out in a batch debit: take its result first"),
            (
                in_suspense,
                "payment",
                f"in suspense: `suspense list {merchant_id}`, then `suspense refund` or `apply`",
            ),
            (
                imports,
                "import",
                f"not finished: `imports list --merchant {merchant_id}`, then `release` or `reject`",
            ),
        ]
        lines = [
            f"{merchant_id} cannot be closed: {counted(count, thing)} {reason}"
            for count, thing, reason in reasons
            if count
        ]
        super().__init__("\n".join(lines))


class FormMisfitError(TranslatableError):
    """A form does not fit one of the dialects."""


class UnknownUserError(MerchantError):
    """No user has this name."""

    def __init__(self, name: str, meant: str = "") -> None:
        super().__init__(
            f"there is no user {name}: `offline-collect user list` shows them all, `user add` adds one{meant}"
        )


class DisabledUserError(MerchantError):
    """The user is disabled and cannot act."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the user {name} is disabled: act as another user, or ask an ADMIN to run"
            f" `offline-collect user set {name} --enable`"
        )


class PatternSyntaxError(TranslatableError):
    """A pattern that some terminals read differently or slowly; the message says where, and what to write instead."""


class UserNameError(MerchantError):
    """A name that no user can have, or that belongs to the system user."""


class RolesError(MerchantError):
    """A user cannot have all of these roles; says which exclude each other."""


class LoneAdminError(MerchantError):
    """No other user could approve the first ADMIN's requests."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"no user could approve the requests of {name}, and the system user ends with the first ADMIN: first add"
            " another user who may approve: `offline-collect user add NAME --role CHECKER`"
        )


class SystemEndedError(MerchantError):
    """The system user has ended: an ADMIN exists."""

    def __init__(self) -> None:
        super().__init__(
            "system ended with the first admin: name yourself by --as; `--break-glass REASON` lets it act anyway"
            " and raises an alarm"
        )


class UnmappedAccountError(MerchantError):
    """The account of the operating system belongs to no user, but other accounts do."""

    def __init__(self, account: str) -> None:
        super().__init__(
            f"the account {account} of this machine belongs to no user, so it cannot act: ask an ADMIN to run"
            f" `offline-collect user set NAME --os-account {account}`"
        )


class PasswordError(TranslatableError):
    """A password or a second factor cannot be set; the message says what it must be."""


class SecondFactorError(TranslatableError):
    """Second factors need a master key that the program does not have."""


class SignInError(TranslatableError):
    """A user cannot sign in, or did not prove who he is."""


class TooManyAttemptsError(SignInError):
    """Too many attempts to sign in came from one address, or with one name; later ones are taken again."""


class ApprovalError(MerchantError):
    """A request cannot be decided; the message says why."""


class ChangedSinceError(ApprovalError):
    """The thing that a request changes was changed after the request."""

    def __init__(self) -> None:
        super().__init__("what this request changes was changed after it: reject it, and ask again")


class TooManyRequestsError(ApprovalError):
    """Too many requests of one user wait."""

    def __init__(self, name: str, most: int) -> None:
        super().__init__(
            f"{most} requests of {name} wait for another user already: have some of them decided, or withdraw"
            " some: `offline-collect approvals list`"
        )


class UnknownPaymentError(MerchantError):
    """No payment has this serial number."""

    def __init__(self, serial_number: str) -> None:
        super().__init__(f"there is no payment {serial_number}: `suspense list` and `bills show` name them")


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
