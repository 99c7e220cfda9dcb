"""A clumsy teller on a bad line: the invariants hold for any keys and any answers."""

import random

import pytest

from offline_collect.wire.layouts.pds import parse_pds
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.teller.journal.entries import State
from offline_collect_terminal.teller.menu import run
from offline_collect_terminal.teller.screen.steps import Key, Unsent
from tests.simulators.peer import answer
from tests.simulators.teller_playing import SILENT, Platform, Player, bill, declined, pds, session_of

LINES = (
    *("1", "2", "3", "4", "5", "6") * 3, *("", "y") * 6, "n", "back", "menu", "?", "school", "2026030117", "2026030117",
    "２０２６０３０１１７", "#S-0001", "\\q", "学号", "x" * 500, "\x00\x1b[2J", "-1", "99999999", "2026-11-22", "12.50", "{0}",
    "{reason}", "%s", "\U0001f600", "\ud800", Key.INTERRUPT,
)  # fmt: skip
WAYS = (
    ("menu", "1", "1", "2026030117", "1", "", "", "y"),
    ("menu", "1", "1", "2026030117", "2", "", "y"),
    ("menu", "2", "", "y"),
    ("menu", "3", "1", "1"),
    ("menu", "4", "1", "S-0001", "12.50", "", "", "y"),
    ("1",), ("2",), ("3",), ("4", "y"),
)  # fmt: skip
SESSIONS, LINES_EACH = 4, 100


class BadLine(Platform):
    """Loses, refuses and garbles some of the requests.

    Attributes:
        player: its journal is checked when a payment arrives.
    """

    def begin(self, seed, folder):
        self.chance = random.Random(seed)
        self.folder = folder
        self.open = {}
        return self

    def deliver(self, request):
        if request.mti == "0200":
            self.see_payment(request)
        if self.chance.random() < 0.6:
            return super().deliver(request)
        self.requests.append(request)
        bad = self.chance.choice((self.lost, self.never_left, self.refused, self.garbled, self.bare))
        return bad(request)

    def see_payment(self, request):
        """A new payment is in the journal on the disk, and no other of its bill is without an answer."""
        written = (self.folder / "journal.jsonl").read_text(encoding="utf-8")
        assert f'"11":"{request.elements[11]}"' in written
        paid = (request.elements[42], parse_pds(request.elements[48], "utf-8")["0030"])
        unresolved = self.player.journal.unresolved
        waiting = [each for each in unresolved if (each.merchant_id, each.bill_no) == paid]
        assert [each.stan for each in waiting] == [request.elements[11]]

    def lost(self, _):
        return SILENT

    def never_left(self, _):
        return Unsent("nobody listens")

    def refused(self, request):
        code = self.chance.choice(["09", "25", "30", "58", "68", "91", "94", "96", "U1", "U8", "U9", "ZZ"])
        return self.answered(declined(code)(request))

    def garbled(self, request):
        return self.answered(answer(request, de48="9999", de120="0030"))

    def bare(self, request):
        return self.answered(Message(answer(request).mti, {11: request.elements[11], 48: pds({"0080": "?"})}))

    def answered(self, message):
        from offline_collect_terminal.teller.screen.steps import Answered  # noqa: PLC0415 - beside its one use

        return Answered(message)


@pytest.mark.parametrize("seed", range(8))
def test_a_clumsy_teller_before_a_bad_line(tmp_path, seed):
    chance, stans = random.Random(seed), []
    for nth in range(SESSIONS):
        session = session_of(tmp_path, run=f"run-{nth}")
        platform = BadLine(bills=[bill(1, t0057="1000"), bill(2)]).begin(seed * 100 + nth, tmp_path)
        player = Player(session, platform)
        platform.player = player
        player.play(run, *typed(chance), all_of_them=False)
        fresh = [each for each in platform.requests if each.mti not in {"0201", "0221", "0401"}]
        stans += [each.elements[11] for each in fresh]
        before = dict(player.journal.entries)
        player.journal.close()
        again = session_of(tmp_path)
        assert again.journal.entries == before, "the disk knows what the shell knew"
        assert player.result is (session.answered and not again.journal.unresolved)
        again.journal.close()
    assert {entry.state for entry in before.values()} - {State.UNSENT}, "it went some way"
    told_twice = {stan for stan in stans if stans.count(stan) > 1}
    assert told_twice <= {entry.stan for entry in before.values() if entry.is_advice}, (
        "an advice that was kept"
    )


def typed(chance):
    """The keys that are hit: useful sequences, and noise; then the end of the input."""
    lines = []
    while len(lines) < LINES_EACH:
        way = chance.choice(WAYS)
        lines += [line if chance.random() < 0.93 else chance.choice(LINES) for line in way]
        lines += [chance.choice(LINES) for _ in range(chance.randrange(3))]
    return lines
