import datetime as dt
from collections import Counter
from functools import cache
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.wire.layouts.pds import parse_pds
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.errors import LoadError
from offline_collect_terminal.load.answer_scanner import Scanner, Shape
from offline_collect_terminal.load.bills import Bill, BillRange, endless, once, read_bills
from offline_collect_terminal.load.channel import make_stamp
from offline_collect_terminal.load.histogram import Latencies
from offline_collect_terminal.load.pace import Pace
from offline_collect_terminal.load.patched_frames import Digits, Sender, encode_bill, make_template
from offline_collect_terminal.load.schedule import Turns
from offline_collect_terminal.load.settings import STEPS, Kind, LoadSettings
from offline_collect_terminal.load.tally import Tally, figures_of
from offline_collect_terminal.load.verify import Samples
from offline_collect_terminal.wire import dialects
from tests.simulators.peer import answer

load_codec = cache(dialects.load_codec)
SENDER = Sender("12345678", "LD000001")
BILL = Bill("SCHOOL01", "B00000001", 12345)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def patched(codec, kind, sender, first, second, stan="000042"):
    """The message from a template of the first bill, patched for the second bill."""
    dialect = codec.dialect
    digits = Digits(dialect)
    template = make_template(codec, kind, sender, first)
    encoded = encode_bill(second, digits, dialect.charset)
    frame = template.frame
    frame[template.stan] = digits.encode(stan)
    frame[template.wanted] = encoded.wanted
    frame[template.merchant] = encoded.merchant
    if template.amount is not None:
        frame[template.amount] = encoded.amount
    return codec.decode(bytes(frame[dialect.frame.message_at :]))


@given(
    merchant=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=15),
    number=st.integers(0, 99_999_999),
    amount=st.integers(1, 999_999_999_999),
    stan=st.integers(1, 999_999),
    name=st.sampled_from(["ascii", "bcd"]),
)
def test_a_patched_payment_reads_like_one_that_was_encoded(merchant, number, amount, stan, name):
    second = Bill(merchant, f"B{number:08d}", amount)
    message = patched(load_codec(name), Kind.PAYMENT, SENDER, BILL, second, f"{stan:06d}")
    assert message.mti == "0200"
    assert message.elements[4] == f"{amount:012d}"
    assert message.elements[11] == f"{stan:06d}"
    assert message.elements[41] == "LD000001"
    assert message.elements[42].rstrip() == merchant
    assert parse_pds(message.elements[48], "utf-8")["0030"] == second.wanted


@given(connections=st.integers(1, 50), extra=st.integers(0, 50))
def test_every_terminal_belongs_to_one_connection(connections, extra):
    settings = LoadSettings(
        "127.0.0.1", 1, Kind.PAYMENT, connections, 1, "12345678", "LD{:06d}", SHANGHAI,
        terminals=connections + extra,
    )  # fmt: skip
    shares = [settings.terminals_of(number) for number in range(1, connections + 1)]
    assert sorted(each for share in shares for each in share) == list(range(1, connections + extra + 1))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_without_a_number_of_terminals_each_connection_is_one():
    settings = LoadSettings("127.0.0.1", 1, Kind.PAYMENT, 3, 1, "12345678", "LD{:06d}", SHANGHAI)
    assert [list(settings.terminals_of(number)) for number in (1, 2, 3)] == [[1], [2], [3]]


def test_a_lookup_may_be_by_bill_or_by_what_is_typed(either_codec):
    by_bill = patched(either_codec, Kind.LOOKUP, SENDER, BILL, BILL)
    assert by_bill.elements[3] == "380000"
    assert parse_pds(by_bill.elements[48], "utf-8") == {"0030": "B00000001"}
    sender = Sender("12345678", "LD000001", by_input=True)
    charset = either_codec.dialect.charset
    by_input = patched(either_codec, Kind.LOOKUP, sender, Bill("E", "3幢01", 1), Bill("E", "3幢02", 1))
    assert parse_pds(by_input.elements[48], charset) == {"0021": "3幢02"}


def test_what_the_dialect_cannot_say_is_refused(codec):
    with pytest.raises(LoadError, match="a payment of bill B cannot be written: DE 32"):
        make_template(codec, Kind.PAYMENT, Sender("no digits", "T"), Bill("M", "B", 1))


def test_the_stamp_is_of_both_clocks():
    now = dt.datetime(2026, 12, 31, 17, 30, 11, tzinfo=dt.UTC)
    digits = Digits(load_codec("ascii").dialect)
    assert make_stamp(now, SHANGHAI, digits, transmission_local=False) == (
        b"1231173011", b"013011", b"0101", b"700101",
    )  # fmt: skip
    packed = make_stamp(now, SHANGHAI, Digits(load_codec("bcd").dialect), transmission_local=True)
    assert packed.transmission_time.hex() == "0101013011"


