"""`verify` beside a server that takes payments: neither disturbs the other, and what is wrong is found meanwhile."""

import subprocess
from itertools import count

from sqlalchemy import select, update

from offline_collect.store import verify
from offline_collect.store.schema.tables import entries, payments
from offline_collect.store.verify import run as verification
from tests.databases.school import findings, in_force
from tests.e2e.serving import COMMAND, serving

BEFORE = 20
MOST = 3_000


def paid(front_end, *requests):
    """Pay, and return how many payments were taken."""
    answers = front_end.ask(*requests)
    assert {answer.elements[39] for answer in answers} == {"00"}
    return len(answers)


def verify_while_paying(config, front_end, pay):
    """Run the command while one payment follows another; return how it ended, and how many were paid."""
    command = [*COMMAND, "verify", "--config", str(config)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
        made = 0
        while running.poll() is None and made < MOST - BEFORE:
            made += paid(front_end, pay(BEFORE + made))
        told, _ = running.communicate()
    return running.returncode, told, made


def test_payments_go_on_while_it_runs_and_it_finds_nothing(config, store, pay):
    with serving(config) as server, server.connect() as front_end:
        paid(front_end, *(pay(nth) for nth in range(BEFORE)))
        code, told, made = verify_while_paying(config, front_end, pay)
        assert (code, made > 0) == (0, True), told
        assert server.stop() == 0
    assert sum(in_force(store).values()) == BEFORE + made
    assert findings(store) == []


def test_what_is_wrong_is_found_while_payments_go_on(config, store, pay):
    with serving(config) as server, server.connect() as front_end:
        paid(front_end, *(pay(nth) for nth in range(BEFORE)))
        with store.transaction() as tx:
            serial = tx.connection.execute(select(payments.c.serial_number).limit(1)).scalar_one()
            wrong = update(entries).where(entries.c.posting == serial, entries.c.line == 1)
            tx.connection.execute(wrong.values(amount_minor=entries.c.amount_minor + 1))
        code, told, made = verify_while_paying(config, front_end, pay)
        assert (code, made > 0) == (1, True)
        assert serial in told
        assert server.stop() == 0


def test_payments_are_answered_between_its_checks_and_are_not_in_its_snapshot(
    config, store, pay, monkeypatch
):
    streamed, numbers = verification._streamed, count(BEFORE)
    with serving(config) as server, server.connect() as front_end:
        paid(front_end, *(pay(nth) for nth in range(BEFORE)))

        def paying(tx, query):
            for row in streamed(tx, query):
                paid(front_end, pay(next(numbers)))
                yield row
            paid(front_end, pay(next(numbers)))

        monkeypatch.setattr(verification, "_streamed", paying)
        with store.snapshot() as reading:
            assert list(verify(reading).findings) == []
            seen = reading.connection.execute(select(payments.c.serial_number)).all()
        assert server.stop() == 0
    made = next(numbers)
    assert len(seen) == BEFORE
    assert made > BEFORE + len(verification.CHECKS)
    assert in_force(store).total() == made
