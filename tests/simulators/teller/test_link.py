"""The shell's connection: late answers, lost connections, notices, and what is known without an answer."""

from dataclasses import replace

import pytest

from offline_collect.domain.commands import Channel, NetworkFunction
from offline_collect.translations import Language
from offline_collect.wire.dialects.dialect import Sent
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.teller.link.link import Link
from offline_collect_terminal.teller.link.requests import Requests, Sender
from offline_collect_terminal.teller.screen.steps import Answered, Unanswered, Unsent
from offline_collect_terminal.teller.screen.words import Words
from offline_collect_terminal.wire.stamps import Stamps
from tests.simulators.peer import CLOSE, answer, approve, serving
from tests.simulators.teller_playing import NOW, SHANGHAI

TIMEOUT_S = 0.2


@pytest.fixture
def requests(either_codec):
    stamps = Stamps(
        institution="12345678", terminal="TERM0001", timezone=SHANGHAI, sent=Sent(),
        clock=lambda: NOW, first=0,
    )  # fmt: skip
    return Requests(either_codec.dialect, stamps.next, Sender("T001", Channel.TELLER, "156"))


@pytest.fixture
def echo(requests):
    return lambda: requests.network(NetworkFunction.ECHO)


@pytest.fixture
def linked(either_codec):
    """Makes links to a peer, closed at the end; ``greeting`` makes what a connection begins with."""
    made = []

    def link(peer, greeting=lambda: None, timeout_s=5.0):
        made.append(Link("127.0.0.1", peer.port, either_codec, timeout_s, greeting))
        return made[-1]

    yield link
    for one in made:
        one.close()


def script(*answers):
    """Handles the first requests as given, one by one, and approves the rest."""
    waiting = list(answers)

    def answering(peer, request):
        return (waiting.pop(0) if waiting else approve)(peer, request)

    return answering


def test_requests_share_a_connection(either_codec, linked, echo):
    with serving(either_codec) as peer:
        link = linked(peer)
        assert all(isinstance(link.deliver(echo()), Answered) for _ in range(3))
        assert peer.connections == 1


def test_nobody_listening_is_unsent(either_codec, echo):
    with serving(either_codec) as peer:
        port = peer.port
    unsent = Link("127.0.0.1", port, either_codec, 1.0, lambda: None).deliver(echo())
    assert isinstance(unsent, Unsent)
    assert "see that the platform serves there" in unsent.reason
    # A Chinese shell is Chinese also when the platform is away.
    assert Words(Language.ZH).reason(unsent.reason) == f"127.0.0.1:{port}：连接被拒绝；请确认平台在该处运行"


def test_what_does_not_fit_the_dialect_is_unsent(either_codec, linked):
    with serving(either_codec) as peer:
        assert isinstance(linked(peer).deliver(Message("0800", {11: "no number"})), Unsent)
        assert peer.requests == []


def test_silence_is_unanswered(either_codec, linked, echo):
    with serving(either_codec, lambda *_: None) as peer:
        assert linked(peer, timeout_s=TIMEOUT_S).deliver(echo()) == Unanswered("none within 0.2 s")


def test_a_connection_closed_over_a_request_is_unanswered_and_the_next_one_connects_again(
    either_codec, linked, echo
):
    with serving(either_codec, script(lambda *_: CLOSE)) as peer:
        link = linked(peer)
        assert link.deliver(echo()) == Unanswered("the platform closed the connection")
        assert isinstance(link.deliver(echo()), Answered)
        assert peer.connections == 2


def test_a_connection_that_was_closed_while_idle_costs_nothing(either_codec, linked, echo):
    """A platform closes idle connections; a payment sent on one would have no answer."""
    with serving(either_codec) as peer:
        link = linked(peer)
        link.deliver(echo())
        link._connection._socket.shutdown(1)
        assert link._connection._socket.recv(1) == b"", "the peer has closed it as well"
        assert isinstance(link.deliver(echo()), Answered)
        assert peer.connections == 2


def test_a_late_answer_is_not_taken_for_the_next_one(either_codec, linked, echo):
    held = []

    def late(peer, request):
        held.append(answer(request))

    def both(peer, request):
        return [held[0], answer(request)]

    with serving(either_codec, script(late, both)) as peer:
        link = linked(peer, timeout_s=TIMEOUT_S)
        assert isinstance(link.deliver(echo()), Unanswered)
        second = echo()
        delivered = link.deliver(second)
        assert isinstance(delivered, Answered)
        assert delivered.message.elements[11] == second.elements[11]


def test_an_answer_without_a_stan_answers_nothing(either_codec, linked, echo):
    with serving(either_codec, lambda *_: Message("0810", {39: "00"})) as peer:
        assert isinstance(linked(peer, timeout_s=TIMEOUT_S).deliver(echo()), Unanswered)


def test_a_cutover_notice_is_acknowledged(either_codec, linked, echo):
    notice = Message("0800", {7: "1122160000", 11: "000077", 15: "1123", 70: "201"})
    with serving(either_codec, script(lambda _, request: [notice, answer(request)])) as peer:
        link = linked(peer)
        assert isinstance(link.deliver(echo()), Answered)
        link.deliver(echo())
        assert [each.mti for each in peer.requests] == ["0800", "0810", "0800"]
        assert peer.requests[1].elements[70] == "201"


def test_an_answer_that_cannot_be_read_is_unanswered(codec):
    """The platform sends an element that this terminal's dialect does not have."""
    elements = {number: element for number, element in codec.dialect.elements.items() if number != 63}
    poorer = Codec(replace(codec.dialect, elements=elements))
    with serving(codec, lambda _, request: answer(request, "96")) as peer:
        link = Link("127.0.0.1", peer.port, poorer, 5.0, lambda: None)
        delivered = link.deliver(Message("0800", {7: "1122013000", 11: "000001", 70: "301"}))
        link.close()
    assert isinstance(delivered, Unanswered)
    assert "the answer cannot be read: DE 63" in delivered.reason


def test_a_new_connection_begins_with_the_greeting(either_codec, linked, requests, echo):
    with serving(either_codec, script(approve, lambda *_: CLOSE)) as peer:
        link = linked(peer, lambda: requests.network(NetworkFunction.SIGN_ON))
        link.deliver(echo())
        link.deliver(echo())
        assert [each.elements[70] for each in peer.requests] == ["001", "301", "001", "301"]


def test_a_greeting_that_is_cut_off_is_unsent(either_codec, linked, requests, echo):
    with serving(either_codec, lambda *_: CLOSE) as peer:
        assert isinstance(
            linked(peer, lambda: requests.network(NetworkFunction.SIGN_ON)).deliver(echo()), Unsent
        )


@pytest.mark.parametrize("at", ["connect", "receive"])
def test_an_interrupt_is_unsent_before_and_unanswered_after_it_left(
    either_codec, linked, echo, monkeypatch, at
):
    def interrupt(*_):
        raise KeyboardInterrupt

    with serving(either_codec) as peer:
        link = linked(peer)
        if at == "connect":
            monkeypatch.setattr(
                "offline_collect_terminal.wire.connection.socket.create_connection", interrupt
            )
            assert link.deliver(echo()) == Unsent("interrupted before it left")
        else:
            monkeypatch.setattr("offline_collect_terminal.wire.connection.Connection.receive", interrupt)
            assert link.deliver(echo()) == Unanswered("the waiting was interrupted")
