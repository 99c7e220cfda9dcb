"""Restores logging: a command that runs in the tests' process sets it up for the whole process."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog


@contextmanager
def kept_logging() -> Iterator[None]:
    """Restore the root logger, structlog and the capture of warnings when the block ends."""
    root = logging.getLogger()
    handlers, level, twisted = root.handlers[:], root.level, logging.getLogger("twisted").level
    configured = structlog.get_config() if structlog.is_configured() else None
    try:
        yield
    finally:
        logging.captureWarnings(capture=False)
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.getLogger("twisted").setLevel(twisted)
        structlog.reset_defaults()
        if configured is not None:
            structlog.configure(**configured)
