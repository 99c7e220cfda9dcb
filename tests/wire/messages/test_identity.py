"""The identity of a message: years, zones, padding, and dialects that identify by other elements."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from offline_collect.domain.answers import Answer
from offline_collect.wire.dialects.dialect import Sent
from offline_collect.wire.messages.requests.reader import LinkTerms, RequestReader
from tests.messages.golden import NOW, golden, messages, reader, shipped

LOCAL = replace(shipped(), sent=Sent(local=True))
BY_RRN = replace(shipped(), identity=(32, 37))
BY_LOCAL_TIME = replace(shipped(), identity=(32, 41, 11, 12, 13))
BY_FORWARDER = replace(shipped(), identity=(33, 42, 11, 7))


def key(vector, dialect=None, now=NOW, **elements):
    message, _ = golden(vector)
    message.elements.update({int(name[1:]): value for name, value in elements.items()})
    read = reader(dialect).read(message, now)
    return read.brief if isinstance(read, Answer) else read.key


def test_a_key_has_no_padding():
    assert key("payment", e41="T1      ", e32="0012345678") == "P|12345678|T1|000008|20261122093011"


def test_a_key_has_the_year_that_is_nearest():
    after = dt.datetime(2027, 1, 1, 0, 0, 5, tzinfo=dt.UTC)
    assert key("payment", now=after, e7="1231235959") == "P|12345678|TERM0001|000008|20261231235959"
    before = dt.datetime(2026, 12, 31, 23, 59, 55, tzinfo=dt.UTC)
    assert key("payment", now=before, e7="0101000001") == "P|12345678|TERM0001|000008|20270101000001"


@pytest.mark.parametrize("years", [1, 10, -56])
class TestWithAClockThatIsWrongByYears:
    """Years are completed to be nearest to the second time."""

    @pytest.fixture
    def clock(self, years):
        return NOW.replace(year=NOW.year + years)

    def test_keys_have_the_same_years_as_before(self, clock):
        message, _ = golden("payment")
        payment = reader().read(message, clock, NOW)
        assert payment.key == "P|12345678|TERM0001|000008|20261122093011"
        assert payment.received_at == clock
        assert payment.local_date == dt.date(2026, 11, 22)

    def test_a_reversal_names_its_original_s_key(self, clock):
        message, _ = golden("reversal_advice")
        reversal = reader().read(message, clock, NOW)
        assert reversal.original_key == "P|12345678|TERM0001|000009|20261122093011"

    def test_totals_are_asked_of_the_same_business_day(self, clock):
        message, _ = golden("totals")
        assert reader().read(message, clock, NOW).business_date.year == 2026

    @pytest.mark.parametrize("dialect", [None, BY_LOCAL_TIME])
    def test_the_age_of_an_original_is_told_by_the_clock_that_will_be_asked(self, clock, dialect):
        message, _ = golden("payment_status")
        if dialect is not None:
            message.elements[90] = "020000000811221730110001234567800000000000"
        status = reader(dialect).read(message, clock, NOW)
        assert clock - status.original_sent_at == dt.timedelta(seconds=1)


@pytest.mark.parametrize(
    ("sent", "taken"),
    [
        ("1122093011", "20261122093011"),
        ("1024093011", "20261024093011"),
        ("0801093011", "20260801093011"),
        ("0301093011", "DE 7: over 30 days off"),
        ("1230093011", "DE 7: over 30 days off"),
    ],
    ids=["near the day", "just near it", "near the clock", "near neither", "near neither, but in the year"],
)
def test_a_message_may_be_near_the_business_day_or_near_the_clock(sent, taken):
    """One of the two is wrong, and the front end's clock may agree with either."""
    clock = dt.datetime(2027, 7, 20, 9, 30, 12, tzinfo=dt.UTC)
    message, _ = golden("payment")
    message.elements[7] = sent
    read = reader().read(message, clock, NOW)
    assert (read.brief if isinstance(read, Answer) else read.key.rpartition("|")[2]) == taken


def test_a_day_that_the_clock_s_years_lack_is_far_from_the_clock():
    """29 February is near no clock of 2030."""
    message, _ = golden("payment")
    message.elements[7] = "0229093011"
    clock = dt.datetime(2030, 2, 20, tzinfo=dt.UTC)
    assert (
        reader().read(message, clock, dt.datetime(2028, 8, 1, 12, tzinfo=dt.UTC)).brief
        == "DE 7: over 30 days off"
    )


def test_a_local_transmission_time_is_kept_in_utc():
    assert key("payment", LOCAL, e7="1122173011") == "P|12345678|TERM0001|000008|20261122093011"


