"""A store that is restored from a backup: the server, the command, and what a front end sees."""

import datetime as dt
from dataclasses import replace

from sqlalchemy import create_engine, text

from offline_collect.domain.ledger.serials import EPOCH_SIZE, number_of
from offline_collect.wire.layouts.pds import parse_pds
from tests.databases.backups import back_up, restore
from tests.databases.school import AMOUNT, MERCHANT, bill_no, findings, in_force
from tests.e2e.forked import command
from tests.e2e.serving import serving
from tests.messages.commands import Terminal
from tests.messages.front_end import message_of


def paid(front_end, *payments):
    """The serial numbers that a front end gets for payments."""
    answers = front_end.ask(*payments)
    assert {answer.elements[39] for answer in answers} == {"00"}
    return {parse_pds(answer.elements[48], "utf-8")["0070"] for answer in answers}


def test_a_backup_under_load_is_restored_and_no_receipt_names_two_payments(
    config, store, store_url, pay, tmp_path
):
    copy = tmp_path / "copy"
    with serving(config) as server, server.connect() as front_end:
        kept = paid(front_end, *(pay(nth) for nth in range(20)))
        back_up(store_url, copy)
        lost = paid(front_end, *(pay(nth) for nth in range(20, 40)))
        refused = command(config, "store", "restored")
        assert refused.returncode == 1
        assert "stop all servers" in refused.stderr
        assert server.stop() == 0
    store.dispose()
    restore(store_url, copy)
    done = command(config, "store", "restored")
    assert done.returncode == 0, done.stderr
    assert f"it is {EPOCH_SIZE} now" in done.stdout
    assert f"serial number {max(kept)}" in done.stdout
    assert "Do NOT start a server for terminals" in done.stdout
    shown = command(config, "audit", "show", "--last", "1").stdout
    assert "store restored" in shown
    assert f"→ {EPOCH_SIZE}" in shown
    with serving(config) as server, server.connect() as front_end:
        again = paid(front_end, *(pay(nth) for nth in range(20, 40)))
        assert server.stop() == 0
    assert not again & (kept | lost)
    assert min(number_of(serial) for serial in again) >= EPOCH_SIZE
    assert findings(store) == []


def test_an_advice_brings_back_a_payment_that_the_backup_has_lost(config, store, store_url, tmp_path):
    """The messages that front ends send before terminals may connect again, as in docs/operating.md."""
    terminal, now = Terminal(), dt.datetime.now(dt.UTC)
    payment, undone = (terminal.payment(now, MERCHANT, bill_no(nth), AMOUNT) for nth in range(2))
    back_up(store_url, tmp_path / "copy")
    with serving(config) as server, server.connect() as front_end:
        paid(front_end, message_of(payment), message_of(undone))
        assert server.stop() == 0
    store.dispose()
    restore(store_url, tmp_path / "copy")
    assert command(config, "store", "restored").returncode == 0
    advices = [terminal.advice(now, MERCHANT, each.bill_no, AMOUNT, each) for each in (payment, undone)]
    with serving(config) as server, server.connect() as front_end:
        told = [paid(front_end, message_of(advice)) for advice in advices]
        (reversed_,) = front_end.ask(message_of(terminal.reversal(now, undone, advice=True)))
        assert parse_pds(reversed_.elements[48], "utf-8")["0082"] == "APPLIED"
        assert paid(front_end, replace(message_of(payment), mti="0201")) == told[0]
        assert server.stop() == 0
    assert in_force(store) == {bill_no(0): 1}
    assert findings(store) == []


def test_a_server_does_not_start_on_a_counter_behind_its_payments(config, store, store_url, pay):
    with serving(config) as server, server.connect() as front_end:
        before = paid(front_end, pay(0))
        assert server.stop() == 0
    engine = create_engine(store_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE serial_counters SET next_number = 1 WHERE name = 'serial_number'"))
    engine.dispose()
    refused = command(config, "serve")
    assert refused.returncode == 1
    assert "store restored; it says what must follow" in refused.stderr
    assert "Traceback" not in refused.stderr
    store.dispose()
    assert command(config, "store", "restored").returncode == 0
    with serving(config) as server, server.connect() as front_end:
        after = paid(front_end, pay(1))
        assert server.stop() == 0
    assert not before & after
    assert findings(store) == []
