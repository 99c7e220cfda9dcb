"""The only TCP: links and their connections, sign-on, back-pressure, the drain, and the operator's HTTP side."""

from offline_collect.server.descriptors import REMEDY, Descriptors
from offline_collect.server.dispatcher import Dispatcher
from offline_collect.server.lane_checks import add_lane_checks
from offline_collect.server.lanes import Lanes
from offline_collect.server.link import Link
from offline_collect.server.observer import LinkObserver, NullLinkObserver
from offline_collect.server.operations import operations_site
from offline_collect.server.readiness import Problem, Readiness, Report
from offline_collect.server.remote_lanes import RemoteLanes
from offline_collect.server.server import Server
from offline_collect.server.settings import LinkSettings
from offline_collect.server.translator import Translator

__all__ = [
    "REMEDY",
    "Descriptors",
    "Dispatcher",
    "Lanes",
    "Link",
    "LinkObserver",
    "LinkSettings",
    "NullLinkObserver",
    "Problem",
    "Readiness",
    "RemoteLanes",
    "Report",
    "Server",
    "Translator",
    "add_lane_checks",
    "operations_site",
]
