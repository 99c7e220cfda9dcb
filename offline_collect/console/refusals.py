"""What an error means to the person at the browser: the status of the page, and the words on it."""

from __future__ import annotations

from http import HTTPStatus

from offline_collect.console.errors import (
    ConfirmationNeededError,
    ConsoleError,
    ForgedFormError,
    MissingPageError,
    StaleFormError,
    UploadTooLargeError,
)
from offline_collect.domain.access.actor import NotPermittedError, ScopeError
from offline_collect.domain.errors import DomainError, UnknownNoticeError
from offline_collect.domain.ports import RefusedError
from offline_collect.domain.texts.phrases import Phrase, words_of
from offline_collect.files.errors import FileError, LayoutError
from offline_collect.merchant.access.errors import TooManyAttemptsError, UnknownUserError
from offline_collect.merchant.common.errors import (
    MerchantError,
    UnknownBillError,
    UnknownCustomerError,
    UnknownPaymentError,
)
from offline_collect.merchant.mandates.errors import UnknownMandateError
from offline_collect.store import AlreadyExistsError, NotFoundError, StoreError, WrongStateError
from offline_collect.wire.errors import WireError

AWAY = Phrase("the store cannot be reached; this page looks again by itself every few seconds")
FAULT = Phrase("a fault of the program: nothing more is known here; the log of the console has it")

_UNKNOWN = (
    NotFoundError,
    UnknownBillError,
    UnknownCustomerError,
    UnknownMandateError,
    UnknownNoticeError,
    UnknownPaymentError,
    UnknownUserError,
    MissingPageError,
)
_STATUS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], HTTPStatus], ...] = (
    (_UNKNOWN, HTTPStatus.NOT_FOUND),
    ((NotPermittedError, ScopeError, ForgedFormError, ConfirmationNeededError), HTTPStatus.FORBIDDEN),
    (StaleFormError, HTTPStatus.CONFLICT),
    (UploadTooLargeError, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (TooManyAttemptsError, HTTPStatus.TOO_MANY_REQUESTS),
    ((AlreadyExistsError, WrongStateError), HTTPStatus.UNPROCESSABLE_ENTITY),
    (RefusedError, HTTPStatus.INTERNAL_SERVER_ERROR),
    (StoreError, HTTPStatus.SERVICE_UNAVAILABLE),
    (
        (MerchantError, DomainError, FileError, LayoutError, WireError, ConsoleError),
        HTTPStatus.UNPROCESSABLE_ENTITY,
    ),
)
"""The first that fits counts; anything else is a fault of the program."""


def status_of(error: Exception) -> HTTPStatus:
    """Return the status of the page that an error makes."""
    fits = (status for kinds, status in _STATUS if isinstance(error, kinds))
    return next(fits, HTTPStatus.INTERNAL_SERVER_ERROR)


def words_on_page(error: Exception) -> str:
    """Return what a page says about an error: a phrase if it can be translated; nothing of a fault's own text."""
    status = status_of(error)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return FAULT
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        return AWAY
    return words_of(error) or str(error)
