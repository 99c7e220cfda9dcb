import datetime as dt

import pytest

from offline_collect.wire.messages.message import Message
from offline_collect_terminal.errors import ScenarioError, UnreachableError
from offline_collect_terminal.scenario.runner import Timeouts
from tests.simulators.peer import CLOSE, answer, approve, serving

NOW = dt.datetime(2026, 11, 22, 9, 30, 11, tzinfo=dt.UTC)
QUICK = Timeouts(connect_s=5, answer_s=10, quiet_s=0.05)
PAYMENT = "{send: payment, with: {merchant: S, bill: B1, amount: '1'}, expect: {code: APPROVED}}"


def failure(run):
    assert run.outcome.failure is not None
    return run.outcome.failure


def test_a_request_is_sent_and_its_answer_is_taken(codec, start, heard):
    with serving(codec) as peer:
        run = start("[{send: echo, note: alive, as: one, expect: {code: APPROVED}}]", peer)
    assert run.outcome.failure is None
    assert (run.outcome.messages_sent, run.outcome.messages_received) == (1, 1)
    assert heard.notes == ["alive"]
    assert [message.mti for message in heard.came] == ["0810"]
    assert run.variables.named["one"].answer == heard.came[0]


def test_answers_are_matched_whatever_their_order(codec, start, heard):
    held = []

    def backwards(_, request):
        held.append(answer(request, de38=f"A{request.elements[11][1:]}"))
        return held[::-1] if len(held) == 3 else None

    steps = "[{pipeline: [" + ", ".join(
        PAYMENT.replace("expect: {", f"expect: {{elements: {{38: A0000{n}}}, ") for n in (1, 2, 3)
    ) + "]}]"  # fmt: skip
    with serving(codec, backwards) as peer:
        run = start(steps, peer)
    assert run.outcome.failure is None
    assert [message.elements[11] for message in heard.came] == ["000003", "000002", "000001"]


def test_repeated_steps_get_fresh_numbers_and_count(codec, start, heard):
    step = "[{send: echo, times: 3, note: thrice, elements: {32: '{n}'}, expect: {code: APPROVED}}]"
    with serving(codec) as peer:
        start(step, peer)
    assert [request.elements[11] for request in peer.requests] == ["000001", "000002", "000003"]
    assert [request.elements[32] for request in peer.requests] == ["1", "2", "3"]
    assert heard.notes == ["thrice"]


def test_what_an_answer_gave_goes_into_the_next_request(codec, start):
    def serial(_, request):
        return answer(request, de38="A12345", de48="0070003xyz")

    steps = """
    - {send: echo, expect: {code: APPROVED, capture: {serial: "48.0070", approval: "38"}}}
    - {send: lookup, with: {merchant: S}, elements: {48: {"0030": "{serial}-{approval}"}}, expect: {}}
    """
    with serving(codec, serial) as peer:
        start(steps, peer)
    assert peer.requests[1].elements[48] == "0030010xyz-A12345"


def test_the_command_line_comes_before_the_scenarios_own_variables(codec, start):
    with serving(codec) as peer:
        start(
            "[{send: form, expect: {code: APPROVED}}]",
            peer,
            variables={"merchant": "MINE"},
            given={"merchant": "THEIRS"},
        )
    assert peer.requests[0].elements[42].rstrip() == "THEIRS"


def test_a_prepared_message_goes_nowhere_until_it_is_sent(codec, start):
    steps = """
    - {prepare: echo, as: kept}
    - {send: echo, expect: {code: APPROVED}}
    - {again: kept, expect: {code: APPROVED}}
    """
    with serving(codec) as peer:
        run = start(steps, peer)
    assert [request.elements[11] for request in peer.requests] == ["000002", "000001"]
    assert run.outcome.messages_sent == 2


def test_a_wait_is_waited_for(codec, start, pauses):
    with serving(codec) as peer:
        start("[{wait_ms: 250}]", peer)
    assert pauses == [0.25]


def test_each_named_connection_is_one_of_its_own_and_can_be_opened_anew(codec, start):
    echo = "send: echo, expect: {code: APPROVED}"
    with serving(codec) as peer:
        start(f"[{{{echo}}}, {{{echo}, over: b}}, {{reconnect: b}}, {{{echo}, over: b}}]", peer)
    assert peer.connections == 3


def test_no_answer_and_a_closed_connection_may_be_expected(codec, start, heard):
    def script(_, request):
        return CLOSE if request.mti == "0100" else None

    steps = "[{send: echo, expect: nothing}, {send: form, with: {merchant: S}, expect: closed}]"
    with serving(codec, script) as peer:
        run = start(steps, peer)
    assert run.outcome.failure is None
    assert heard.silences == ["nothing", "closed"]


