"""A link without a socket: bytes go in and come out of a string, and the test tells an engine when to answer."""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionDone
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from offline_collect.domain.answers import Answer
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Command
from offline_collect.engine import LANE_CHECK, Delivery, Origin, Outcome, Work
from offline_collect.server.connections.authentication import Authentication
from offline_collect.server.connections.connection_bounds import Room
from offline_collect.server.connections.key_ring import KeyRing
from offline_collect.server.connections.protocol import Connection
from offline_collect.server.connections.translator import Translator
from offline_collect.server.link import Link
from offline_collect.server.scheduling.dispatcher import Dispatcher
from offline_collect.server.scheduling.reactor_turns import ReactorTurns
from offline_collect.server.server import Server
from offline_collect.server.settings import LinkSettings
from offline_collect.wire.frame.frames import FrameDecoder, encode_frame
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.requests.reader import LinkTerms
from offline_collect.wire.security.message_mac import MessageMac
from tests.fakes.clock import HandClock
from tests.fakes.observed import LinkLog
from tests.messages.golden import NOW, SHANGHAI, TODAY, codec, golden, messages, shipped, vectors

PEER = "127.0.0.9"
APPROVED = Answer(ResponseCode.APPROVED, TODAY)
SETTINGS = LinkSettings(
    name="fep-1",
    host="127.0.0.1",
    port=0,
    networks=(ipaddress.ip_network("127.0.0.0/8"),),
    institutions=frozenset({"12345678", "1234567"}),
)


class Transport(StringTransport):
    """A TCP transport in memory: what Twisted's testing transport leaves out, and a peer that may not read."""

    def setTcpNoDelay(self, enabled: bool) -> None:  # noqa: N802 - Twisted's name
        self.no_delay = enabled

    def setTcpKeepAlive(self, enabled: bool) -> None:  # noqa: N802 - Twisted's name
        self.keep_alive = enabled

    half_closed = False
    error = 0
    """The errno with which the socket has failed since the last query."""

    def loseWriteConnection(self) -> None:  # noqa: N802 - Twisted's name
        self.half_closed = True
        self.protocol.writeConnectionLost()

    def getHandle(self) -> "Transport":  # noqa: N802 - Twisted's name
        return self

    def getsockopt(self, level: int, option: int) -> int:
        assert (level, option) == (socket.SOL_SOCKET, socket.SO_ERROR)
        error, self.error = self.error, 0
        return error

    receive_buffer = 0

    def setsockopt(self, level: int, option: int, value: int) -> None:
        assert (level, option) == (socket.SOL_SOCKET, socket.SO_RCVBUF)
        self.receive_buffer = value

    def recv(self, size: int, flags: int) -> bytes:
        """Nothing waits in a socket's buffer: data is read at once."""
        assert size
        assert flags == socket.MSG_PEEK
        raise BlockingIOError

    @property
    def reading(self) -> bool:
        """Whether the platform reads from the socket."""
        return self.producerState == "producing" and not self.disconnecting

    def lose(self, connection: Connection, why: Exception | None = None) -> None:
        """Have the peer disappear."""
        self.disconnecting = True
        connection.connectionLost(Failure(why or ConnectionDone()))


class ScriptedEngine:
    """An engine that holds its commands until a test answers them.

    Attributes:
        taken: commands that are not answered yet.
        room: how many more commands its queue takes.
        checks: the last check of each lane.
        refused: the immediate answer to commands that write, and to commands that only read.
    """

    def __init__(self) -> None:
        self.taken: list[Work] = []
        self.room = 1_000_000
        self.started = self.closed = False
        self.sweeps = self.flushes = 0
        self.checks: dict[str, Work] = {}
        self.refused: dict[bool, Answer] = {}
        self.join_s: float | None = None

    def start(self) -> None:
        self.started = True

    def submit(self, command: Command, deadline: float, token: object, origin: Origin) -> bool:
        if self.room <= 0 or self.closed:
            return False
        self.room -= 1
        self.taken.append(Work(command, deadline, 0.0, token, origin))
        return True

    @property
    def names(self) -> list[str]:
        return ["write-0", "read-0"]

    def check(self, name: str, deadline: float, token: object) -> bool:
        if self.closed:
            return False
        self.checks[name] = Work(LANE_CHECK, deadline, 0.0, token)
        return True

    def refusal(self, command: Command) -> Answer | None:
        return self.refused.get(command.writes)

    def flush(self) -> None:
        self.flushes += 1

    def sweep(self) -> None:
        self.sweeps += 1

    def close(self) -> None:
        self.closed = True

    def join(self, timeout_s: float) -> bool:
        self.join_s = timeout_s
        return True


