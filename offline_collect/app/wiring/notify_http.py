"""The channels over HTTP, from the configuration: they are in a process of their own, which alone needs Twisted for them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from offline_collect.app.config.environment import PREFIX
from offline_collect.app.config.sms_settings import GatewaySettings
from offline_collect.app.errors import ConfigurationError
from offline_collect.app.wiring.backoffice_session import Office
from offline_collect.app.wiring.notify_callbacks import reports_url
from offline_collect.app.wiring.notify_secrets import read_secret
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.gateway_templates import GatewayTemplate, Templates, Variable
from offline_collect.notify.channels.http_exchange import HttpTerms
from offline_collect.notify.channels.http_process import HttpProcessTerms
from offline_collect.notify.channels.standard_webhooks import parse_secret
from offline_collect.notify.channels.terms import (
    GatewayTerms,
    HttpChannelTerms,
    KannelTerms,
    WebhookTerms,
)
from offline_collect.notify.gateway.account import GatewayAccount

if TYPE_CHECKING:
    pass

_PROGRAM = "offline_collect.app.wiring.notify_process"


def _webhook(office: Office) -> WebhookTerms:
    of = office.configuration.settings.notify.webhook
    assert of is not None, "the configuration is checked"
    key = read_secret(office, "webhook.secret_file", of.secret_file, "secret of the webhook", parse_secret)
    return WebhookTerms(of.url, of.timeout_s, of.at_once, of.private_addresses, key)


def _kannel(office: Office) -> KannelTerms:
    settings = office.configuration.settings.notify
    of = settings.kannel
    assert of is not None, "the configuration is checked"
    password = read_secret(office, "kannel.password_file", of.password_file, "password of Kannel", _one_word)
    reports = None if settings.callbacks is None else reports_url(office, settings.callbacks, "kannel")
    return KannelTerms(
        url=of.url,
        username=of.username,
        password=password,
        sender=of.sender,
        parts_max=of.parts_max,
        timeout_s=of.timeout_s,
        at_once=of.at_once,
        reports_url=reports,
        extensions=settings.extensions,
    )


def _gateway(office: Office) -> GatewayTerms:
    settings = office.configuration.settings.notify
    of = settings.gateway
    assert of is not None, "the configuration is checked"
    form = office.configuration.schemas().gateway(of.format)
    missing = sorted(form.parameters - of.parameters.keys())
    if missing:
        raise ConfigurationError(
            f"{office.configuration.file}: notify.gateway.parameters: {of.format} needs {', '.join(missing)}"
        )
    secret = read_secret(office, "gateway.secret_file", of.secret_file, "secret of the gateway", _one_word)
    account = GatewayAccount(
        url=of.url,
        key_id=of.key_id,
        secret=secret,
        signature=gateway_signature(of),
        country=of.country,
        parameters=of.parameters,
        extensions=settings.extensions,
    )
    http = HttpTerms(of.timeout_s, of.at_once, of.private_addresses)
    return GatewayTerms(form, account, gateway_templates(of), http)


def gateway_signature(of: GatewaySettings) -> str:
    """Return the signature that the settings name, without brackets."""
    return of.signature.removeprefix("【").removesuffix("】")


def gateway_templates(of: GatewaySettings) -> Templates:
    """Return the templates that the settings name."""
    return {
        (event, language): GatewayTemplate(
            each.id, [Variable(word.name, word.of, word.most) for word in each.words]
        )
        for event, languages in of.templates.items()
        for language, each in languages.items()
    }


_TERMS: Mapping[str, Callable[[Office], HttpChannelTerms]] = {
    "webhook": _webhook,
    "kannel": _kannel,
    "gateway": _gateway,
}


def http_terms(office: Office) -> dict[NoticeChannel, HttpChannelTerms]:
    """Return the terms of the configured channels over HTTP, with their secrets.

    Raises:
        MasterKeyError, ConfigurationError: a file that they need cannot be used.
    """
    names = office.configuration.settings.notify.channels
    return {NoticeChannel(each.upper()): _TERMS[each](office) for each in names if each in _TERMS}


def http_process_terms(
    channels: Mapping[NoticeChannel, HttpChannelTerms], batch_s: float
) -> HttpProcessTerms:
    """Return how the process that sends by HTTP is begun. It gets none of the settings that stand in the environment."""
    own = {name: text for name, text in os.environ.items() if not name.startswith(PREFIX)}
    own["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    return HttpProcessTerms([sys.executable, "-P", "-m", _PROGRAM], own, channels, batch_s)


def _one_word(text: str) -> str:
    word = text.strip()
    if not word or not word.isascii() or not word.isprintable() or " " in word:
        raise ValueError("must have one line of printable ASCII without spaces")
    return word
