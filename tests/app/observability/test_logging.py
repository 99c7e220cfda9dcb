"""Logs: readable, and without card or account numbers."""

import io
import json
import logging
import warnings
from zoneinfo import ZoneInfo

import pytest
import structlog

from offline_collect.app.config.settings import LogSettings
from offline_collect.app.observability.logging import mask_fields, mask_long_numbers, set_up_logging

PAN = "6225880100001234"


@pytest.fixture
def logged():
    """Set logging up; return a function that gives the log so far."""
    stream = io.StringIO()

    def set_up(form="json", level="debug"):
        set_up_logging(LogSettings(format=form, level=level), stream)
        return stream.getvalue

    return set_up


def test_json_is_an_object_a_line_with_time_level_and_logger(logged):
    read = logged()
    logging.getLogger("offline_collect.server").warning("link %s is full", "fep-1")
    event = json.loads(read())
    assert event.pop("timestamp").endswith("+00:00")
    assert event == {"event": "link fep-1 is full", "level": "warning", "logger": "offline_collect.server"}


def test_times_are_local_with_their_offset():
    stream = io.StringIO()
    set_up_logging(LogSettings(format="json"), stream, zone=ZoneInfo("Asia/Shanghai"))
    logging.getLogger("a").info("here")
    assert json.loads(stream.getvalue())["timestamp"].endswith("+08:00")


def test_a_text_is_retold_before_it_is_masked():
    stream = io.StringIO()
    set_up_logging(LogSettings(format="json"), stream, retell=lambda text: f"{text}, {PAN}")
    logging.getLogger("a").info("run %s", "init")
    assert json.loads(stream.getvalue())["event"] == "run init, ***"


def test_console_lines_carry_no_colours_into_a_file(logged):
    read = logged(form="console")
    logging.getLogger("a").info("商户 is there")
    assert "商户 is there" in read()
    assert "\x1b" not in read()


@pytest.mark.parametrize("form", ["json", "console"])
def test_long_numbers_never_show(logged, form):
    read = logged(form)
    log = logging.getLogger("a")
    log.info("paid with %s", PAN)
    log.info("paid with 6225 8801 0000 1234 or 6225-8801-0000-1234")
    structlog.get_logger("b").info("paid", whatever=PAN, number=int(PAN), deep={"x": [PAN, (PAN,)]})
    try:
        int(f"{PAN}x")
    except ValueError:
        log.exception("failed")
    for shown in (PAN, "6225 8801", "6225-8801", "1234"):
        assert shown not in read()
    assert read().count("ValueError") == 1


def test_secret_fields_are_hidden_whatever_they_hold(logged):
    read = logged()
    structlog.get_logger("b").info(
        "x", pan="1", password="p", url="postgresql://u:p@h", customer={"mobile": "138"}
    )
    event = json.loads(read())
    assert (event["pan"], event["password"], event["url"], event["customer"]) == (
        "***",
        "***",
        "***",
        {"mobile": "***"},
    )


def test_the_platforms_own_identifiers_stay_readable(logged):
    read = logged()
    structlog.get_logger("b").info(
        "posted", serial_number="20261122000000000042", stan="000008", amount_minor=12345
    )
    event = json.loads(read())
    assert (event["serial_number"], event["stan"], event["amount_minor"]) == (
        "20261122000000000042",
        "000008",
        12345,
    )


def test_what_is_nested_too_deep_is_masked_as_text(logged):
    read = logged()
    deep = {"a": {"b": {"c": {"d": {"e": {"pan": PAN}}}}}}
    structlog.get_logger("b").info("x", deep=deep)
    assert PAN not in read()


def test_less_than_the_level_is_not_logged(logged):
    read = logged(level="warning")
    logging.getLogger("a").info("quiet")
    structlog.get_logger("b").info("quiet")
    assert read() == ""


def test_warnings_are_logged_too(logged):
    read = logged()
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.warn(f"card {PAN}", stacklevel=1)
    assert "card ***" in read()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("12345678901", "12345678901"),
        ("123456789012", "***"),
        ("1234 5678 9012!", "***!"),
        ("2026-11-22 10:15", "2026-11-22 10:15"),
    ],
)
def test_a_number_of_twelve_digits_is_long(text, masked):
    assert mask_long_numbers(text) == masked


def test_a_bill_number_that_could_be_a_card_s_is_masked_and_others_are_not():
    assert mask_fields(None, "", {"bill_no": "4111111111111111"})["bill_no"] == "411111******1111"
    assert mask_fields(None, "", {"bill_no": "4111-1111-1111-1111"})["bill_no"] == "4111-11**-****-1111"
    assert mask_fields(None, "", {"bill_no": "2026112200000001"})["bill_no"] == "2026112200000001"


def test_a_messages_fields_are_shown_and_what_a_peer_put_into_them_is_masked(logged):
    read = logged()
    card = "4111111111111111"
    fields = {
        "rrn": "000000000017",
        "stan": "000001",
        "masked": "0200 4=000000012345",
        "terminal": card,
        "other": 1,
    }
    logging.getLogger("a").info("payment refused", extra=fields)
    event = json.loads(read())
    assert (event["rrn"], event["stan"], event["masked"]) == ("000000000017", "000001", "0200 4=000000012345")
    assert card not in read()
    assert "other" not in event
