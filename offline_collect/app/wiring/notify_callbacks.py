"""The listener for what receivers report, payers answer and the bank's app says, from the configuration.

Twisted is imported only by who listens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any

from offline_collect.app.config.sms_settings import AppCallSettings, CallbackSettings
from offline_collect.app.errors import ConfigurationError
from offline_collect.app.wiring.backoffice_session import Office
from offline_collect.app.wiring.notify_secrets import read_secret
from offline_collect.app.wiring.notify_smtp import unsubscribe_key
from offline_collect.domain.ports import Clock
from offline_collect.notify.channels.standard_webhooks import parse_secret
from offline_collect.notify.opt_outs import AppDesk, UnsubscribeDesk
from offline_collect.notify.replies import ReplyDesk
from offline_collect.notify.reports import ReportDesk

if TYPE_CHECKING:
    from offline_collect.notify.callbacks.app_page import AppTerms
    from offline_collect.notify.callbacks.counts import CallbackCounts
    from offline_collect.notify.callbacks.secret_pages import SecretTerms

Listener = Callable[[Any], "AbstractContextManager[CallbackCounts]"]
"""Listens while the context is open, given the reactor."""

_SECRET = re.compile(r"[A-Za-z0-9_-]{32,128}")


@dataclass(frozen=True, slots=True)
class _Served:
    """What is served.

    Attributes:
        terms: of the pages with a secret in their URL.
        links: takes mails' links to unsubscribe; None without any.
        app: what the app is allowed, and who takes its calls; None if it calls nobody.
    """

    terms: SecretTerms
    links: UnsubscribeDesk | None
    app: tuple[AppTerms, AppDesk] | None
    clock: Clock


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
    links = None
    if smtp is not None and smtp.unsubscribe is not None:
        links = UnsubscribeDesk(office.store, office.clock, office.actor, unsubscribe_key(office))
    app = None if of.app is None else _app_calls(office, of.app)
    return lambda reactor: _listening(reactor, of, _Served(terms, links, app, office.clock))


def _app_calls(office: Office, of: AppCallSettings) -> tuple[AppTerms, AppDesk]:
    from offline_collect.notify.callbacks.app_page import AppTerms  # noqa: PLC0415

    key = read_secret(office, "callbacks.app.secret_file", of.secret_file, "secret of the app", parse_secret)
    return AppTerms(key, of.per_minute), AppDesk(office.store, office.clock, office.actor)


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
def _listening(reactor: Any, of: CallbackSettings, served: _Served) -> Iterator[CallbackCounts]:
    from twisted.internet.error import CannotListenError  # noqa: PLC0415
    from twisted.internet.threads import blockingCallFromThread  # noqa: PLC0415
    from twisted.python.threadpool import ThreadPool  # noqa: PLC0415

    from offline_collect.notify.callbacks.app_page import AppPage  # noqa: PLC0415
    from offline_collect.notify.callbacks.counts import CallbackCounts  # noqa: PLC0415
    from offline_collect.notify.callbacks.secret_pages import SecretPages  # noqa: PLC0415
    from offline_collect.notify.callbacks.site import callback_site  # noqa: PLC0415
    from offline_collect.notify.callbacks.store_work import StoreThreads  # noqa: PLC0415
    from offline_collect.notify.callbacks.unsubscribe_page import UnsubscribePage  # noqa: PLC0415

    counts, pool = CallbackCounts(), ThreadPool(minthreads=1, maxthreads=1, name="callbacks")
    threads = StoreThreads(reactor, pool)
    own: dict[bytes, Any] = {}
    if served.links is not None:
        own[b"unsubscribe"] = UnsubscribePage(served.links, counts, threads)
    if served.app is not None:
        terms, desk = served.app
        own[b"app"] = AppPage(terms, desk, served.clock, counts, threads)
    site = callback_site(SecretPages(served.terms, counts, threads), own)
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


def reports_url(office: Office, of: CallbackSettings, channel: str) -> str:
    """Return where a channel's receiver reports to, with the secret.

    Raises:
        MasterKeyError, ConfigurationError: the secret cannot be used.
    """
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
