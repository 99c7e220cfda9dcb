"""The terms of channels over HTTP, from the configuration, and the listener for what their receivers report.

Twisted is imported only by who listens: the channels have it in a process of their own.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any

from offline_collect.app.config.environment import PREFIX
from offline_collect.app.config.sms_settings import CallbackSettings, GatewaySettings
from offline_collect.app.errors import ConfigurationError
from offline_collect.app.wiring.backoffice_session import Office
from offline_collect.app.wiring.notify_secrets import read_secret
from offline_collect.app.wiring.notify_smtp import unsubscribe_key
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
from offline_collect.notify.opt_outs import UnsubscribeDesk
from offline_collect.notify.replies import ReplyDesk
from offline_collect.notify.reports import ReportDesk

if TYPE_CHECKING:
    from offline_collect.notify.callbacks.counts import CallbackCounts
    from offline_collect.notify.callbacks.secret_pages import SecretTerms

Listener = Callable[[Any], "AbstractContextManager[CallbackCounts]"]
"""Listens while the context is open, given the reactor."""

_PROGRAM = "offline_collect.app.wiring.notify_process"
_SECRET = re.compile(r"[A-Za-z0-9_-]{32,128}")


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
    reports = None if settings.callbacks is None else _reports_url(office, settings.callbacks, "kannel")
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
        signature=of.signature.removeprefix("【").removesuffix("】"),
        country=of.country,
        parameters=of.parameters,
        extensions=settings.extensions,
    )
    http = HttpTerms(of.timeout_s, of.at_once, of.private_addresses)
    return GatewayTerms(form, account, gateway_templates(of), http)


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


def callback_listener(office: Office) -> Listener | None:
    """Return the listener of the configuration; None if it has none.

    Raises:
        MasterKeyError, ConfigurationError: its secret cannot be used.
        AppError, LayoutError: the words of answers, or the gateway's format, cannot be used.
    """
    of = office.configuration.settings.notify.callbacks
    if of is None:
        return None
    terms = _secret_terms(office, _callback_secret(office, of))
    smtp = office.configuration.settings.notify.smtp
    desk = None
    if smtp is not None and smtp.unsubscribe is not None:
        desk = UnsubscribeDesk(office.store, office.clock, office.actor, unsubscribe_key(office))
    return lambda reactor: _listening(reactor, of, terms, desk)


def _secret_terms(office: Office, secret: str) -> SecretTerms:
    from offline_collect.notify.callbacks.reply_page import ReplyPage  # noqa: PLC0415
    from offline_collect.notify.callbacks.report_page import ReportPage  # noqa: PLC0415
    from offline_collect.notify.callbacks.secret_pages import Page, SecretTerms  # noqa: PLC0415
    from offline_collect.notify.callbacks.store_work import Answer  # noqa: PLC0415
    from offline_collect.notify.channels.kannel import kannel_reports, kannel_upstream  # noqa: PLC0415
    from offline_collect.notify.gateway.answers import gateway_reports  # noqa: PLC0415
    from offline_collect.notify.gateway.upstream import gateway_upstream  # noqa: PLC0415

    schemas = office.configuration.schemas()
    reports = ReportDesk(office.store, office.clock, office.actor)
    settings = office.configuration.settings.notify
    words, kannel = schemas.reply_words(), settings.kannel
    replies = ReplyDesk(office.store, office.clock, office.actor, words, settings.extensions)
    upstream = partial(kannel_upstream, sender=None if kannel is None else kannel.sender)
    pages: dict[str, Page] = {
        "kannel": ReportPage(kannel_reports, reports, Answer(200)),
        "kannel-replies": ReplyPage(upstream, replies, "kannel", Answer(200)),
    }
    gateway = settings.gateway
    form = None if gateway is None else schemas.gateway(gateway.format)
    if form is not None and form.reports is not None:
        answer = Answer(200, "application/json", form.reports.answer.encode())
        pages["gateway"] = ReportPage(gateway_reports(form.reports), reports, answer)
    if form is not None and form.replies is not None:
        answer = Answer(200, "application/json", form.replies.answer.encode())
        pages["gateway-replies"] = ReplyPage(gateway_upstream(form.replies), replies, form.name, answer)
    return SecretTerms(secret, pages)


@contextmanager
def _listening(
    reactor: Any, of: CallbackSettings, terms: SecretTerms, desk: UnsubscribeDesk | None
) -> Iterator[CallbackCounts]:
    from twisted.internet.error import CannotListenError  # noqa: PLC0415
    from twisted.internet.threads import blockingCallFromThread  # noqa: PLC0415
    from twisted.python.threadpool import ThreadPool  # noqa: PLC0415

    from offline_collect.notify.callbacks.counts import CallbackCounts  # noqa: PLC0415
    from offline_collect.notify.callbacks.secret_pages import SecretPages  # noqa: PLC0415
    from offline_collect.notify.callbacks.site import callback_site  # noqa: PLC0415
    from offline_collect.notify.callbacks.store_work import StoreThreads  # noqa: PLC0415
    from offline_collect.notify.callbacks.unsubscribe_page import UnsubscribePage  # noqa: PLC0415

    counts, pool = CallbackCounts(), ThreadPool(minthreads=1, maxthreads=1, name="callbacks")
    threads = StoreThreads(reactor, pool)
    links = None if desk is None else UnsubscribePage(desk, counts, threads)
    site = callback_site(SecretPages(terms, counts, threads), links)
    try:
        port = blockingCallFromThread(reactor, reactor.listenTCP, of.port, site, interface=of.host)
    except CannotListenError as error:
        raise ConfigurationError(
            f"notify.callbacks: cannot listen on {_authority(of)}: {error.socketError}"
        ) from None
    pool.start()
    try:
        yield counts
    finally:
        blockingCallFromThread(reactor, port.stopListening)
        pool.stop()


def _reports_url(office: Office, of: CallbackSettings, channel: str) -> str:
    base = f"http://{_authority(of)}" if of.url is None else of.url.rstrip("/")
    return f"{base}/{channel}/{_callback_secret(office, of)}"


def _authority(of: CallbackSettings) -> str:
    return f"[{of.host}]:{of.port}" if ":" in of.host else f"{of.host}:{of.port}"


def _callback_secret(office: Office, of: CallbackSettings) -> str:
    found: str = read_secret(
        office, "callbacks.secret_file", of.secret_file, "secret of the callbacks", _url_secret
    )
    return found


def _url_secret(text: str) -> str:
    if not _SECRET.fullmatch(text.strip()):
        raise ValueError("is no secret for a URL: 32 to 128 of A-Z a-z 0-9 _ -")
    return text.strip()


def _one_word(text: str) -> str:
    word = text.strip()
    if not word or not word.isascii() or not word.isprintable() or " " in word:
        raise ValueError("must have one line of printable ASCII without spaces")
    return word


@contextmanager
def running_reactor() -> Iterator[Any]:
    """Run Twisted's reactor in a thread: the sender itself waits for its store, which has no other way."""
    from twisted.internet import reactor  # noqa: PLC0415

    running: Any = reactor
    thread = Thread(target=running.run, kwargs={"installSignalHandlers": False}, name="http", daemon=True)
    thread.start()
    try:
        yield running
    finally:
        running.callFromThread(running.stop)
        thread.join()