def test_a_local_transmission_time_turns_the_year_where_its_zone_does():
    now = dt.datetime(2026, 12, 31, 16, 0, 5, tzinfo=dt.UTC)
    assert key("payment", LOCAL, now, e7="0101000000") == "P|12345678|TERM0001|000008|20261231160000"


def test_the_separator_in_a_terminal_s_name_does_not_make_two_keys_one():
    assert key("payment", e41="A|B%    ") == "P|12345678|A%7CB%25|000008|20261122093011"


def test_payments_and_reversals_are_of_different_classes():
    message, _ = golden("reversal_write_off")
    message.elements[11] = "000008"
    reversal = reader().read(message, NOW)
    assert reversal.key == "R|12345678|TERM0001|000008|20261122093011"
    assert reversal.original_key == "P|12345678|TERM0001|000008|20261122093011"


def test_a_dialect_may_identify_by_the_retrieval_reference():
    assert key("payment", BY_RRN) == "P|12345678|632609300008"
    message, _ = golden("reversal_write_off")
    message.elements[37] = "632609300008"
    reversal = reader(BY_RRN).read(message, NOW)
    assert reversal.original_key == "P|12345678|632609300008"
    assert reversal.key == "R|12345678|632609300008"


def test_an_element_that_identifies_is_mandatory():
    assert key("reversal_write_off", BY_RRN) == "DE 37: missing"


def test_a_dialect_may_identify_by_local_time():
    assert key("payment", BY_LOCAL_TIME, e12="173011") == "P|12345678|TERM0001|000008|173011|20261122"
    message, _ = golden("payment_status")
    message.elements[90] = "020000000811221730110001234567800000000000"
    status = reader(BY_LOCAL_TIME).read(message, NOW)
    assert status.original_key == "P|12345678|TERM0001|000008|173011|20261122"
    assert status.original_sent_at == dt.datetime(2026, 11, 22, 9, 30, 11, tzinfo=dt.UTC)


def test_in_the_hour_that_clocks_show_twice_an_original_may_be_of_the_later_one():
    """At 03:00 summer time clocks go back to 02:00: 02:10 is 00:10 and 01:10 UTC."""
    berlin = ZoneInfo("Europe/Berlin")
    terms = LinkTerms("fep-1", 10_000, berlin, frozenset({"12345678"}))
    message, _ = golden("payment_status")
    received = dt.datetime(2026, 10, 25, 1, 11, 0, tzinfo=dt.UTC)
    message.elements[7] = "1025021100"
    message.elements[90] = "020000000810250210000001234567800000000000"
    status = RequestReader(messages(), LOCAL, terms).read(message, received)
    assert status.original_sent_at == dt.datetime(2026, 10, 25, 1, 10, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize("date_time", ["0230173011", "1122256011"])
def test_an_original_s_local_time_must_exist(date_time):
    message, _ = golden("payment_status")
    message.elements[90] = f"0200000008{date_time}0001234567800000000000"
    answer = reader(BY_LOCAL_TIME).read(message, NOW)
    assert isinstance(answer, Answer)
    assert answer.brief == "DE 90: no such date"


def test_a_local_date_that_identifies_must_exist():
    assert key("payment", BY_LOCAL_TIME, e13="0230") == "DE 13: no such date"
    assert key("reversal_write_off", BY_LOCAL_TIME, e12="093011", e13="0230") == "DE 13: no such date"
    assert key("reversal_write_off", BY_LOCAL_TIME) == "DE 12: missing"


def test_a_dialect_may_identify_by_forwarder_and_merchant():
    message, _ = golden("reversal_write_off")
    message.elements[33] = "00000000999"
    message.elements[90] = "020000000811220930110001234567800000000999"
    reversal = reader(BY_FORWARDER).read(message, NOW)
    assert reversal.key == "R|999|SCHOOL01|000010|20261122093011"
    assert reversal.original_key == "P|999|SCHOOL01|000008|20261122093011"


def test_the_fingerprint_tells_other_content():
    message, _ = golden("payment")
    same = reader().read(message, NOW)
    message.elements[4] = "000000012346"
    other = reader().read(message, NOW)
    assert same.key == other.key
    assert same.fingerprint != other.fingerprint


def test_a_card_s_number_is_in_no_fingerprint_and_no_key():
    message, _ = golden("payment")
    message.elements[42] = "378282246310005"
    message.elements[48] = message.elements[48].replace("013S2026-11-0001", "0164111111111111111")
    command = reader().read(message, NOW)
    assert command.fingerprint == "500000|000000012345|378282*****0005|156|411111******1111"
    assert reader(replace(shipped(), identity=(42, 11, 7))).read(message, NOW).key == (
        "P|378282*****0005|000008|20261122093011"
    )
