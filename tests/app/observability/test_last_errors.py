"""The last errors are kept, a bounded number of them, masked and with local time."""

import logging
from zoneinfo import ZoneInfo

from offline_collect.app.observability.last_errors import KEPT, LENGTH_MAX, LastErrors


def record(text, level=logging.ERROR):
    made = logging.LogRecord("a", level, __file__, 1, text, (), None)
    made.created = 1_795_000_000.0
    return made


def test_errors_are_kept_masked_and_with_local_time():
    kept = LastErrors(ZoneInfo("Asia/Shanghai"))
    kept.handle(record("paid with 6225880100001234"))
    assert kept.lines() == ["2026-11-18 19:06:40+08:00 paid with ***"]


def test_their_number_and_length_are_bounded():
    kept = LastErrors(ZoneInfo("UTC"))
    for number in range(KEPT + 5):
        kept.handle(record(f"{number} {'x' * LENGTH_MAX}"))
    assert len(kept.lines()) == KEPT
    assert " 5 xxx" in kept.lines()[0]
    assert max(map(len, kept.lines())) == LENGTH_MAX


def test_warnings_are_not_errors():
    assert LastErrors(ZoneInfo("UTC")).level == logging.ERROR