def test_an_answer_is_scanned_like_it_is_decoded(either_codec):
    scanner = Scanner(either_codec)
    for code, stan in (("00", "000042"), ("U1", "999999"), ("00", "000043")):
        request = Message(
            "0200", {4: "000000000001", 7: "1122093011", 11: stan, 32: "12345678", 41: "LD000001"}
        )
        raw = either_codec.encode(answer(request, code))
        shape = scanner.shapes.get(raw[: scanner.head_size]) or scanner.learn(raw)
        assert isinstance(shape, Shape)
        assert raw[shape.code] == code.encode()
        assert raw[shape.stan] == Digits(either_codec.dialect).encode(stan)
    assert len(scanner.shapes) == 2


def test_what_the_platform_asks_is_told_apart_from_answers(codec):
    scanner = Scanner(codec)
    notice = Message("0800", {7: "1122153000", 11: "000001", 15: "1123", 70: "201"})
    assert scanner.learn(codec.encode(notice)) == notice
    assert scanner.shapes == {}


@pytest.mark.parametrize(
    ("raw", "reason"), [(b"what", "cannot be read"), (None, "the platform's 0210 has no DE 11 or no DE 39")]
)
def test_answers_that_nothing_can_be_told_from_end_the_load(raw, reason, codec):
    with pytest.raises(LoadError, match=reason):
        Scanner(codec).learn(raw or codec.encode(Message("0210", {7: "1122153000"})))


@given(
    st.lists(st.integers(0, 70_000_000_000), min_size=1, max_size=200), st.sampled_from([1, 50, 90, 99, 100])
)
def test_percentiles_are_those_of_the_sorted_latencies(latencies_ns, percent):
    latencies = Latencies()
    for latency_ns in latencies_ns:
        latencies.add(latency_ns)
    ordered = sorted(latencies_ns)
    exact_ns = ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
    found_ns = latencies.percentile_ms(percent) * 1_000_000
    if exact_ns < 60_000_000_000:
        assert exact_ns - (1_000 if exact_ns < 100_000_000 else 100_000) <= found_ns <= exact_ns + 1
    else:
        assert found_ns >= 60_000_000_000
    assert latencies.greatest_ms * 1_000_000 == pytest.approx(ordered[-1])


def test_no_latencies_have_no_percentiles():
    assert Latencies().percentile_ms(99) == 0


def test_a_range_of_bills_is_counted_through_once_or_over_and_over():
    bills = BillRange("M", "B{:03d}", 100, 7, 2)
    assert [bill.wanted for bill in once(bills)] == ["B007", "B008"]
    assert [bill.wanted for bill in islice(endless(bills), 5)] == ["B007", "B008", "B007", "B008", "B007"]
    listed = list(once(bills))
    assert [bill.wanted for bill in islice(endless(listed), 3)] == ["B007", "B008", "B007"]


@pytest.mark.parametrize("pattern", ["B", "B{", "B{:03d}{:03d}", "B{number}", "B{:q}"])
def test_a_pattern_without_one_counter_is_refused(pattern):
    with pytest.raises(LoadError, match="write it like"):
        BillRange("M", pattern, 100, 1, 2)


def test_bills_come_from_a_file_of_any_column_order(tmp_path):
    file = tmp_path / "bills.csv"
    file.write_text("﻿bill_no,amount,merchant_id,note\nB1,123.45,M,x\nB2,7,N,\n", encoding="utf-8")
    assert read_bills(file) == [Bill("M", "B1", 12345), Bill("N", "B2", 700)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"bill_no,amount\n", "no column merchant_id"),
        (b"", "no column merchant_id, bill_no, amount"),
        (b"merchant_id,bill_no,amount\nM,B1,1.00\nM,,1.00\n", "row 3: a cell is empty"),
        (b"merchant_id,bill_no,amount\nM,B1\n", "row 2: a cell is empty"),
        (b"merchant_id,bill_no,amount\nM,B1,1.001\n", "row 2: 1.001 has more than the 2 decimals"),
        (b"merchant_id,bill_no,amount\nM,\xff,1\n", "is not CSV in UTF-8"),
    ],
)
def test_a_file_of_bills_that_is_wrong_names_the_row(content, reason, tmp_path):
    file = tmp_path / "bills.csv"
    file.write_bytes(content)
    with pytest.raises(LoadError, match=reason):
        read_bills(file)


def test_a_file_of_bills_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(LoadError, match="cannot be read"):
        read_bills(tmp_path / "none.csv")


@pytest.fixture
def turns(codec):
    def make(kind, size=2):
        bills = BillRange("M", "B{:03d}", 100, 1, size).bills()
        return Turns(STEPS[kind], bills, Digits(codec.dialect), "utf-8")

    return make


def test_a_mixed_turn_looks_a_bill_up_and_then_pays_it(turns):
    mixed = turns(Kind.MIXED)
    first = mixed.next(0, None)
    second = mixed.next(*first)
    third = mixed.next(*second)
    assert [(step, bill.bill.wanted) for step, bill in (first, second, third)] == [
        (0, "B001"), (1, "B001"), (0, "B002"),
    ]  # fmt: skip


