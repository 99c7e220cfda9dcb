"""Commands that a merchant's own people use: they speak the language that is asked for, or the merchant's."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping
from functools import cache, wraps
from typing import Any

from offline_collect.app.cli.support.help_language import ENVIRONMENT, environments_languages
from offline_collect.app.cli.support.options_language import SpokenLanguage, one_of, read_languages
from offline_collect.app.cli.support.said import speak
from offline_collect.app.errors import AppError
from offline_collect.app.wiring.backoffice_session import Office, office_at_hand
from offline_collect.domain.errors import DomainError
from offline_collect.merchant.common.errors import MerchantError
from offline_collect.merchant.profile.view import languages_of
from offline_collect.translations import LANGUAGES, Languages

_LANGUAGE = "language"

MerchantOf = Callable[[Office, Mapping[str, Any]], str | None]
"""Returns the merchant whose people use a command, by the command's values; None if it names none."""


def speaks(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a command that takes --language, and speaks in it.

    By default it is the language in OFFLINE_COLLECT_LANGUAGE, else that of the command's argument ``merchant``.
    """
    return speaks_of(_named)(function)


def speaks_of(merchant_of: MerchantOf) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what :func:`speaks` is, for commands that name a merchant otherwise, such as by an import."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(function, eval_str=True)
        passed = _LANGUAGE in signature.parameters

        @wraps(function)
        def command(*arguments: Any, language: str | None = None, **options: Any) -> Any:
            named = read_languages(language) or _usual()
            speak(cache(lambda: named or _merchants(merchant_of, options)))
            return function(*arguments, **options, **({_LANGUAGE: language} if passed else {}))

        if not passed:
            taken = inspect.Parameter(
                _LANGUAGE, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=SpokenLanguage
            )
            signature = signature.replace(parameters=[*signature.parameters.values(), taken])
        command.__signature__ = signature  # type: ignore[attr-defined] # what inspect looks for
        return command

    return decorate


def _named(_: Office, options: Mapping[str, Any]) -> str | None:
    merchant: str | None = options.get("merchant")
    return merchant


def _usual() -> Languages | None:
    """Return the languages that the environment names: those of a person who reads others than the merchant does."""
    text = os.environ.get(ENVIRONMENT)
    return LANGUAGES[one_of(LANGUAGES, text, ENVIRONMENT)] if text else None


def _merchants(merchant_of: MerchantOf, options: Mapping[str, Any]) -> Languages:
    """Return a merchant's own languages; those of the environment if it cannot be found."""
    try:
        with office_at_hand(options.get("config")) as office:
            merchant_id = merchant_of(office, options)
            if merchant_id is None:
                return environments_languages()
            return languages_of(office.store, merchant_id, office.actor)
    except (AppError, DomainError, MerchantError):
        return environments_languages()
