"""A sender of notices that is killed: no notice is lost, and none goes out under two ids."""

import datetime as dt
import json
import signal

import pytest
from sqlalchemy import func, select, update

from offline_collect.domain.effects import Notice, NoticeKind
from offline_collect.store import CustomerRecord, StoreSettings, open_store, put_customers
from offline_collect.store.database.bulk_write import bulk_insert
from offline_collect.store.schema.notice_tables import notice_claims, notice_deliveries
from offline_collect.store.schema.tables import outbox
from offline_collect.store.sql.row_mapping import notice_row
from tests.databases.school import AMOUNT, DAY, MERCHANT, bill_no, fill, findings
from tests.e2e.dying import run_dying
from tests.e2e.forked import command
from tests.e2e.serving import write_config
from tests.fakes.bank import NOON
from tests.notify.receiver import SECRET, Receiver

POINTS = 20
POINTS_BY_HTTP = 5
PAYERS = ("p1", "p2", "p3")
SEND = ("notify", "run", "--once")
_OWN = notice_deliveries.c


class Sending:
    """A school with payers, and what became of their notices."""

    def __init__(self, folder, url, notify):
        self.config = write_config(folder, url)
        with self.config.open("a", encoding="utf-8") as more:
            more.write(f"notify: {{{notify}, batch_max: 2}}\n")
        self.store = open_store(StoreSettings(url))
        people = [
            CustomerRecord(each, "王小明", {"number": each}, mobile=each, app_user=f"u-{each}", consent=True)
            for each in PAYERS
        ]
        with self.store.transaction() as tx:
            put_customers(tx, MERCHANT, people)

    def add(self, nth):
        """Put notices into the outbox: two of the first payer, which become one message; return their ids."""
        ids = [f"DEBIT_FAILED:{DAY:%Y%m%d}{nth:06d}-{line}" for line in range(1, 5)]
        rows = [
            notice_row(
                Notice(
                    notice_id=notice_id,
                    kind=NoticeKind.DEBIT_FAILED,
                    merchant_id=MERCHANT,
                    customer_no=payer,
                    bill_no=bill_no(0),
                    payment_serial=None,
                    amount_minor=AMOUNT,
                    currency="156",
                    created_at=NOON + dt.timedelta(seconds=nth),
                )
            )
            for notice_id, payer in zip(ids, (PAYERS[0], *PAYERS), strict=True)
        ]
        with self.store.transaction() as tx:
            bulk_insert(tx.connection, outbox, rows)
        return ids

    def dies(self, point):
        assert run_dying(self.config, SEND, point, counts_files=True) == (-signal.SIGKILL, point)

    def claims_end(self):
        """Let the time pass that the dead sender had its notices for itself."""
        with self.store.transaction() as tx:
            tx.connection.execute(update(notice_claims).values(claimed_until=NOON))

    def send(self):
        done = command(self.config, *SEND)
        assert done.returncode == 0, done.stderr

    def kept(self):
        """How many notices are in the store, wherever."""
        with self.store.snapshot() as reading:
            tables = (outbox, notice_deliveries)
            return sum(
                reading.connection.execute(select(func.count()).select_from(each)).scalar_one()
                for each in tables
            )


def told(messages):
    """The messages in which each notice went out, by its id."""
    found = {}
    for message in messages:
        for notice in message["data"]["notices"]:
            found.setdefault(notice["id"], []).append(message["id"])
    return found


def lines_of(file):
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def opened(tmp_path, store_url):
    made = []

    def opened(notify):
        fill(store_url, bills=1)
        made.append(Sending(tmp_path, store_url, notify))
        return made[0]

    yield opened
    assert findings(made[0].store) == []
    made[0].store.dispose()


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


def test_a_sender_that_is_killed_loses_no_notice_and_sends_none_under_two_ids(opened, tmp_path):
    file = tmp_path / "notices.jsonl"
    sending = opened(f"file: {{path: {file}}}")
    # The first sender of a business day also looks for bills to remind of; all that die have the same steps.
    sending.send()
    sent = sending.add(0)
    code, steps = run_dying(sending.config, SEND, counts_files=True)
    assert (code, steps > POINTS) == (0, True)
    twice = 0
    for nth in range(1, POINTS + 1):
        sent += sending.add(nth)
        sending.dies(1 + (nth - 1) * (steps - 1) // (POINTS - 1))
        assert sending.kept() == len(sent)
        sending.claims_end()
        sending.send()
        found = told(lines_of(file))
        assert sorted(found) == sorted(sent)
        assert [ids for ids in found.values() if len(set(ids)) > 1] == []
        twice = sum(len(ids) - 1 for ids in found.values())
    assert 0 < twice < len(sent), "some senders died after they had sent, most before or after that"


def test_so_does_one_whose_messages_another_process_sends_by_http(opened, receiver, tmp_path):
    secret = tmp_path / "webhook.secret"
    secret.touch(0o600)
    secret.write_text(SECRET + "\n", encoding="ascii")
    webhook = f"{{url: '{receiver.url}', secret_file: {secret}, insecure: true, private_addresses: true, quiet: null}}"
    sending = opened(f"channels: [webhook], webhook: {webhook}")
    sending.send()
    sent = sending.add(0)
    code, steps = run_dying(sending.config, SEND)
    assert (code, steps > POINTS_BY_HTTP) == (0, True)
    for nth in range(1, POINTS_BY_HTTP + 1):
        sent += sending.add(nth)
        assert run_dying(sending.config, SEND, 1 + nth * (steps - 1) // POINTS_BY_HTTP)[0] == -signal.SIGKILL
        assert sending.kept() == len(sent)
        sending.claims_end()
        sending.send()
        found = told([document for _, document in receiver.got])
        assert sorted(found) == sorted(sent)
        assert [ids for ids in found.values() if len(set(ids)) > 1] == []
