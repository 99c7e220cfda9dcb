"""Makes the settings of all parts of the server from the configuration."""

from __future__ import annotations

from offline_collect.app.config.link_settings import LinkSettings as LinkConfig
from offline_collect.app.config.link_settings import TlsSettings as TlsConfig
from offline_collect.app.config.partner_address import parse_partner
from offline_collect.app.config.schemas import Schemas
from offline_collect.app.config.settings import Settings
from offline_collect.app.wiring.backoffice import terms, timezone
from offline_collect.engine import EngineSettings
from offline_collect.server.connections.authentication import Authentication
from offline_collect.server.connections.key_ring import KeyRing
from offline_collect.server.connections.translator import Translator
from offline_collect.server.settings import LinkSettings, PartnerSettings, ThrottleSettings, TlsSettings
from offline_collect.server.tls.certificates import comparable
from offline_collect.server.tls.credentials import Credentials
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.errors import SchemaError
from offline_collect.wire.messages.answers.cutover_notices import CutoverNotices
from offline_collect.wire.messages.message_set.types import MessageSet
from offline_collect.wire.messages.requests.reader import LinkTerms
from offline_collect.wire.security.mac_settings import MacAlgorithm, MacPadding
from offline_collect.wire.security.message_mac import MessageMac


def engine_settings(settings: Settings) -> EngineSettings:
    """Return the number of lanes, and their limits."""
    lanes = settings.lanes
    return EngineSettings(
        write_lanes=lanes.write,
        read_lanes=lanes.read,
        batch_max=lanes.batch_max,
        queue_max=max(lane_room(settings) // 2, 1),
        terms=terms(settings),
    )


def lane_room(settings: Settings) -> int:
    """Return how many commands one lane may hold: those that it decides, and its next batch.

    Other commands wait in queues that are served in turn. Then the batch in progress and the waiting one have
    together at most one full batch of another sender's commands. The first command of a connection is taken beyond
    this number.
    """
    return max(settings.lanes.batch_max, 2)


def link_settings(link: LinkConfig, settings: Settings) -> LinkSettings:
    """Return one link's settings for the server."""
    return LinkSettings(
        name=link.name,
        host=link.address.host,
        port=link.address.port,
        networks=link.allow,
        institutions=frozenset(link.institutions),
        sign_on_required=link.sign_on == "required",
        connections_max=link.connections_max,
        connections_max_per_peer=link.connections_max_per_peer,
        connections_max_per_institution=link.connections_max_per_institution,
        in_flight_max=link.in_flight_max,
        idle_timeout_s=link.idle_timeout_s,
        frame_timeout_s=link.frame_timeout_s,
        sign_on_timeout_s=link.sign_on_timeout_s,
        request_timeout_ms=link.request_timeout_ms,
        receive_buffer_bytes=link.receive_buffer_bytes,
        tls=None if link.tls is None else tls_settings(link.tls),
        cutover_notice=link.cutover_notice,
        test=link.test,
        live=settings.business.live,
        skew_s=settings.business.skew_s,
        zone=timezone(settings),
        connect=partner_settings(link),
        throttle=ThrottleSettings(**link.throttle.model_dump()),
    )


def partner_settings(link: LinkConfig) -> PartnerSettings | None:
    """Return the partner that a link connects to; None if it listens."""
    if link.connect is None:
        return None
    partner = parse_partner(link.connect)
    return PartnerSettings(
        host=partner.host,
        port=partner.port,
        timeout_s=link.connect_timeout_s,
        retry_max_s=link.connect_retry_max_s,
        lease_s=link.lease_s,
    )


def tls_settings(tls: TlsConfig) -> TlsSettings:
    """Return a link's TLS for the server."""
    return TlsSettings(
        certificate=tls.certificate,
        key=tls.key,
        client_ca=tls.client_ca,
        clients={who: frozenset(map(comparable, names)) for who, names in tls.clients.items()},
        minimum=tls.minimum,
        warn_days=tls.warn_days,
    )


def credentials(link: LinkConfig) -> Credentials | None:
    """Return a link's TLS credentials; None for a link without TLS.

    Raises:
        CertificateError: one of its files cannot be used.
    """
    if link.tls is None:
        return None
    partner = None if link.connect is None else parse_partner(link.connect).host
    return Credentials(link.name, tls_settings(link.tls), partner)


def translator(
    link: LinkConfig,
    settings: Settings,
    schemas: Schemas,
    messages: MessageSet,
    ring: KeyRing | None = None,
) -> Translator:
    """Return the translator of one link's dialect.

    Args:
        link: the link's settings.
        settings: all settings.
        schemas: the source of dialects.
        messages: the message set.
        ring: the link's keys; None without MACs.

    Raises:
        SchemaError: the dialect or the message set is invalid, or the dialect cannot carry the link's cutover notices.
    """
    spoken = LinkTerms(
        link.name,
        link.request_timeout_ms,
        timezone(settings),
        frozenset(link.institutions),
    )
    dialect = schemas.dialect(link.dialect)
    if link.cutover_notice:
        _check_notices(link.name, CutoverNotices(dialect, spoken.zone), dialect)
    if ring is None:
        return Translator(messages, dialect, spoken)
    padding = None if link.mac.padding is None else MacPadding(link.mac.padding)
    mac = dialect.mac.of_link(MacAlgorithm(link.mac.algorithm), padding)
    return Translator(messages, dialect, spoken, Authentication(MessageMac(mac, Codec(dialect)), ring))


def _check_notices(link: str, notices: CutoverNotices, dialect: Dialect) -> None:
    """Refuse a dialect without an element of the notices: a day would open, and no answer could be sent."""
    for number in notices.missing:
        reason = f"is missing: link {link} has cutover_notice: true, and its notices need the element"
        raise SchemaError(dialect.name, f"elements.{number}", reason)
