"""Errors about users, their sign-in and their requests; merchant/common/errors.py draws the tree."""

from __future__ import annotations

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.common.errors import MerchantError, TranslatableError


class UnknownUserError(MerchantError):
    """No user has this name."""

    def __init__(self, name: str, meant: str = "") -> None:
        super().__init__(
            Phrase(
                "there is no user {name}: `offline-collect user list` shows them all, `user add` adds"
                " one{meant}",
                name=name,
                meant=meant,
            )
        )


class DisabledUserError(MerchantError):
    """The user is disabled and cannot act."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Phrase(
                "the user {name} is disabled: act as another user, or ask an ADMIN to run"
                " `offline-collect user set {name} --enable`",
                name=name,
            )
        )


class UserNameError(MerchantError):
    """A name that no user can have, or that belongs to the system user."""


class RolesError(MerchantError):
    """A user cannot have all of these roles; says which exclude each other."""


class LoneAdminError(MerchantError):
    """No other user could approve the first ADMIN's requests."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Phrase(
                "no user could approve the requests of {name}, and the system user ends with the"
                " first ADMIN: first add another user who may approve: `offline-collect user add NAME"
                " --role CHECKER`",
                name=name,
            )
        )


class SystemEndedError(MerchantError):
    """The system user has ended: an ADMIN exists."""

    def __init__(self) -> None:
        super().__init__(
            Phrase(
                "system ended with the first admin: name yourself by --as; `--break-glass REASON`"
                " lets it act anyway and raises an alarm"
            )
        )


class UnmappedAccountError(MerchantError):
    """The account of the operating system belongs to no user, but other accounts do."""

    def __init__(self, account: str) -> None:
        super().__init__(
            Phrase(
                "the account {account} of this machine belongs to no user, so it cannot act: ask an"
                " ADMIN to run `offline-collect user set NAME --os-account {account}`",
                account=account,
            )
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
        super().__init__(Phrase("what this request changes was changed after it: reject it, and ask again"))


class TooManyRequestsError(ApprovalError):
    """Too many requests of one user wait."""

    def __init__(self, name: str, most: int) -> None:
        super().__init__(
            Phrase(
                "{most} requests of {name} wait for another user already: have some of them decided,"
                " or withdraw some: `offline-collect approvals list`",
                most=most,
                name=name,
            )
        )
