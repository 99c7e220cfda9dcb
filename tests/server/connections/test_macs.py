"""MACs on a link: forged messages change nothing, every answer carries a MAC, new keys replace former ones."""

import logging

import pytest
from twisted.internet.defer import Deferred

from offline_collect.domain.answers import Answer, Record
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import NetworkFunction
from offline_collect.server.connections.authentication import Authentication
from offline_collect.server.connections.key_ring import KeyRing, KeysInForce
from offline_collect.server.connections.translator import Translator
from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.frame.frames import FrameDecoder, encode_frame
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.requests.reader import LinkTerms
from offline_collect.wire.security.mac_settings import MacSettings
from offline_collect.wire.security.message_mac import MacKey, MessageMac
from tests.messages.golden import (
    NAMES,
    NOW,
    SHANGHAI,
    TODAY,
    changed,
    codec,
    dialect_values,
    messages,
    shipped,
)
from tests.server.rig import Peer, payments, request_of

OLD = MacKey(1, bytes(range(16)), "A1B2C3")
NEW = MacKey(2, bytes(range(1, 17)), "D4E5F6")
STRANGE = MacKey(9, bytes(16), "000000")


class Keys:
    """A key ring, and the calls that it made."""

    def __init__(self, *active, issued=None):
        self.used = []
        self.asked = []
        self.ring = KeyRing(self.used.append, self._issue)
        self.ring.replace(KeysInForce(active, issued))

    def _issue(self, *_):
        self.asked.append(Deferred())
        return self.asked[-1]


@pytest.fixture(params=NAMES)
def dialect(request):
    return request.param


@pytest.fixture
def keys():
    return Keys(OLD)


@pytest.fixture
def mac(dialect):
    return MessageMac(MacSettings(), codec(dialect))


@pytest.fixture
def platform(make_platform, dialect, mac, keys):
    return make_platform(dialect=dialect, mac=mac, ring=keys.ring)


@pytest.fixture
def peer(platform):
    return platform.connect()


def send(peer: Peer, raw: bytes) -> None:
    peer.transport_in(encode_frame(shipped(peer.dialect).frame, raw, bytes.fromhex("6000010002")))


def answers(peer: Peer, mac: MessageMac, key: MacKey | None) -> list[str]:
    """Return DE 39 of all answers; each must carry a MAC of a key."""
    data = peer.transport.value()
    peer.transport.clear()
    codes = []
    for frame in FrameDecoder(shipped(peer.dialect).frame).feed(data):
        message = codec(peer.dialect).decode(frame.message)
        found = mac.verify(frame.message, message, [OLD, NEW, STRANGE])
        assert found is key
        codes.append(message.elements[39])
    return codes


def test_an_authentic_payment_is_decided_and_its_answer_carries_a_mac(platform, peer, mac, dialect):
    send(peer, mac.encode(payments(1, dialect)[0], OLD))
    assert len(platform.engine.taken) == 1
    platform.answer()
    assert answers(peer, mac, OLD) == ["00"]
    assert platform.observed.mac_problems == []


@pytest.mark.parametrize("problem", ["missing", "wrong"])
def test_a_forged_message_is_answered_63_and_changes_nothing(platform, peer, mac, dialect, problem, caplog):
    payment = payments(1, dialect)[0]
    raw = codec(dialect).encode(payment) if problem == "missing" else mac.encode(payment, STRANGE)
    with caplog.at_level(logging.WARNING):
        send(peer, raw)
    assert answers(peer, mac, OLD) == ["63"]
    assert platform.engine.taken == []
    assert platform.observed.mac_problems == [problem]
    assert platform.observed.answers == [("payment", ResponseCode.SECURITY)]
    assert f"link fep-1, 127.0.0.9: the MAC of payment is not accepted ({problem})" in caplog.text
    assert OLD.value.hex() not in caplog.text.lower()


def test_the_connection_stays_open_after_a_63(platform, peer, mac, dialect):
    first, second = payments(2, dialect)
    send(peer, mac.encode(first, STRANGE))
    send(peer, mac.encode(second, OLD))
    platform.answer()
    assert answers(peer, mac, OLD) == ["63", "00"]


