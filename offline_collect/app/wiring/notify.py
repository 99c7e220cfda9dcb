"""Makes a sender of notices from the configuration."""

from __future__ import annotations

import datetime as dt
import random
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from offline_collect.app.config.notify_settings import NotifySettings
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import Office
from offline_collect.app.wiring.notify_smtp import secret_key, smtp_channel
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.planning import ChannelTerms, SendTerms
from offline_collect.domain.notices.timing import Limits, QuietHours, Retries
from offline_collect.notify.channels.file import FileChannel
from offline_collect.notify.channels.port import NoticePort
from offline_collect.notify.rendering import Words
from offline_collect.notify.send import Sender, SenderName

_SLACK_S = 60
"""How much longer than its slowest batch a sender's claim is: for the store, and for clocks that differ."""


@contextmanager
def opened_sender(office: Office) -> Iterator[Sender]:
    """Open the configured channels, and return a sender for them; close them at the end.

    Raises:
        ConfigurationError, AppError, LayoutError: a file that the configuration names cannot be used.
        NotPermittedError, ScopeError: the acting user may not send.
    """
    settings = office.configuration.settings.notify
    zone, words = timezone(office.configuration.settings), words_of_notices(office)
    with _ports(office, settings) as ports:
        yield Sender(
            office.store,
            office.clock,
            send_terms(settings, zone),
            words,
            who=SenderName(f"{socket.gethostname()[:50]}-{secrets.token_hex(8)}", office.actor),
            ports=ports,
            share=random.SystemRandom().random,
            batch_max=settings.batch_max,
        )


def words_of_notices(office: Office) -> Words:
    """Return the words of notices in the configured language.

    Raises:
        AppError, LayoutError: their file cannot be used.
    """
    settings = office.configuration.settings
    language = settings.notify.language
    return Words(language, timezone(settings), office.configuration.schemas().notice_templates(language))


def send_terms(settings: NotifySettings, zone: dt.tzinfo) -> SendTerms:
    """Return the terms of a sender."""
    return SendTerms(
        zone=zone,
        channels={NoticeChannel(name.upper()): _channel_terms(settings, name) for name in settings.channels},
        retries=Retries(settings.attempts_max, settings.retry_least_s, settings.retry_most_s),
        merge_window=dt.timedelta(seconds=settings.merge_window_s),
        merge_max=settings.merge_max,
        claim=dt.timedelta(seconds=_SLACK_S + _longest_batch_s(settings)),
        failed_max=settings.failed_max,
    )


def _channel_terms(settings: NotifySettings, name: str) -> ChannelTerms:
    of = {"webhook": settings.webhook, "smtp": settings.smtp, "file": settings.file}[name]
    assert of is not None, "the configuration is checked"
    return ChannelTerms(_quiet(of.quiet), Limits(of.per_minute, of.per_payer_a_day))


def _quiet(text: str | None) -> QuietHours | None:
    if text is None:
        return None
    starts, _, ends = text.partition("-")
    return QuietHours(dt.time.fromisoformat(starts), dt.time.fromisoformat(ends))


def _longest_batch_s(settings: NotifySettings) -> int:
    used = [each for each in (settings.webhook, settings.smtp) if each is not None]
    return sum(-(-settings.batch_max // each.at_once) * each.timeout_s for each in used)


@contextmanager
def _ports(office: Office, settings: NotifySettings) -> Iterator[dict[NoticeChannel, NoticePort]]:
    made: dict[NoticeChannel, NoticePort] = {}
    if "file" in settings.channels:
        made[NoticeChannel.FILE] = FileChannel(Path(settings.file.path))
    if "smtp" in settings.channels:
        made[NoticeChannel.SMTP] = smtp_channel(office, settings)
    if "webhook" not in settings.channels:
        yield made
        return
    assert settings.webhook is not None, "the configuration is checked"
    path = settings.webhook.secret_file
    key = secret_key(office, path, "secret of the webhook", "notify.webhook.secret_file")
    # Twisted is for the webhook alone: a sender that writes a file starts without it.
    from offline_collect.notify.channels.webhook import WebhookChannel, WebhookTerms  # noqa: PLC0415

    of = settings.webhook
    terms = WebhookTerms(of.url, of.timeout_s, of.at_once, of.private_addresses, key)
    with _running_reactor() as reactor:
        made[NoticeChannel.WEBHOOK] = WebhookChannel(reactor, office.clock, terms)
        yield made


@contextmanager
def _running_reactor() -> Iterator[Any]:
    """Run Twisted's reactor in a thread: the sender itself waits for its store, which has no other way."""
    from twisted.internet import reactor  # noqa: PLC0415

    running: Any = reactor
    thread = Thread(target=running.run, kwargs={"installSignalHandlers": False}, name="webhook", daemon=True)
    thread.start()
    try:
        yield running
    finally:
        running.callFromThread(running.stop)
        thread.join()
