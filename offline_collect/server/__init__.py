"""All TCP: links and their connections, sign-on, back-pressure, the drain, and the operator's HTTP pages."""

from offline_collect.server.connections.authentication import Authentication
from offline_collect.server.connections.key_ring import KeyRing, KeysInForce
from offline_collect.server.connections.translator import Translator
from offline_collect.server.health.descriptors import REMEDY, Descriptors
from offline_collect.server.health.operations import operations_site
from offline_collect.server.health.readiness import Problem, Readiness, Report
from offline_collect.server.health.status import links_status
from offline_collect.server.lanes.lane_checks import add_lane_checks
from offline_collect.server.lanes.lanes import Lanes
from offline_collect.server.lanes.lone_lanes import LoneLanes
from offline_collect.server.lanes.remote_lanes import RemoteLanes
from offline_collect.server.link import Link
from offline_collect.server.observer import LinkObserver, NullLinkObserver
from offline_collect.server.outgoing.caller import Caller, CallerState
from offline_collect.server.scheduling.dispatcher import Dispatcher
from offline_collect.server.server import Server
from offline_collect.server.settings import LinkSettings, PartnerSettings, ThrottleSettings, TlsSettings
from offline_collect.server.tls.credentials import Credentials

__all__ = [
    "REMEDY",
    "Authentication",
    "Caller",
    "CallerState",
    "Credentials",
    "Descriptors",
    "Dispatcher",
    "KeyRing",
    "KeysInForce",
    "Lanes",
    "Link",
    "LinkObserver",
    "LinkSettings",
    "LoneLanes",
    "NullLinkObserver",
    "PartnerSettings",
    "Problem",
    "Readiness",
    "RemoteLanes",
    "Report",
    "Server",
    "ThrottleSettings",
    "TlsSettings",
    "Translator",
    "add_lane_checks",
    "links_status",
    "operations_site",
]
