"""A disk that is full while a file is written: one line says so, nothing half is left, and repeated it works."""

import os
import resource
import signal

import pytest

from offline_collect.files.errors import UnwritableError
from offline_collect.files.write.atomic_file import destination
from offline_collect.store import StoreSettings, open_store, put_customers, upgrade
from offline_collect.store.backoffice.customers import CustomerRecord
from tests.databases.school import MERCHANT, fill, findings
from tests.e2e.evenings import RunningBank
from tests.e2e.forked import CONTEXT, _run, command
from tests.e2e.serving import WITHIN_S, write_config
from tests.fakes.bank import NOON
from tests.settlement.conftest import Desk
from tests.store.conftest import teller_of

BILLS = 60


def full_from(config, line, size, told):
    """Run a command in a process none of whose files may grow beyond a size."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    _run(("--config", str(config), *line), *told)


def on_a_full_disk(config, size, *line):
    """Return the exit code and the errors of a command that meets a full disk."""
    told = (config.with_name("stdout"), config.with_name("stderr"))
    for path in told:
        path.unlink(missing_ok=True)
    process = CONTEXT.Process(target=full_from, args=(config, line, size, told))
    process.start()
    process.join(WITHIN_S)
    code = process.exitcode
    process.close()
    return code, told[1].read_text(encoding="utf-8")


def names(folder):
    return sorted(each.name for each in folder.iterdir())


@pytest.fixture
def bank(tmp_path, postgresql_url):
    """A school whose payer has a mandate; its store is elsewhere, so that only the files meet the full disk."""
    fill(postgresql_url, bills=BILLS)
    store = open_store(StoreSettings(postgresql_url))
    signed = {"mandate_ref": "M1", "mandate_signed_on": NOON.date(), "debit_account": "6222021234567890"}
    with store.transaction() as tx:
        put_customers(tx, MERCHANT, [CustomerRecord("pupil", "王小明", {"number": "pupil"}, **signed)])
    yield write_config(tmp_path, postgresql_url)
    assert findings(store) == []
    store.dispose()


def test_the_file_of_a_batch_is_there_whole_or_not_at_all(bank, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    line = ("debit", "export", MERCHANT, "--institution", "8801", "--due-by", "2099-12-31", "-o", str(out))
    code, said = on_a_full_disk(bank, 4_096, *line)
    assert (code, said.count("\n"), "file too large" in said) == (1, 1, True), said
    assert names(out) == []
    listed = command(bank, "debit", "list")
    (batch_no,) = (word for word in listed.stdout.split() if word.startswith("2026") and len(word) == 14)
    write = ("debit", "write", batch_no, "-o", str(out))
    code, said = on_a_full_disk(bank, 4_096, *write)
    assert (code, said.count("\n")) == (1, 1), said
    assert names(out) == []
    assert command(bank, *write).returncode == 0
    assert names(out) == [f"debit-out-{batch_no}.dat"]
    whole = (out / f"debit-out-{batch_no}.dat").read_bytes()
    assert on_a_full_disk(bank, 4_096, *write)[0] == 1
    assert (out / f"debit-out-{batch_no}.dat").read_bytes() == whole, "the file that was there stays"


def test_an_evening_on_a_full_disk_goes_on_where_it_stopped_once_there_is_room(tmp_path, postgresql_url):
    upgrade(StoreSettings(postgresql_url))
    with teller_of(postgresql_url) as teller:
        bank = RunningBank(Desk(teller, tmp_path), postgresql_url)
        # The second statement needs more room than the first one.
        bank.evening.pay(*(f"W{nth}" for nth in range(2, 13)))
        day = bank.close()
        line, outbox = ("day", "run", "--date", str(day)), tmp_path / "outbox"
        stages, room, code = [[]], 512, 1
        while code:
            code, said = on_a_full_disk(bank.config, room, *line)
            assert (code, said.count("\n"), "file too large" in said) in {(1, 1, True), (0, 0, False)}, said
            written = names(outbox)
            assert set(written) >= set(stages[-1]), "a file that is there stays"
            stages += [written] if written != stages[-1] else []
            room += 1_024
        assert [len(each) for each in stages] == [0, 1, 2, 3, 4], stages
        left = {name: (outbox / name).read_bytes() for name in stages[-1]}
        again = ("day", "statements", str(day), "-o", str(outbox))
        assert command(bank.config, *again).returncode == 0
        assert {name: (outbox / name).read_bytes() for name in names(outbox)} == left
        assert findings(bank.store) == []


def test_what_a_killed_writer_has_left_is_removed_by_the_next_one(tmp_path):
    pid = os.fork()
    if not pid:
        with destination(tmp_path / "one.dat", overwrite=True) as stream:
            stream.write(b"half")
            stream.flush()
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)
    (left,) = names(tmp_path)
    assert left.endswith(".part")
    with destination(tmp_path / "two.dat", overwrite=True) as first:
        first.write(b"2")
        with destination(tmp_path / "three.dat", overwrite=True) as second:
            second.write(b"3")
    assert names(tmp_path) == ["three.dat", "two.dat"]
    with pytest.raises(UnwritableError), destination(tmp_path / "no" / "four.dat", overwrite=True):
        pass