def test_network_messages_need_a_mac_too(platform, peer, mac, dialect):
    send(peer, codec(dialect).encode(request_of("sign_on", dialect)))
    assert answers(peer, mac, OLD) == ["63"]
    send(peer, mac.encode(request_of("sign_on", dialect), OLD))
    assert answers(peer, mac, OLD) == ["00"]


def test_an_undecodable_message_is_answered_with_a_mac_too(peer, mac, dialect):
    raw = codec(dialect).encode(payments(1, dialect)[0])
    send(peer, raw[:-3])
    assert answers(peer, mac, OLD) == ["30"]


def test_a_late_message_is_refused_only_if_it_is_authentic(platform, peer, mac, dialect):
    platform.engine.room = 0
    first, second, third = payments(3, dialect)
    for raw in (mac.encode(first, OLD), mac.encode(second, STRANGE), mac.encode(third, OLD)):
        send(peer, raw)
    platform.clock.advance(60)
    platform.dispatcher.sweep()
    assert sorted(answers(peer, mac, OLD)) == ["63", "68", "68"]
    assert platform.engine.taken == []


def test_both_keys_are_valid_during_the_overlap(platform, peer, mac, dialect, keys):
    keys.ring.replace(KeysInForce((NEW, OLD)))
    for key, payment in zip((OLD, NEW), payments(2, dialect), strict=True):
        send(peer, mac.encode(payment, key))
        platform.answer()
        assert answers(peer, mac, key) == ["00"]
    keys.ring.replace(KeysInForce((NEW,)))
    send(peer, mac.encode(payments(1, dialect)[0], OLD))
    assert answers(peer, mac, NEW) == ["63"]


def new_key(dialect):
    return request_of("sign_on", dialect, de70=shipped(dialect).network_codes[NetworkFunction.NEW_KEY])


def test_a_new_key_is_issued_by_message(platform, peer, mac, dialect, keys):
    send(peer, mac.encode(new_key(dialect), OLD))
    assert answers(peer, mac, OLD) == []
    assert not platform.link.idle
    values = {"key_block": "D0144M6AC00N0000", "key_check_value": NEW.check_value}
    keys.asked[0].callback(Answer(ResponseCode.APPROVED, values=values))
    data = peer.transport.value()
    assert answers(peer, mac, OLD) == ["00"]
    [frame] = FrameDecoder(shipped(dialect).frame).feed(data)
    private = codec(dialect).decode(frame.message).elements[48]
    assert private == "0090016D0144M6AC00N00000091006D4E5F6"
    assert platform.link.idle


def test_the_first_key_is_requested_without_a_mac(make_platform, dialect, mac):
    keys = Keys()
    platform = make_platform(dialect=dialect, mac=mac, ring=keys.ring)
    peer = platform.connect()
    send(peer, codec(dialect).encode(payments(1, dialect)[0]))
    assert answers(peer, mac, None) == ["63"]
    assert platform.observed.mac_problems == ["no_key"]
    send(peer, codec(dialect).encode(new_key(dialect)))
    keys.asked[0].callback(Answer(ResponseCode.APPROVED))
    assert answers(peer, mac, None) == ["00"]


def test_a_wrong_mac_asks_for_no_key(peer, mac, dialect, keys):
    send(peer, mac.encode(new_key(dialect), STRANGE))
    assert answers(peer, mac, OLD) == ["63"]
    assert keys.asked == []


def test_a_certificate_of_another_institution_gets_no_key(peer, mac, dialect, keys):
    peer.connection._session.certify(frozenset({"87654321"}))
    send(peer, mac.encode(new_key(dialect), OLD))
    assert answers(peer, mac, OLD) == ["58"]
    assert keys.asked == []


def test_an_issued_key_takes_over_when_it_is_used(platform, peer, mac, dialect, keys):
    keys.ring.replace(KeysInForce((OLD,), issued=NEW))
    first, second, third = payments(3, dialect)
    send(peer, mac.encode(first, OLD))
    assert keys.used == []
    assert keys.ring.signing is OLD
    send(peer, mac.encode(second, NEW))
    send(peer, mac.encode(third, NEW))
    assert keys.used == [NEW.number]
    assert keys.ring.signing is NEW
    platform.answer()
    assert len(peer.transport.value()) > 0


