"""A server under load is killed again and again; every payment stands as it was answered.

Each run of the tests has one kill. `make kills` has as many as are asked for, at moments that a seed decides.
"""

import os
import random
import signal
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace

from sqlalchemy import select

from offline_collect.store import StoreSettings, open_store
from offline_collect.store.schema.tables import payments
from offline_collect.wire.layouts.pds import parse_pds
from tests.databases.school import bill_no, fill, findings, in_force
from tests.e2e.serving import by_stan, serving, write_config

KILLS = int(os.environ.get("OFFLINE_COLLECT_TEST_KILLS", "1"))
SEED = int(os.environ.get("OFFLINE_COLLECT_TEST_KILLS_SEED", "4711"))
LOAD = 600
"""Payments that are sent at once before a kill."""

PIECE = 200
TRIES = 20


@dataclass
class Campaign:
    """What was sent and answered so far.

    Attributes:
        known: what each answer said, by STAN.
        killed: how often each process was killed.
        undecided: the codes of answers that decide nothing.
    """

    config: object
    store: object
    rng: random.Random
    known: dict = field(default_factory=dict)
    killed: dict = field(default_factory=lambda: {"server": 0, "lanes": 0})
    undecided: Counter = field(default_factory=Counter)

    def kill_under(self, load, before):
        """Repeat the load before on a new server, then send a load and kill the server in the middle of it."""
        with serving(self.config) as server, server.connect() as front_end:
            self.repeat(front_end, before)
            sending = threading.Thread(target=send_until_cut, args=(front_end, load))
            sending.start()
            answered = front_end.receive(self.rng.randrange(LOAD))
            self.kill(server)
            answered += front_end.rest()
            sending.join(60)
        self.known |= self.decided(answered)
        self.compare_with_the_store()
        return len(answered)

    def kill(self, server):
        """Kill one of the two processes; the other one ends with it."""
        which = self.rng.choice(["server", "lanes"])
        self.killed[which] += 1
        if which == "server":
            server.kill()
            return
        (lanes,) = server.children()
        os.kill(lanes, signal.SIGKILL)
        assert server.wait() == 1

    def repeat(self, front_end, load):
        """Send a load again: what was answered is answered the same, and the rest is taken now."""
        for at in range(0, len(load), PIECE):
            part = [replace(each, mti="0201") for each in load[at : at + PIECE]]
            for _ in range(TRIES):
                again = self.decided(front_end.ask(*part))
                assert {stan: self.known.get(stan, answer) for stan, answer in again.items()} == again
                self.known |= again
                part = [each for each in part if each.elements[11] not in again]
                if not part:
                    break
            assert not part, "the server goes on answering that it was too late"

    def decided(self, answers):
        """Return what the answers said that decide something, by STAN; a slow machine answers some too late (68)."""
        found = {stan: said(answer) for stan, answer in by_stan(answers).items()}
        self.undecided.update(code for _, _, code, _ in found.values() if code != "00")
        assert self.undecided.keys() <= {"68"}
        return {stan: each for stan, each in found.items() if each[2] == "00"}

    def compare_with_the_store(self):
        """Check that all payments that were answered are in the store."""
        with self.store.snapshot() as reading:
            stored = set(reading.connection.execute(select(payments.c.serial_number)).scalars())
        assert {serial for *_, serial in self.known.values()} <= stored


def said(answer):
    """The elements that a repeat must have again: 15, 38, 39, and the serial number."""
    serial = parse_pds(answer.elements[48], "utf-8").get("0070") if 48 in answer.elements else None
    return (*(answer.elements.get(number) for number in (15, 38, 39)), serial)


def send_until_cut(front_end, load):
    with suppress(OSError):
        front_end.send(*load)


def test_kills_under_load_lose_nothing_that_was_answered(tmp_path, store_url, pay):
    fill(store_url, bills=KILLS * LOAD)
    store = open_store(StoreSettings(store_url))
    campaign = Campaign(write_config(tmp_path, store_url), store, random.Random(SEED))
    loads = [[pay(nth) for nth in range(at, at + LOAD)] for at in range(0, KILLS * LOAD, LOAD)]
    before, answered = [], 0
    for load in loads:
        answered += campaign.kill_under(load, before)
        before = load
    with serving(campaign.config) as server, server.connect() as front_end:
        for load in loads:
            campaign.repeat(front_end, load)
        assert server.stop() == 0
    campaign.compare_with_the_store()
    assert in_force(store) == {bill_no(nth): 1 for nth in range(KILLS * LOAD)}
    assert findings(store) == []
    store.dispose()
    kind = store_url.partition(":")[0]
    print(  # noqa: T201 - the figures of the campaign
        f"\n{kind}, seed {SEED}: {campaign.killed} killed; {KILLS * LOAD} payments sent, "
        f"{answered} answers before a kill, all valid since; too late: {campaign.undecided.total()}"
    )