def test_turns_end_with_the_bills_with_the_budget_or_when_told(turns):
    by_bills = turns(Kind.PAYMENT)
    assert [by_bills.next(0, None) is None for _ in range(3)] == [False, False, True]
    assert by_bills.exhausted
    by_budget = turns(Kind.PAYMENT)
    by_budget.budget = 1
    assert [by_budget.next(0, None) is None for _ in range(2)] == [False, True]
    stopped = turns(Kind.PAYMENT)
    stopped.stop()
    assert stopped.next(0, None) is None


def test_figures_count_only_what_was_measured():
    tally = Tally(sent=30, answered=30)
    tally.begin((Kind.LOOKUP, Kind.PAYMENT), 1_000_000_000)
    for number in range(1, 11):
        tally.count(Kind.PAYMENT, b"U1" if number == 10 else b"00", number * 1_000_000, 3_000_000_000)
    figures = figures_of(tally, 2, 4, 5)
    lookups, payments = figures.kinds
    assert (figures.messages, figures.seconds, figures.per_second) == (10, 2.0, 5.0)
    assert (payments.p50_ms, payments.p90_ms, payments.p99_ms, payments.max_ms) == (5.0, 9.0, 10.0, 10.0)
    assert payments.codes == {"00": 9, "U1": 1}
    assert (lookups.messages, lookups.p99_ms, lookups.codes) == (0, 0.0, {})
    plain = figures.to_plain()
    assert plain["kinds"]["payment"]["latency_ms"] == {"p50": 5.0, "p90": 9.0, "p99": 10.0, "max": 10.0}
    assert plain["sent"] == 30


def test_figures_of_nothing_are_zero():
    figures = figures_of(Tally(), 1, 1, 0)
    assert (figures.messages, figures.per_second, figures.kinds) == (0, 0.0, ())


REQUEST = Message(
    "0200",
    {3: "500000", 4: "000000012345", 11: "000001", 32: "12345678", 41: "LD000001", 42: "SCHOOL01"},
)


@pytest.mark.parametrize(
    ("elements", "problem"),
    [
        ({48: "0030009B00000001"}, None),
        ({39: "U1"}, None),
        ({48: "0030009B00000002"}, "an approved payment of bill B00000001 does not name it in tag 0030"),
        ({48: "broken"}, "an approved payment of bill B00000001 does not name it in tag 0030"),
        ({4: "000000012346"}, "an answer to a payment does not repeat DE 4 of its request"),
        ({41: "LD000002"}, "an answer to a payment does not repeat DE 41 of its request"),
    ],
)
def test_a_sampled_answer_is_read_once_more_in_full(elements, problem, codec):
    samples = Samples()
    message = answer(REQUEST)
    samples.keep(Kind.PAYMENT, SENDER, BILL, codec.encode(Message("0210", {**message.elements, **elements})))
    assert samples.problems(codec) == ([problem] if problem else [])


def test_a_sampled_answer_that_cannot_be_read_is_a_problem(codec):
    samples = Samples()
    samples.keep(Kind.LOOKUP, SENDER, BILL, b"0110")
    assert samples.problems(codec)[0].startswith("an answer to a lookup cannot be read")


def test_samples_are_bounded_and_become_fewer():
    samples = Samples(every=1)
    for _ in range(2_500):
        samples.keep(Kind.LOOKUP, SENDER, BILL, b"")
    assert len(samples.kept) <= 1_000
    assert samples.every > 1


def test_codes_are_counted_as_the_wire_has_them():
    tally = Tally()
    tally.begin((Kind.PAYMENT,), 0)
    tally.count(Kind.PAYMENT, b"00", 1, 1)
    assert tally.codes[Kind.PAYMENT] == Counter({b"00": 1})


def test_a_bill_that_is_done_with_does_not_hold_up_one_that_is_half_done(turns):
    mixed = turns(Kind.MIXED, 2)
    first, second = mixed.next(0, None), mixed.next(0, None)
    paid = mixed.next(*first)
    assert mixed.next(*paid) is None
    assert mixed.next(*second) == (1, second[1])


def test_messages_of_an_open_loop_are_due_at_even_times_however_late_it_looks():
    pace = Pace(1_000)
    pace.begin(5_000_000)
    assert pace.due(5_000_000) == []
    assert pace.due(17_500_000) == [5_000_000 + nth * 1_000_000 for nth in range(12)]
    assert pace.due(27_400_000) == [], "less than 10 ms later"
    assert pace.due(27_500_000) == [17_000_000 + nth * 1_000_000 for nth in range(10)]


def test_the_slowest_answer_is_known_by_its_code():
    tally = Tally()
    tally.begin((Kind.PAYMENT,), 0)
    for code, latency_ns in ((b"00", 3_000_000), (b"00", 2_000_000), (b"68", 9_000_000)):
        tally.count(Kind.PAYMENT, code, latency_ns, latency_ns)
    (kind,) = figures_of(tally, 1, 1, 0).kinds
    assert kind.slowest_ms == {"00": 3.0, "68": 9.0}
