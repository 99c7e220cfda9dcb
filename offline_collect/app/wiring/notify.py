"""Makes a sender of notices from the configuration."""

from __future__ import annotations

import datetime as dt
import random
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from offline_collect.app.config.notify_settings import NotifySettings
from offline_collect.app.config.schemas import Schemas
from offline_collect.app.config.settings import Settings
from offline_collect.app.errors import AppError
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import Office
from offline_collect.app.wiring.notify_callbacks import callback_listener, running_reactor
from offline_collect.app.wiring.notify_http import (
    gateway_signature,
    gateway_templates,
    http_process_terms,
    http_terms,
)
from offline_collect.app.wiring.notify_smtp import smtp_channel
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.planning import ChannelTerms, SendTerms
from offline_collect.domain.notices.reminders import ReminderTerms
from offline_collect.domain.notices.timing import Limits, QuietHours, Retries
from offline_collect.notify.ahead import SenderAhead
from offline_collect.notify.channels.file import FileChannel
from offline_collect.notify.channels.http_process import HttpOutlet, HttpProcess
from offline_collect.notify.channels.outlet import InSender, Outlet
from offline_collect.notify.rendering import GatewayWords, Words
from offline_collect.notify.send import Sender, SenderName

if TYPE_CHECKING:
    from offline_collect.notify.callbacks.counts import CallbackCounts

_SLACK_S = 60
"""How much longer than its slowest batches a sender's claim is: for the store, and for clocks that differ."""

_UNDER_WAY = 2
"""Batches that a sender has claimed: the second one waits for the first."""


@contextmanager
def opened_sender(office: Office, *, listens: bool) -> Iterator[tuple[SenderAhead, CallbackCounts | None]]:
    """Open the configured channels, and return a sender for them; close them at the end.

    Args:
        listens: whether what receivers report is taken meanwhile, if the configuration says where.

    Returns:
        with the counts of what receivers report; None if nobody listens.

    Raises:
        ConfigurationError, AppError, LayoutError: a file that the configuration names cannot be used.
        NotPermittedError, ScopeError: the acting user may not send.
    """
    settings = office.configuration.settings.notify
    zone, words = timezone(office.configuration.settings), words_of_notices(office)
    with _listening(office, listens=listens) as counts, _outlets(office, settings) as outlets:
        sender = Sender(
            office.store,
            office.clock,
            send_terms(settings, zone),
            words,
            who=SenderName(f"{socket.gethostname()[:50]}-{secrets.token_hex(8)}", office.actor),
            outlets=outlets,
            share=random.SystemRandom().random,
            batch_max=settings.batch_max,
        )
        yield SenderAhead(sender), counts


def words_of_notices(office: Office) -> Words:
    """Return the words of notices in the configured language.

    Raises:
        AppError, LayoutError: their file cannot be used.
    """
    return configured_words(office.configuration.settings, office.configuration.schemas())


def configured_words(settings: Settings, schemas: Schemas) -> Words:
    """Return the words of notices that the settings name.

    Raises:
        AppError, LayoutError: their file cannot be used.
    """
    language = settings.notify.language
    payer_url = settings.notify.payer_url
    templates = schemas.notice_templates(language, with_url=payer_url is not None)
    gateway = settings.notify.gateway
    told = None if gateway is None else GatewayWords(gateway_signature(gateway), gateway_templates(gateway))
    return Words(language, timezone(settings), templates, payer_url, told)


def send_terms(settings: NotifySettings, zone: dt.tzinfo) -> SendTerms:
    """Return the terms of a sender."""
    return SendTerms(
        reminders=reminder_terms(settings),
        zone=zone,
        channels={NoticeChannel(name.upper()): _channel_terms(settings, name) for name in settings.channels},
        retries=Retries(settings.attempts_max, settings.retry_least_s, settings.retry_most_s),
        merge_window=dt.timedelta(seconds=settings.merge_window_s),
        merge_max=settings.merge_max,
        claim=dt.timedelta(seconds=_SLACK_S + _UNDER_WAY * _longest_batch_s(settings)),
        failed_max=settings.failed_max,
    )


def reminder_terms(settings: NotifySettings) -> ReminderTerms:
    """Return when payers are reminded of bills."""
    return ReminderTerms(settings.remind_before, settings.remind_after)


def _channel_terms(settings: NotifySettings, name: str) -> ChannelTerms:
    of = getattr(settings, name)
    return ChannelTerms(_quiet(of.quiet), Limits(of.per_minute, of.per_payer_a_day))


def _quiet(text: str | None) -> QuietHours | None:
    if text is None:
        return None
    starts, _, ends = text.partition("-")
    return QuietHours(dt.time.fromisoformat(starts), dt.time.fromisoformat(ends))


def _longest_batch_s(settings: NotifySettings) -> int:
    """Return how long a batch takes at most: it is the messages of one channel after the other."""
    slow = [getattr(settings, name) for name in settings.channels if name != "file"]
    return sum(-(-settings.batch_max // each.at_once) * each.timeout_s for each in slow)


@contextmanager
def _outlets(office: Office, settings: NotifySettings) -> Iterator[dict[NoticeChannel, Outlet]]:
    made: dict[NoticeChannel, Outlet] = {}
    if "file" in settings.channels:
        made[NoticeChannel.FILE] = InSender(FileChannel(Path(settings.file.path)))
    if "smtp" in settings.channels:
        made[NoticeChannel.SMTP] = InSender(smtp_channel(office, settings))
    # What they need is read first: nothing runs yet if it is not there.
    terms = http_terms(office)
    if not terms:
        yield made
        return
    try:
        process = HttpProcess(http_process_terms(terms, _longest_batch_s(settings)))
    except OSError as error:
        raise AppError(
            f"the process that sends by HTTP cannot begin: {error.strerror}: see that the machine has room for it"
        ) from None
    try:
        # First those of the other process: they are under way while this one sends.
        yield {channel: HttpOutlet(process, channel) for channel in terms} | made
    finally:
        process.close()


@contextmanager
def _listening(office: Office, *, listens: bool) -> Iterator[CallbackCounts | None]:
    listener = callback_listener(office) if listens else None
    if listener is None:
        yield None
        return
    with running_reactor() as reactor, listener(reactor) as counts:
        yield counts
