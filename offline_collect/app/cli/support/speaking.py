"""Commands whose refusals a merchant's own people read: they are said in the languages asked for, or the merchant's."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from offline_collect.app.cli.support.options_language import RefusalLanguage, one_of, read_languages
from offline_collect.app.cli.support.said import ENGLISH, speak
from offline_collect.app.errors import AppError
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.domain.errors import DomainError
from offline_collect.domain.texts.phrases import words_of
from offline_collect.files.errors import FilesError
from offline_collect.merchant.common.errors import MerchantError
from offline_collect.merchant.profile.view import languages_of
from offline_collect.translations import LANGUAGES, Languages

ENVIRONMENT = "OFFLINE_COLLECT_LANGUAGE"

_LANGUAGE = "language"


def speaks(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a command that takes --language, and whose refusals are in that language.

    By default it is the language in OFFLINE_COLLECT_LANGUAGE, else that of the command's argument ``merchant``.
    """
    signature = inspect.signature(function, eval_str=True)
    passed = _LANGUAGE in signature.parameters

    @wraps(function)
    def command(*arguments: Any, language: str | None = None, **options: Any) -> Any:
        named = read_languages(language) or _usual()
        try:
            return function(*arguments, **options, **({_LANGUAGE: language} if passed else {}))
        except (FilesError, MerchantError) as error:
            if words_of(error) is not None:
                speak(named or _merchants(options.get("config"), options.get("merchant")))
            raise

    if not passed:
        taken = inspect.Parameter(
            _LANGUAGE, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=RefusalLanguage
        )
        signature = signature.replace(parameters=[*signature.parameters.values(), taken])
    command.__signature__ = signature  # type: ignore[attr-defined] # what inspect looks for
    return command


def _usual() -> Languages | None:
    """Return the languages that the environment names: those of a person who reads others than the merchant does."""
    text = os.environ.get(ENVIRONMENT)
    return LANGUAGES[one_of(LANGUAGES, text, ENVIRONMENT)] if text else None


def _merchants(config: Path | None, merchant_id: str | None) -> Languages:
    """Return a merchant's own languages; English if it cannot be found."""
    if merchant_id is None:
        return ENGLISH
    try:
        with open_office(config) as office:
            return languages_of(office.store, merchant_id, office.actor)
    except (AppError, DomainError, MerchantError):
        return ENGLISH
