"""The whole platform without its sockets as a System: bytes, connection, lane, store, connection, bytes."""

from collections.abc import Sequence

from offline_collect.domain.answers import Answer
from offline_collect.domain.commands import Command
from offline_collect.domain.ports import NullObserver
from offline_collect.engine import Delivery, Engine, EngineSettings, LaneMaker
from offline_collect.wire.messages.message import Message
from tests.fakes.stepping import close_lanes, run_lanes
from tests.messages.front_end import answer_of, message_of
from tests.messages.golden import shipped
from tests.model.stored import StoredSystem
from tests.model.world import INSTITUTIONS, World
from tests.server.reactor import HandReactor
from tests.server.rig import Platform

Match = tuple[str, ...]


class WiredSystem(StoredSystem):
    """A server, its connection's bytes in a string, over the engine and a store at ``url``."""

    def __init__(self, world: World, url: str, dialect: str = "ascii") -> None:
        self._dialect = dialect
        super().__init__(world, url)

    def submit(self, commands: Sequence[Command]) -> list[Answer]:
        """Send all messages together and match the responses to their requests."""
        requests = [message_of(command) for command in commands]
        self._peer.send(*requests)
        run_lanes(self._lanes)
        # The next request comes in a separate turn of the reactor, perhaps days later.
        self._platform.dispatcher.turns.ended()
        found: dict[Match, list[Answer]] = {}
        for response in self._peer.received():
            said = answer_of(response, shipped(self._dialect), self.now)
            found.setdefault(_match(response), []).append(said)
        answers = [found[_match(request)].pop(0) for request in requests]
        assert not any(found.values()), "an answer that nobody asked for"
        return answers

    def _shut(self) -> None:
        close_lanes(self._lanes)
        self.store.dispose()

    def _deliver(self, delivery: Delivery) -> None:
        self._platform.server.delivered(delivery)

    def _open(self) -> None:
        super()._open()
        self._engine.close()
        settings = EngineSettings(terms=self._world.terms)
        maker = LaneMaker(self.store, settings, self.clock, NullObserver(), self.clock.advance, lambda: 1.0)
        self._lanes = Engine(maker, self._deliver)
        self._platform = Platform(
            HandReactor(),
            _Unstarted(self._lanes),
            self._dialect,
            self.clock,
            self.store.open_day().date,
            institutions=frozenset(INSTITUTIONS),
        )
        peer = self._platform.connect()
        assert peer is not None
        self._peer = peer


class _Unstarted:
    """An engine whose lanes' threads are never started; all its other parts are real."""

    def __init__(self, engine: Engine) -> None:
        self.submit, self.flush, self.sweep = engine.submit, engine.flush, engine.sweep
        self.close, self.join, self.refusal = engine.close, engine.join, engine.refusal

    def start(self) -> None:
        """Leave the lanes to the test."""


def _match(message: Message) -> Match:
    """MTI class, DE 7, 11, 32, 41."""
    elements = message.elements
    return (message.mti[:2], *(elements.get(number, "") for number in (7, 11, 32, 41)))
