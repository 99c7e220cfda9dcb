"""What the channels over HTTP need to know: where messages go, and by which bounds and secrets.

They travel to the process that sends, so they are values, and nothing here needs Twisted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from offline_collect.domain.notices.gateway_templates import Templates
from offline_collect.domain.values import value
from offline_collect.notify.channels.http_exchange import HttpTerms
from offline_collect.notify.gateway.account import GatewayAccount

if TYPE_CHECKING:
    from offline_collect.notify.gateway.format import GatewayFormat


@value
class WebhookTerms:
    """Where the messages go.

    Attributes:
        timeout_s: of one request, from the name to the end of the answer.
        at_once: requests that are open at a time.
        private: whether the receiver may be at a private address.
        key: of the signatures.
    """

    url: str
    timeout_s: float
    at_once: int
    private: bool
    key: bytes = field(repr=False)


@value
class KannelTerms:
    """Kannel, and its user for us.

    Attributes:
        url: of its `sendsms`.
        sender: the number that payers see; None for the ``default-sender`` of Kannel's user.
        parts_max: parts of one message; Kannel cuts off what is longer than its own `max-messages`.
        reports_url: where Kannel reports to; None for no reports.
        extensions: what follows ``sender`` in the messages of a merchant, by its id.
    """

    url: str
    username: str
    password: str = field(repr=False)
    sender: str | None
    parts_max: int
    timeout_s: float
    at_once: int
    reports_url: str | None = field(repr=False)
    extensions: Mapping[str, str] = field(default_factory=dict)


@value
class GatewayTerms:
    """A gateway, and what it may send for us."""

    form: GatewayFormat
    account: GatewayAccount
    templates: Templates
    http: HttpTerms


HttpChannelTerms = WebhookTerms | KannelTerms | GatewayTerms
"""The terms of one channel over HTTP."""