def test_a_peer_that_has_gone_gets_no_key(peer, mac, dialect, keys):
    send(peer, mac.encode(new_key(dialect), OLD))
    peer.transport.lose(peer.connection)
    keys.asked[0].callback(Answer(ResponseCode.APPROVED))
    assert peer.connection.in_flight == 0
    assert peer.transport.value() == b""


def test_a_link_without_macs_issues_no_key(make_platform, dialect):
    peer = make_platform(dialect=dialect).connect()
    peer.send(new_key(dialect))
    assert peer.codes() == ["58"]


def directory(length_max, *, with_mac, places=(64, 128)):
    """The answer to a directory request, as bytes and decoded, in a dialect with a given maximum frame length."""
    values = changed(dialect_values(), ["frame", "length_max"], length_max)
    spoken = compile_dialect(changed(values, ["mac"], {"in": [*places]}), "partner.yaml")
    mac = MessageMac(spoken.mac, Codec(spoken))
    terms = LinkTerms("fep-1", 10_000, SHANGHAI, frozenset({"12345678"}))
    authentication = Authentication(mac, Keys(OLD).ring) if with_mac else None
    translator = Translator(messages(), spoken, terms, authentication)
    raw = mac.encode(request_of("merchant_directory"), OLD) if with_mac else None
    asked = encode_frame(spoken.frame, raw or codec().encode(request_of("merchant_directory")))
    request = translator.read(FrameDecoder(spoken.frame).feed(asked)[0], NOW, TODAY)
    records = tuple(Record({"title": "x" * 60, "merchant_id": f"M{n}"}, f"M{n}", 0) for n in range(6))
    written = translator.write(request, Answer(ResponseCode.APPROVED, TODAY, records=records), TODAY)
    raw = FrameDecoder(spoken.frame).feed(written)[0].message
    return raw, Codec(spoken).decode(raw)


@pytest.mark.parametrize(
    ("places", "spare", "count"),
    [
        ((64, 128), 0, 2),
        ((64, 128), 15, 2),
        ((64, 128), 16, 3),
        # A second bitmap may be there for the MAC alone.
        ((128,), 31, 2),
        ((128,), 32, 3),
    ],
)
def test_a_page_leaves_room_for_the_mac(places, spare, count):
    plain, answer = directory(380, with_mac=False)
    assert max(answer.elements) == 122, "three records fit"
    raw, answer = directory(len(plain) + spare, with_mac=True, places=places)
    assert answer.elements[39] == "00"
    assert len([number for number in answer.elements if 120 <= number < 128]) == count
    assert 128 in answer.elements
    assert len(raw) <= len(plain) + spare


def notices(peer, mac):
    """The platform's own requests; each must carry a MAC."""
    data = peer.transport.value()
    peer.transport.clear()
    found = [
        codec(peer.dialect).decode(f.message) for f in FrameDecoder(shipped(peer.dialect).frame).feed(data)
    ]
    return [message for message in found if message.elements[70] == "201"]


def test_a_cutover_notice_carries_a_mac_and_so_must_its_answer(make_platform, dialect, mac, keys):
    platform = make_platform(dialect=dialect, mac=mac, ring=keys.ring, cutover_notice=True)
    peer = platform.connect()
    send(peer, mac.encode(request_of("sign_on", dialect), OLD))
    peer.transport.clear()
    platform.link.notices.day_opened(BusinessDate(2026, 11, 23))
    data = peer.transport.value()
    (notice,) = notices(peer, mac)
    [frame] = FrameDecoder(shipped(dialect).frame).feed(data)
    assert mac.verify(frame.message, notice, [NEW, OLD]) is OLD
    elements = {number: value for number, value in notice.elements.items() if number != 128}
    answer = Message("0810", dict(sorted({**elements, 39: "00"}.items())))
    send(peer, mac.encode(answer, STRANGE))
    assert (platform.observed.notices, platform.observed.mac_problems) == ([], ["wrong"])
    send(peer, mac.encode(answer, OLD))
    assert platform.observed.notices == ["acknowledged"]
    assert peer.transport.value() == b""
