"""A test's changes to the process's logging end with the test, for any later test in the same worker."""

import logging

import structlog

from offline_collect.app.config.settings import LogSettings
from offline_collect.app.observability.logging import set_up_logging
from tests.support.kept_logging import kept_logging


def _state():
    root = logging.getLogger()
    return root.level, root.handlers[:], structlog.is_configured(), structlog.get_config()


def test_logging_that_a_command_set_up_does_not_outlive_its_test():
    before = _state()
    with kept_logging():
        set_up_logging(LogSettings(level="debug"))
        assert _state() != before
    assert _state() == before


def test_a_set_up_of_before_comes_back():
    set_up_logging(LogSettings(level="info"))
    before = _state()
    with kept_logging():
        set_up_logging(LogSettings(level="debug"))
    assert _state() == before


def test_each_test_begins_as_the_process_did(request):
    assert "_logging_stays_as_it_was" in request.fixturenames
    assert logging.getLogger().level == logging.WARNING
