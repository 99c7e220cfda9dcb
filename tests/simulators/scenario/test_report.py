import io
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from offline_collect.wire.frame.frame import Frame
from offline_collect.wire.frame.frames import encode_frame
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.scenario.expect import Check
from offline_collect_terminal.scenario.model import Scenario, Silence
from offline_collect_terminal.scenario.outcome import Failure, ScenarioResult
from offline_collect_terminal.scenario.report import ConsoleReporter, Detail
from offline_collect_terminal.scenario.transcript import Wording, bytes_line
from offline_collect_terminal.wire.dialects import load_codec

PAN = "6225880100001234"
CARD = "4111111111111111"
"""With a correct check digit, by which numbers in free text are recognised as card numbers."""

SCENARIO = Scenario("test.yaml", "Under test", (), dialects=("bcd",))
PAYMENT = Message(
    "0200",
    {
        2: PAN,
        3: "500000",
        4: "000000012345",
        41: "TERM0001",
        42: "SCHOOL01       ",
        48: "0030013S2026-11-00010061004CASH0062006TELLER",
        49: "156",
    },
)
APPROVED = Message(
    "0210",
    {
        3: "500000",
        38: "A00001",
        39: "00",
        41: "TERM0001",
        42: "SCHOOL01",
        48: "00700202026112200000000000100720 15十一月餐费".replace(" ", ""),
    },
)
DECLINED = Message("0210", {3: "500000", 39: "U1", 41: "TERM0001", 42: "SCHOOL01", 63: f"card {CARD} used"})


@pytest.fixture
def wording(codec):
    return Wording(codec.dialect)


@pytest.fixture
def report(codec):
    """A reporter with a level of detail, and its output."""

    def make(**detail):
        text = io.StringIO()
        console = Console(file=text, width=120)
        return ConsoleReporter(console, codec.dialect, Detail(**detail)), text

    return make


@pytest.mark.parametrize(
    ("message", "line"),
    [
        (PAYMENT, "0200 payment               TERM0001 SCHOOL01 622588******1234  S2026-11-0001  123.45  CASH  TELLER"),
        (APPROVED, "0210 00 approved           TERM0001 SCHOOL01 serial 20261122000000000001  receipt 十一月餐费"),
        (DECLINED, "0210 U1 already paid       TERM0001 SCHOOL01 card 411111******1111 used"),
        (Message("0800", {70: "301"}), "0800 echo test"),
        (Message("0800", {70: "999"}), "0800 network management"),
        (Message("0810", {39: "ZZ"}), "0810 ZZ no such code                         no reason given"),
        (Message("0100", {3: "380000", 48: "00210163幢-2单元-5010022009王小明"}),
         "0100 bill lookup                             3幢-2单元-501  王小明"),
        (Message("0100", {3: "380000", 48: "broken"}), "0100 bill lookup"),
        (Message("0100", {3: "123456"}), "0100 inquiry"),
        (Message("0300", {}), "0300 unknown message"),
        (Message("0400", {4: "000000012345", 39: "17", 90: "0200000008" + "0" * 32}),
         "0400 reversal                                123.45  of 0200 STAN 000008  written off"),
        (Message("0400", {39: "99"}), "0400 reversal                                reason 99"),
        (Message("0400", {}), "0400 reversal"),
        (Message("0500", {50: "156", 74: "2", 75: "1", 86: "24690", 87: "12345", 97: "D0000000000012345"}),
         "0500 totals                                  payments 2 246.90  reversals 1 123.45  net -123.45"),
        (Message("0110", {3: "390000", 39: "00", 48: "000100110002009学号表",
                          120: "0002006学号0003006学号00060021000090011"}),
         "0110 00 approved                             form 1 学号表  [学号 学号 1]"),
    ],
)  # fmt: skip
def test_a_message_is_told_in_words_on_one_line(message, line, wording):
    assert wording.line(message) == line


def test_a_lookups_answer_tells_amount_name_and_bills(wording):
    bill = "0030002B10050006水费0055002500056004OPEN"
    message = Message(
        "0110", {3: "380000", 4: "000000000050", 39: "00", 48: "0032007王*明00410011", 120: bill}
    )
    assert wording.line(message).endswith("payable 0.50  王*明  open 1  [B1 水费 0.50 OPEN]")


def test_a_payment_of_several_bills_names_each(wording):
    bills = {120: "0030003B-10059003700", 121: "0030003B-200590015"}
    message = Message("0200", {4: "000000000705", 48: "0061004CASH", 49: "156", **bills})
    assert wording.line(message).endswith("B-1  B-2  7.05  CASH")


def test_columns_line_up_whatever_the_width_of_what_is_in_them(wording):
    ascii_line = wording.line(Message("0200", {41: "TERM0001", 42: "SCHOOL01", 48: "0030001X"}))
    narrow = wording.line(Message("0200", {41: "T", 42: "学校", 48: "0030001X"}))
    assert cell_len(narrow) == cell_len(ascii_line)


def test_bytes_are_shown_short_and_without_controls():
    assert bytes_line(b"\x00\xffAB") == "4 bytes: ··AB"
    assert bytes_line(b"9" * 40) == f"40 bytes: {'9' * 24}…"