@dataclass
class Peer:
    """The other end of one connection."""

    connection: Connection
    transport: Transport
    dialect: str
    turns: ReactorTurns

    def send(self, *requests: Message | str) -> None:
        """Send messages, or golden vectors by name, glued together."""
        self.send_in_turn(*requests)
        self.turns.ended()

    def send_in_turn(self, *requests: Message | str) -> None:
        """Send messages that the reactor reads before its turn ends."""
        self.connection.dataReceived(b"".join(frame_of(request, self.dialect) for request in requests))

    def transport_in(self, data: bytes) -> None:
        """Send bytes, which the reactor reads in a separate turn."""
        self.connection.dataReceived(data)
        self.turns.ended()

    def received(self) -> list[Message]:
        """Return the responses since the last call."""
        data = self.transport.value()
        self.transport.clear()
        frames = FrameDecoder(shipped(self.dialect).frame).feed(data)
        return [codec(self.dialect).decode(frame.message) for frame in frames]

    def codes(self) -> list[str]:
        """Return DE 39 of the responses since the last call."""
        return [message.elements[39] for message in self.received()]


@cache
def _translator(dialect: str, terms: LinkTerms) -> Translator:
    return Translator(messages(), shipped(dialect), terms)


def _authenticating(dialect: str, terms: LinkTerms, mac: MessageMac, ring: KeyRing) -> Translator:
    return Translator(messages(), shipped(dialect), terms, Authentication(mac, ring))


class Platform:
    """A server with one link."""

    def __init__(
        self,
        reactor: object,
        engine: object,
        dialect: str = "ascii",
        clock: HandClock | None = None,
        open_day: BusinessDate = TODAY,
        room: Room | None = None,
        queue_max: int = 20_000,
        always_queued: int = 256,
        mac: MessageMac | None = None,
        ring: KeyRing | None = None,
        **settings: object,
    ) -> None:
        self.clock = clock or HandClock(NOW)
        self.observed = LinkLog()
        self.engine = engine
        self.server = Server(reactor, open_day)
        self._dialect = dialect
        self.dispatcher = Dispatcher(
            reactor, engine, self.clock, self.observed, queue_max=queue_max, always_queued=always_queued
        )
        configured = replace(SETTINGS, **settings)
        terms = LinkTerms(configured.name, configured.request_timeout_ms, SHANGHAI, configured.institutions)
        spoken = _translator(dialect, terms) if mac is None else _authenticating(dialect, terms, mac, ring)
        self.link = Link(
            configured,
            spoken,
            self.dispatcher,
            self.clock,
            self.observed,
            lambda: self.server.open_day,
            room,
            ring=ring,
        )
        self.server.start(self.dispatcher, [self.link])

    def connect(self, host: str = PEER) -> Peer | None:
        """Connect from an address; None if the platform hangs up."""
        connection = self.link.buildProtocol(IPv4Address("TCP", host, 40_000))
        if connection is None:
            return None
        transport = Transport()
        transport.protocol = connection
        connection.makeConnection(transport)
        return Peer(connection, transport, self._dialect, self.dispatcher.turns)

    def answer(
        self,
        say: Answer | Callable[[Command], Answer | None] | None = APPROVED,
        which: Sequence[int] | None = None,
        open_day: BusinessDate | None = TODAY,
    ) -> None:
        """Answer what the scripted engine has taken, all in order or those at ``which`` places, as one batch."""
        taken = self.engine.taken
        chosen = list(taken) if which is None else [taken[at] for at in which]
        self.engine.taken = [work for work in taken if work not in chosen]
        outcomes = [Outcome(work, say(work.command) if callable(say) else say) for work in chosen]
        self.engine.room += len(chosen)
        self.server.delivered(Delivery(outcomes, open_day))
        self.dispatcher.turns.ended()


def request_of(vector: str, dialect: str = "ascii", **elements: str | None) -> Message:
    """Return a golden message with other elements (``de11="000009"``; None leaves one out)."""
    message, _ = golden(vector, dialect)
    values = dict(message.elements)
    for name, value in elements.items():
        number = int(name.removeprefix("de"))
        values.pop(number, None)
        if value is not None:
            values[number] = value
    return Message(message.mti, dict(sorted(values.items())))


def frame_of(request: Message | str, dialect: str = "ascii") -> bytes:
    """Return the frame of a message, or of a golden vector by name."""
    if isinstance(request, str):
        return bytes.fromhex(next(each for each in vectors(dialect) if each["name"] == request)["frame"])
    tpdu = bytes.fromhex("6000010002")
    return encode_frame(shipped(dialect).frame, codec(dialect).encode(request), tpdu)


def payments(count: int, dialect: str = "ascii") -> list[Message]:
    """Return payments that differ in their STAN."""
    return [request_of("payment", dialect, de11=f"{nth:06d}") for nth in range(1, count + 1)]
