"""Makes the channel of e-mails from the configuration, with its secrets."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING

from offline_collect.app.config.notify_settings import NotifySettings, SmtpSettings
from offline_collect.app.errors import ConfigurationError
from offline_collect.app.wiring.backoffice_session import Office
from offline_collect.app.wiring.notify_secrets import read_secret
from offline_collect.app.wiring.private_file import read_private
from offline_collect.notify.channels.standard_webhooks import parse_secret

if TYPE_CHECKING:
    from offline_collect.notify.channels.smtp import SmtpChannel


def smtp_channel(office: Office, settings: NotifySettings) -> SmtpChannel:
    """Return the channel of e-mails.

    Raises:
        ConfigurationError, MasterKeyError: a file that the configuration names cannot be used.
    """
    # The library of e-mails is for this channel alone: other senders start without it.
    from offline_collect.notify.channels.mail import MailTerms, UnsubscribeTerms  # noqa: PLC0415
    from offline_collect.notify.channels.smtp import SmtpChannel, SmtpTerms  # noqa: PLC0415

    of = settings.smtp
    assert of is not None, "the configuration is checked"
    link = of.unsubscribe
    unsubscribe = None if link is None else UnsubscribeTerms(link.url, unsubscribe_key(office))
    terms = SmtpTerms(
        host=of.host,
        port=of.port,
        implicit=of.tls == "implicit",
        tls=None if of.tls == "none" else _tls(office, of),
        timeout_s=of.timeout_s,
        at_once=of.at_once,
        mail=MailTerms(of.sender, of.subject, unsubscribe),
        user=of.user,
        password=_password(of),
    )
    return SmtpChannel(office.clock, terms)


def unsubscribe_key(office: Office) -> bytes:
    """Return the key of the tokens of links.

    Raises:
        ConfigurationError, MasterKeyError: there is none, or its file cannot be used.
    """
    settings = office.configuration.settings.notify.smtp
    link = None if settings is None else settings.unsubscribe
    if link is None:
        raise ConfigurationError(
            f"{office.configuration.file}: notify.smtp.unsubscribe is not set: mails have no link, so there is no token"
        )
    key = "smtp.unsubscribe.secret_file"
    return read_secret(office, key, link.secret_file, "secret of the tokens", parse_secret)


def _password(of: SmtpSettings) -> str | None:
    if of.password_file is None:
        return None
    remedy = "notify.smtp.password_file names it"
    return read_private(Path(of.password_file), "password of the mail server", remedy).rstrip("\r\n")


def _tls(office: Office, of: SmtpSettings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=of.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(
            f"{office.configuration.file}: notify.smtp.ca_file: {of.ca_file} cannot be used: {error.strerror}"
        ) from None