def test_without_detail_only_results_are_said(report):
    reporter, text = report()
    reporter.begin(SCENARIO)
    reporter.note("a note")
    reporter.sent(PAYMENT, b"")
    reporter.received(APPROVED, Frame(b""))
    reporter.silent(Silence.NOTHING)
    assert text.getvalue() == ""
    reporter.ended(ScenarioResult(SCENARIO, 1, 1))
    reporter.skipped(SCENARIO)
    reporter.summary([ScenarioResult(SCENARIO, 1, 1)])
    assert text.getvalue().splitlines() == [
        "✓ Under test: 1 sent, 1 answered",
        "- test.yaml: not run, it is written for dialect bcd",
        "1 scenario: 1 message sent, 1 answered, all as expected",
    ]


def test_a_scenario_that_is_not_run_says_why_and_that_nothing_went_as_expected(report):
    reporter, text = report()
    reporter.skipped(replace(SCENARIO, dialects=()))
    reporter.summary([])
    assert text.getvalue().splitlines() == [
        "- test.yaml: not run, ascii has messages of its own: `dialects: [ascii]` says that it fits",
        "0 scenarios: 0 messages sent, 0 answered: nothing was run",
    ]


def test_a_transcript_has_one_line_a_message(report):
    reporter, text = report(transcript=True)
    reporter.begin(SCENARIO)
    reporter.note("[a note]")
    reporter.sent(PAYMENT, b"")
    reporter.sent(None, b"GET /")
    reporter.received(APPROVED, Frame(b""))
    reporter.silent(Silence.CLOSED)
    lines = text.getvalue().splitlines()
    assert lines[:3] == ["", "Under test", "  [a note]"]
    assert lines[3].startswith("→ 0200 payment ")
    assert lines[4] == "→ 5 bytes: GET /"
    assert lines[5].startswith("← 0210 00 approved ")
    assert lines[6] == "← connection closed"


def test_bytes_of_sent_and_received_messages_are_shown(report, codec):
    sent = encode_frame(codec.dialect.frame, codec.encode(PAYMENT))
    for unmask in (False, True):
        reporter, text = report(hexed=True, unmask=unmask)
        reporter.sent(PAYMENT, sent)
        reporter.received(APPROVED, Frame(codec.encode(APPROVED)))
        shown = text.getvalue()
        assert "    0000  30 " in shown
        assert ("** **" in shown) is not unmask
        assert (PAN in shown.replace("\n", "")) is False
    assert sent[:16].hex(" ") in shown


def test_verbose_shows_every_element_masked(report):
    reporter, text = report(verbose=True)
    reporter.sent(PAYMENT, b"")
    assert "    DE 4    Amount, transaction       000000012345" in text.getvalue().splitlines()
    assert PAN not in text.getvalue()


def test_a_failure_shows_the_difference_by_element(report):
    reporter, text = report()
    checks = (
        Check("DE 2", "Primary account number", PAN, "6225880100009999", passed=False),
        Check("DE 39", "Response code", "00 APPROVED", "U1", passed=False),
        Check("DE 44", "Reason in short", "absent", None, passed=True),
        Check("DE 11", "STAN", "000001", "000001", passed=True, by_contract=True),
        Check("DE 48.0090", "Key block", "present", "secret key", passed=False),
    )
    reporter.ended(ScenarioResult(SCENARIO, 1, 1, Failure("steps[2]", "not so", checks, DECLINED)))
    said = text.getvalue()
    assert "✗ Under test" in said
    assert "test.yaml: steps[2]: not so" in said
    assert [line.split() for line in said.splitlines() if "DE 39" in line] == [
        ["≠", "DE", "39", "Response", "code", "00", "APPROVED", "U1"],
    ]
    assert any(line.startswith("=  DE 44") and line.rstrip().endswith("absent") for line in said.splitlines())
    assert "DE 11" not in said
    assert "secret key" not in said
    assert "622588******1234" in said
    assert "the platform says: card 411111******1111 used" in said
    assert PAN not in said
    assert CARD not in said


def test_an_answer_that_nothing_asked_for_is_shown_as_it_came(report):
    reporter, text = report()
    reporter.ended(ScenarioResult(SCENARIO, 1, 1, Failure("steps[0]", "an answer too many", (), APPROVED)))
    assert "  ← 0210 00 approved" in text.getvalue()
    reporter.summary(
        [ScenarioResult(SCENARIO, 1, 1, Failure("steps[0]", "x")), ScenarioResult(SCENARIO, 2, 2)]
    )
    assert text.getvalue().splitlines()[-1] == "2 scenarios: 3 messages sent, 3 answered, 1 failed"


@pytest.mark.parametrize(
    ("mti", "elements", "words"),
    [
        ("0200", {3: "380000"}, "bill inquiry"),
        ("0200", {3: "170000"}, "payment"),
        ("0800", {70: "301"}, "echo test"),
        ("0200", {3: "990000"}, "unknown message"),
    ],
)
def test_a_dialects_own_messages_have_its_own_names(mti, elements, words):
    assert Wording(load_codec("ppob-postpaid").dialect).kind(Message(mti, elements)) == words


def test_private_data_of_a_dialect_with_messages_of_its_own_is_not_taken_for_tags():
    message = Message("0200", {3: "170000", 48: "0030002B1"})
    assert "B1" not in Wording(load_codec("ppob-postpaid").dialect).line(message)
