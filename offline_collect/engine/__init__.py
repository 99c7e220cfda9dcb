"""Lanes: commands are queued, decided a batch at a time, and answered after the commit. No socket, no SQL."""

from offline_collect.engine.engine import Engine
from offline_collect.engine.fair_queue import FairQueue
from offline_collect.engine.lane_choice import PerLane, by_name, lane_names, route
from offline_collect.engine.lane_set import LaneEnds, LaneMaker, LaneSet
from offline_collect.engine.queue import Waiting, WorkQueue
from offline_collect.engine.settings import EngineSettings
from offline_collect.engine.work import (
    LANE_CHECK,
    NO_ORIGIN,
    TOO_LATE,
    Deliver,
    Delivery,
    Origin,
    Outcome,
    Work,
    unavailable,
)

__all__ = [
    "LANE_CHECK",
    "NO_ORIGIN",
    "TOO_LATE",
    "Deliver",
    "Delivery",
    "Engine",
    "EngineSettings",
    "FairQueue",
    "LaneEnds",
    "LaneMaker",
    "LaneSet",
    "Origin",
    "Outcome",
    "PerLane",
    "Waiting",
    "Work",
    "WorkQueue",
    "by_name",
    "lane_names",
    "route",
    "unavailable",
]