def test_bytes_that_are_no_message_can_be_answered(codec, start, heard):
    step = """[{frame: {text: "08002220000000000000112209"}, expect: {code: FORMAT_ERROR, mti: "0810"}}]"""
    with serving(codec) as peer:
        run = start(step, peer)
    assert run.outcome.failure is None
    assert heard.out == [b"002608002220000000000000112209"]
    assert len(peer.unreadable) == 1


def test_what_the_platform_asks_is_answered_and_gets_in_nobodys_way(codec, start, heard):
    notice = Message("0800", {7: "1122153000", 11: "000001", 15: "1123", 70: "201"})

    def script(_, request):
        return [notice, answer(request)] if request.mti == "0800" else None

    with serving(codec, script) as peer:
        run = start("[{send: echo, expect: {code: APPROVED}}, {send: echo, expect: {code: APPROVED}}]", peer)
    assert run.outcome.failure is None
    assert [message.mti for message in heard.out] == ["0800", "0810", "0800", "0810"]
    acknowledged = [request for request in peer.requests if request.mti == "0810"]
    assert acknowledged[0].elements[39] == "00"
    assert acknowledged[0].elements[70] == "201"


def test_a_failed_expectation_ends_the_scenario_with_all_its_checks(codec, start):
    def decline(_, request):
        return answer(request, "U1")

    with serving(codec, decline) as peer:
        run = start(f"[{PAYMENT}, {PAYMENT}]", peer)
    found = failure(run)
    assert found.path == "steps[0]"
    assert found.summary == "the answer is not as expected"
    assert [looked.place for looked in found.checks if not looked.passed] == ["DE 39"]
    assert len(peer.requests) == 1


@pytest.mark.parametrize(
    ("script", "expect", "summary"),
    [
        (lambda *_: None, "{}", "no answer within 0.05 s"),
        (lambda *_: CLOSE, "{}", "the platform closed the connection"),
        (lambda _, request: answer(request, de11="999999"), "{}", "an 0810 came that answers nothing"),
        (approve, "nothing", "an 0810 came, but no answer was expected"),
        (approve, "closed", "an answer came, but the platform was expected to close"),
        (lambda *_: None, "closed", "the connection stayed open, but"),
        (lambda *_: CLOSE, "nothing", "the platform closed the connection"),
    ],
)
def test_what_comes_unexpected_fails(script, expect, summary, codec, start):
    with serving(codec, script) as peer:
        run = start(f"[{{send: echo, expect: {expect}}}]", peer, Timeouts(5, 0.05, 0.05))
    assert failure(run).summary.startswith(summary)


def test_a_step_that_names_what_is_not_there_is_the_files_mistake(codec, start):
    steps = '[{send: echo, expect: {elements: {38: "{nothing}"}}}]'
    with (
        serving(codec) as peer,
        pytest.raises(ScenarioError, match=r"test\.yaml: steps\[0\]: nothing has set"),
    ):
        start(steps, peer)


def test_a_capture_of_what_the_answer_lacks_is_the_files_mistake(codec, start):
    steps = '[{send: echo, expect: {capture: {serial: "48.0070"}}}]'
    with serving(codec) as peer, pytest.raises(ScenarioError, match="the 0810 has no 48"):
        start(steps, peer)


def test_nobody_listening_is_said_so(codec, start):
    with serving(codec) as peer:
        pass
    with pytest.raises(UnreachableError, match="Connection refused; see that the platform serves there"):
        start("[{send: echo, expect: {}}]", peer)


def test_a_run_that_signs_on_does_so_first_on_every_connection(codec, start, templates):
    steps = (
        "[{send: echo, expect: {code: APPROVED}}, {send: echo, over: second, expect: {code: APPROVED}},"
        " {send: echo, expect: {code: APPROVED}}]"
    )
    with serving(codec) as peer:
        run = start(steps, peer, sign_on=templates["sign_on"])
    assert run.outcome.failure is None
    assert [request.elements[70] for request in peer.requests] == ["001", "301", "001", "301", "301"]


def test_a_refused_sign_on_fails_the_scenario(codec, start, templates):
    with serving(codec, lambda _, request: answer(request, "58")) as peer:
        run = start("[{send: echo, expect: {}}]", peer, sign_on=templates["sign_on"])
    assert failure(run).path == "--sign-on"
