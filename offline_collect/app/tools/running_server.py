"""Asks the server that runs on this machine's configuration, through its port for operators (`metrics.listen`)."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from prometheus_client.parser import text_string_to_metric_families

from offline_collect.app.config.settings import Settings
from offline_collect.app.config.types import Address, parse_address
from offline_collect.domain.texts.phrases import Phrase

TIMEOUT_S = 5.0
ANSWERS = "offline_collect_messages_total"
"""The metric that counts answers by link, message and code."""
TIMES = "offline_collect_request_seconds_bucket"
"""The metric that counts answers by link and message, each with those that took no longer than a bound."""
SHARES = (0.5, 0.95, 0.99)
"""Parts of all answers of which a bound of their time is told."""

_OWN = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - asks the address, and listens on none


def ask_server(settings: Settings) -> tuple[str, dict[str, Any] | None]:
    """Return what a running server says: whether it is ready, and its status; None if none answers, with the reason."""
    listen = settings.metrics.listen
    if listen is None:
        return Phrase("not asked: metrics.listen is null"), None
    address = parse_address(listen)
    place = Address(_OWN.get(address.host, address.host), address.port)
    try:
        status = _document(_get(place, "status"))
        ready = _get(place, "readyz").strip()
    except HTTPError as error:
        told = Phrase(
            "what answers on {place} has no page {page} ({code})",
            place=str(place),
            page=str(error.url),
            code=error.code,
        )
        return told, None
    except (OSError, HTTPException, ValueError) as error:
        return Phrase("no server answers on {place} ({why})", place=str(place), why=_why(error)), None
    return ready, status


@dataclass(frozen=True, slots=True)
class ServerMetrics:
    """What a server has counted since it started.

    Attributes:
        answers: link, code, and how many answers.
        times: link, message, how many answers, and within how many seconds each of ``SHARES`` of them was
            written; a bound of the histogram, infinite if it has none.
    """

    answers: list[tuple[str, str, int]]
    times: list[tuple[str, str, int, tuple[float, ...]]]


def ask_metrics(settings: Settings) -> ServerMetrics:
    """Return what a running server has counted; nothing if none answers."""
    if settings.metrics.listen is None:
        return ServerMetrics([], [])
    address = parse_address(settings.metrics.listen)
    try:
        text = _get(Address(_OWN.get(address.host, address.host), address.port), "metrics")
        return ServerMetrics(_answers(text), _times(text))
    except (OSError, HTTPException, ValueError):
        return ServerMetrics([], [])


def _answers(text: str) -> list[tuple[str, str, int]]:
    counts: Counter[tuple[str, str]] = Counter()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name == ANSWERS:
                counts[sample.labels["link"], sample.labels["code"]] += int(sample.value)
    return [(link, code, count) for (link, code), count in sorted(counts.items()) if count]


def _times(text: str) -> list[tuple[str, str, int, tuple[float, ...]]]:
    buckets: dict[tuple[str, str], list[tuple[float, int]]] = defaultdict(list)
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name == TIMES:
                bucket = float(sample.labels["le"]), int(sample.value)
                buckets[sample.labels["link"], sample.labels["message"]].append(bucket)
    return [
        (*key, counts[-1][1], tuple(_within(counts, share) for share in SHARES))
        for key, counts in sorted((key, sorted(counts)) for key, counts in buckets.items())
        if counts[-1][1]
    ]


def _within(counts: list[tuple[float, int]], share: float) -> float:
    """Return the least bound that a part of all answers does not exceed; each count has those of the bounds below."""
    wanted = math.ceil(share * counts[-1][1])
    return next(bound for bound, count in counts if count >= wanted)


def _document(text: str) -> dict[str, Any]:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError("not a status")  # noqa: TRY004 - as for text that is no JSON
    return found


def _get(place: Address, page: str) -> str:
    # A proxy of the environment is for the world outside.
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(f"http://{place}/{page}", timeout=TIMEOUT_S) as answer:
            found: bytes = answer.read()
    except HTTPError as error:
        if error.code != 503:  # noqa: PLR2004 - not ready, with the reasons
            raise
        with error:
            found = error.read()
    return found.decode()


def _why(error: Exception) -> str:
    reason = getattr(error, "reason", error)
    return str(getattr(reason, "strerror", None) or type(reason).__name__).lower()
