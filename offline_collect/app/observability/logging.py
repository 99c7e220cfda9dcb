"""Logs: for people or as JSON, on standard error, and never with a card or account number in them.

Everything goes through the standard library's ``logging``; structlog renders it. Masking fails closed: in a
field that is not declared safe, everything that looks like a long number is hidden.
"""

from __future__ import annotations

import datetime as dt
import logging
import sys
from collections.abc import Callable, MutableMapping
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor

from offline_collect.app.config.settings import LogSettings
from offline_collect.app.observability.log_rate_limit import FloodFilter
from offline_collect.app.wiring.clock import LocalClock, SystemClock
from offline_collect.domain.texts.cards import MASK, mask_cards, mask_long_numbers

SECRET_FIELDS = frozenset(
    {
        "account",
        "account_name",
        "customer_name",
        "debit_account",
        "email",
        "inputs",
        "key_block",
        "mobile",
        "owner",
        "pan",
        "password",
        "settlement_account",
        "url",
    }
)
"""Fields that are always hidden."""

SAFE_FIELDS = frozenset(
    {
        "bill_no",
        "business_date",
        "institution",
        "level",
        "link",
        "logger",
        "masked",
        "rrn",
        "serial_number",
        "sha256",
        "stan",
        "terminal",
        "timestamp",
    }
)
"""The platform's own identifiers, which operators search for; their long numbers are not a payer's."""

MESSAGE_FIELDS = frozenset({"amount_minor", "institution", "masked", "rrn", "seconds", "stan", "terminal"})
"""Fields of the line about a message; the wire has masked what is in ``masked``."""

SENT_FIELDS = frozenset({"bill_no", "institution", "rrn", "stan", "terminal"})
"""Fields with free content from messages: a possible card number is masked."""

_DEPTH_MAX = 5


def mask_fields(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Mask an event's fields (a structlog processor)."""
    # Fields of structlog itself, such as the record, begin with _ and are never rendered.
    return {key: value if key.startswith("_") else _masked(key, value, 0) for key, value in event.items()}


def _masked(key: object, value: Any, depth: int) -> Any:
    if key in SECRET_FIELDS:
        return MASK
    if value is None or isinstance(value, bool | float):
        return value
    if key in SAFE_FIELDS:
        return mask_cards(value) if key in SENT_FIELDS and isinstance(value, str) else value
    if isinstance(value, int):
        return MASK if len(str(abs(value))) >= 12 else value  # noqa: PLR2004 - as in mask_long_numbers
    if isinstance(value, MutableMapping) and depth < _DEPTH_MAX:
        return {name: _masked(name, inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, list | tuple) and depth < _DEPTH_MAX:
        return [_masked(key, inner, depth + 1) for inner in value]
    return mask_long_numbers(str(value))


def _in_zone(zone: dt.tzinfo) -> Processor:
    clock = LocalClock(SystemClock(), zone)

    def stamp(_logger: Any, _method: str, event: EventDict) -> EventDict:
        event["timestamp"] = clock.now().isoformat()
        return event

    return stamp


def _retold(retell: Callable[[str], str]) -> Processor:
    def tell(_logger: Any, _method: str, event: EventDict) -> EventDict:
        event["event"] = retell(str(event["event"]))
        return event

    return tell


def _chain(zone: dt.tzinfo, retell: Callable[[str], str]) -> list[Processor]:
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(MESSAGE_FIELDS),
        _retold(retell),
        structlog.processors.StackInfoRenderer(),
        # Rendered before masking, without local variables.
        structlog.processors.format_exc_info,
        mask_fields,
        _in_zone(zone),
    ]


def _renderer(settings: LogSettings, stream: TextIO) -> Processor:
    if settings.format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(
        colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
    )


def set_up_logging(
    settings: LogSettings,
    stream: TextIO | None = None,
    zone: dt.tzinfo = dt.UTC,
    retell: Callable[[str], str] = str,
) -> None:
    """Send all logs to a stream, with the configured format and level.

    Args:
        settings: format and level.
        stream: standard error by default.
        zone: of the times.
        retell: is given each text, and returns what is logged.
    """
    stream = stream or sys.stderr
    chain = _chain(zone, retell)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=chain,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(settings, stream),
            ],
        )
    )
    handler.addFilter(FloodFilter())
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(settings.level.upper())
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *chain,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
