"""Runs a scenario: sends, matches answers in any order, and compares."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NoReturn, Protocol

from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.errors import DecodeError
from offline_collect.wire.frame.frame import Frame
from offline_collect.wire.frame.frames import encode_frame
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.errors import ScenarioError, UnknownVariableError
from offline_collect_terminal.scenario.compose import Composed, Composer, dialect_variables
from offline_collect_terminal.scenario.expect import Check, answers, check
from offline_collect_terminal.scenario.finding import GIVEN, found_in
from offline_collect_terminal.scenario.lines import located
from offline_collect_terminal.scenario.model import (
    AnyStep,
    Exchange,
    Expected,
    Find,
    Outgoing,
    Reconnect,
    Scenario,
    Silence,
    Step,
    Template,
    Wait,
)
from offline_collect_terminal.scenario.outcome import ExpectationFailedError, Failure, ScenarioResult
from offline_collect_terminal.scenario.variables import Named, Variables, part_of
from offline_collect_terminal.wire.connection import Connection, PeerClosedError
from offline_collect_terminal.wire.stamps import Stamps
from offline_collect_terminal.wire.tls import Tls

REQUEST_DIGITS = frozenset("02")
"""The third digit of the MTIs of requests."""


class Reporter(Protocol):
    """Receives events as they happen."""

    def note(self, text: str) -> None:
        """A step has a note."""

    def sent(self, message: Message | None, stream: bytes) -> None:
        """Bytes were sent; ``message`` is None if they are not a message."""

    def received(self, message: Message, frame: Frame) -> None:
        """A message was received, in a frame."""

    def silent(self, silence: Silence) -> None:
        """No answer came, or the connection was closed, as expected."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait, in seconds.

    Attributes:
        connect_s: for a connection.
        answer_s: for an answer that must come.
        quiet_s: for an answer that must not come.
    """

    connect_s: float = 5.0
    answer_s: float = 15.0
    quiet_s: float = 0.3


@dataclass(slots=True)
class _Waiting:
    exchange: Exchange
    composed: Composed
    answer: Message | None = None


@dataclass(frozen=True, slots=True)
class Terminal:
    """The environment of every scenario of a run.

    Attributes:
        pause: waits for seconds.
        given: variables of the command line, which override the scenario's own.
        sign_on: sent first on every connection; None if the link does not ask for it.
    """

    host: str
    port: int
    codec: Codec
    stamps: Stamps
    reporter: Reporter
    pause: Callable[[float], object]
    year: int
    timeouts: Timeouts = field(default_factory=Timeouts)
    given: Mapping[str, str] = field(default_factory=dict)
    named: Mapping[str, Named] = field(default_factory=dict)
    tls: Tls | None = None
    sign_on: Template | None = None


class ScenarioRun:
    """One run of one scenario."""

    def __init__(self, scenario: Scenario, terminal: Terminal) -> None:
        self.outcome = ScenarioResult(scenario)
        self._terminal = terminal
        self._codec = terminal.codec
        self._dialect = terminal.codec.dialect
        values = {**dialect_variables(self._dialect), **scenario.variables, **terminal.given}
        self.variables = Variables(self._dialect, terminal.year, values, dict(terminal.named))
        self._composer = Composer(self._codec, self.variables, scenario.file)
        self._connections: dict[str, Connection] = {}
        self._found: set[tuple[str, ...]] = set()

    def run(self) -> ScenarioResult:
        """Run all steps, or those up to the first failure.

        Raises:
            ScenarioError: a step cannot be made into a message.
            UnreachableError: no connection can be made.
        """
        try:
            for step in self.outcome.scenario.steps:
                self._step(step)
        except ExpectationFailedError as failed:
            self.outcome.failure = failed.failure
        except ScenarioError as error:
            raise located(error, self.outcome.scenario.lines) from None
        finally:
            for connection in self._connections.values():
                connection.close()
        return self.outcome

    def _step(self, step: AnyStep) -> None:
        if isinstance(step, Wait):
            self._terminal.pause(step.wait_ms / 1000)
        elif isinstance(step, Reconnect):
            gone = self._connections.pop(step.connection, None)
            if gone is not None:
                gone.close()
            self._connection(step.connection)
        elif isinstance(step, Find):
            self._find(step)
        else:
            for n in range(1, step.times + 1):
                self._exchange(step, n)

    def _find(self, find: Find) -> None:
        """Look customers up until one has the bills that the scenario needs."""
        if self._dialect.messages is not None:
            reason = "finds bills in dialects with the shared message set only"
            raise ScenarioError(self.outcome.scenario.file, find.path, reason)
        if not find.name and self._terminal.given.keys() >= GIVEN:
            return
        if find.note:
            self._terminal.reporter.note(find.note)
        answer = None
        for lookup, inputs in zip(find.lookups, find.inputs, strict=True):
            if (find.merchant, *inputs) in self._found:
                continue
            [one] = self._exchange(Step(find.path, (lookup,)), 1)
            answer = one.answer
            values = None if answer is None else found_in(find, inputs, answer, self._dialect)
            if values is not None:
                self.variables.values |= values
                self._found.add((find.merchant, *inputs))
                return
            self._refuse_unknown_merchant(find, answer)
        wanted = "an open bill" if find.bills is None else f"exactly {find.bills} open bills"
        summary = (
            f"no customer named here has {wanted} of {find.merchant} as the scenario needs;"
            " import the samples, or write off what was paid"
        )
        raise ExpectationFailedError(Failure(find.path, summary, answer=answer))

    def _refuse_unknown_merchant(self, find: Find, answer: Message | None) -> None:
        """End the scenario if the platform has no such merchant: no other customer would be found either."""
        unknown = self._dialect.response_codes[ResponseCode.UNKNOWN_MERCHANT]
        if answer is not None and answer.elements.get(39) == unknown:
            summary = (
                f"the platform has no merchant {find.merchant}, of which the scenario needs a customer with an open"
                " bill: `offline-collect samples DIR` writes it, and the commands that load it"
            )
            raise ExpectationFailedError(Failure(find.path, summary, answer=answer))

    def _exchange(self, step: Step, n: int) -> list[_Waiting]:
        if step.note and n == 1:
            self._terminal.reporter.note(step.note)
        waiting = list(self._send(step, n))
        for one in waiting:
            if one.exchange.expected is Silence.CLOSED:
                self._await_close(one)
            elif one.exchange.expected is Silence.NOTHING:
                self._await_nothing(one, waiting)
            else:
                self._await_answer(one, waiting)
        return waiting

    def _send(self, step: Step, n: int) -> Iterator[_Waiting]:
        """Compose all messages of a step and send them, with one write for each connection."""
        streams: dict[str, bytes] = {}
        for exchange in step.exchanges:
            if exchange.sent:
                self._connection(exchange.connection)  # a sign-on goes before
            stamp = {**self._terminal.stamps.next(), "n": str(n)}
            composed = self._composer.compose(exchange, stamp)
            if exchange.note and n == 1:
                self._terminal.reporter.note(exchange.note)
            if exchange.sent:
                streams[exchange.connection] = streams.get(exchange.connection, b"") + composed.stream
                self._terminal.reporter.sent(composed.message, composed.stream)
                self.outcome.messages_sent += 1
                yield _Waiting(exchange, composed)
        for name, stream in streams.items():
            try:
                self._connection(name).send(stream, self._terminal.timeouts.answer_s)
            except PeerClosedError as closed:
                raise ExpectationFailedError(Failure(step.path, str(closed))) from None

    def _connection(self, name: str) -> Connection:
        if name not in self._connections:
            terminal = self._terminal
            self._connections[name] = Connection(
                terminal.host,
                terminal.port,
                self._dialect.frame,
                terminal.timeouts.connect_s,
                terminal.tls,
            )
            if terminal.sign_on is not None:
                signing_on = Exchange(
                    "--sign-on",
                    Outgoing(terminal.sign_on),
                    Expected(code=ResponseCode.APPROVED),
                    connection=name,
                )
                self._exchange(Step(signing_on.path, (signing_on,)), 1)
        return self._connections[name]

    def _await_close(self, one: _Waiting) -> None:
        connection = self._connections.pop(one.exchange.connection)
        try:
            frame = connection.receive(self._terminal.timeouts.answer_s)
        except PeerClosedError:
            self._terminal.reporter.silent(Silence.CLOSED)
            return
        finally:
            connection.close()
        came = "the connection stayed open" if frame is None else "an answer came"
        self._fail(one, f"{came}, but the platform was expected to close the connection")

    def _await_nothing(self, one: _Waiting, waiting: list[_Waiting]) -> None:
        """Wait for the quiet time; answers to the step's other messages may come meanwhile."""
        while (message := self._receive(one, self._terminal.timeouts.quiet_s)) is not None:
            if self._assign(message, one, waiting) is one:
                self._fail(one, f"an {message.mti} came, but no answer was expected", answer=message)
        self._terminal.reporter.silent(Silence.NOTHING)

    def _await_answer(self, one: _Waiting, waiting: list[_Waiting]) -> None:
        while one.answer is None:
            message = self._receive(one, self._terminal.timeouts.answer_s)
            if message is None:
                self._fail(one, f"no answer within {self._terminal.timeouts.answer_s:g} s")
            else:
                self._assign(message, one, waiting)
        self._compare(one, one.answer)

    def _receive(self, one: _Waiting, timeout_s: float) -> Message | None:
        """Return the next message for this terminal, or None; answer the platform's own requests."""
        connection = self._connections[one.exchange.connection]
        try:
            while (frame := connection.receive(timeout_s)) is not None:
                message = self._decode(frame, one)
                self.outcome.messages_received += 1
                self._terminal.reporter.received(message, frame)
                if message.mti[2] not in REQUEST_DIGITS:
                    return message
                self._acknowledge(message, frame, connection)
        except PeerClosedError as closed:
            self._fail(one, str(closed))
        return None

    def _decode(self, frame: Frame, one: _Waiting) -> Message:
        try:
            return self._codec.decode(frame.message)
        except DecodeError as error:
            self._fail(one, f"the answer cannot be read: {error}")

    def _acknowledge(self, request: Message, frame: Frame, connection: Connection) -> None:
        """Answer a cutover notice or echo test from the platform."""
        approved = {39: self._dialect.response_codes[ResponseCode.APPROVED]}
        reply = Message(f"{request.mti[:2]}10", dict(sorted({**request.elements, **approved}.items())))
        encoded = encode_frame(
            self._dialect.frame, self._codec.encode(reply), self._dialect.frame.reply_header(frame.header)
        )
        connection.send(encoded, self._terminal.timeouts.answer_s)
        self._terminal.reporter.sent(reply, encoded)

    def _assign(self, message: Message, one: _Waiting, waiting: list[_Waiting]) -> _Waiting:
        """Assign an answer to its message on this connection, real messages first."""
        open_ones = [
            other
            for other in waiting
            if other.answer is None and other.exchange.connection == one.exchange.connection
        ]
        for other in sorted(open_ones, key=lambda candidate: candidate.composed.message is None):
            if answers(other.composed.message, message):
                other.answer = message
                return other
        return self._fail(one, f"an {message.mti} came that answers nothing that was sent", answer=message)

    def _compare(self, one: _Waiting, answer: Message) -> None:
        exchange = one.exchange
        assert isinstance(exchange.expected, Expected), "silence has no answer"
        try:
            checks = tuple(check(exchange.expected, one.composed, answer, self.variables, self._dialect))
            if not all(looked.passed for looked in checks):
                self._fail(one, "the answer is not as expected", checks, answer)
            if exchange.name:
                self.variables.named[exchange.name].answer = answer
            for name, part in exchange.expected.capture.items():
                self.variables.values[name] = part_of(answer, part, self._dialect, one.composed.layouts)
        except UnknownVariableError as error:
            raise ScenarioError(self.outcome.scenario.file, exchange.path, str(error)) from None

    def _fail(
        self,
        one: _Waiting,
        summary: str,
        checks: tuple[Check, ...] = (),
        answer: Message | None = None,
    ) -> NoReturn:
        raise ExpectationFailedError(Failure(one.exchange.path, summary, checks, answer))
