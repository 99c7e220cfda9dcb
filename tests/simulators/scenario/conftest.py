"""Runs scenarios against a stub of the platform."""

import datetime as dt

import pytest

from offline_collect.wire.dialects.dialect import Sent
from offline_collect_terminal.scenario.runner import ScenarioRun, Terminal, Timeouts
from offline_collect_terminal.wire.stamps import Stamps

NOW = dt.datetime(2026, 11, 22, 9, 30, 11, tzinfo=dt.UTC)
QUICK = Timeouts(connect_s=5, answer_s=10, quiet_s=0.05)


class Heard:
    """Keeps the reports of a run."""

    def __init__(self):
        self.notes, self.out, self.came, self.silences = [], [], [], []

    def note(self, text):
        self.notes.append(text)

    def sent(self, message, stream):
        self.out.append(message or stream)

    def received(self, message, frame):
        assert frame.message, "an answer has bytes"
        self.came.append(message)

    def silent(self, silence):
        self.silences.append(silence.value)


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def start(codec, scenario, heard, pauses):
    """Runs steps against a peer; returns the finished run."""

    def run(steps, peer, timeouts=QUICK, **keys):
        stamps = Stamps(
            institution="12345678",
            terminal="TERM0001",
            timezone=dt.UTC,
            sent=Sent(),
            clock=lambda: NOW,
            first=0,
        )
        terminal = Terminal(
            "127.0.0.1",
            peer.port,
            keys.pop("codec", codec),
            stamps,
            heard,
            pause=pauses.append,
            year=2026,
            timeouts=timeouts,
            given=keys.pop("given", {}),
            sign_on=keys.pop("sign_on", None),
        )
        made = ScenarioRun(scenario(steps, **keys), terminal)
        made.run()
        return made

    return run
