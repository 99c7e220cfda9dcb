"""A Chinese message goes through Kannel to an operator, and its delivery report closes the notice."""

import datetime as dt
import json
import re
import subprocess
import sys
from urllib.parse import unquote_to_bytes

import pytest
from sqlalchemy import select

from offline_collect.domain.effects import Notice, NoticeKind
from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.opt_out import OptOutSource
from offline_collect.store import (
    AuditFilter,
    CustomerRecord,
    StoreSettings,
    audit_rows,
    open_store,
    put_customers,
)
from offline_collect.store.database.bulk_write import bulk_insert
from offline_collect.store.notices.opt_outs import list_opt_outs
from offline_collect.store.schema.notice_tables import notice_deliveries
from offline_collect.store.schema.tables import outbox
from offline_collect.store.sql.row_mapping import notice_row
from tests.databases.school import AMOUNT, DAY, MERCHANT, bill_no, fill
from tests.e2e.kannel_inside import answers, asked
from tests.e2e.serving import write_config
from tests.fakes.bank import NOON
from tests.modules.kannel import alone
from tests.notify.fake_kannel import PASSWORD, QUEUED, FakeKannel
from tests.support.tree import ROOT

PAGE = (ROOT / "docs" / "notices.md").read_text(encoding="utf-8")
(KANNEL_CONF,) = re.findall(r"```\n(group = core\n.+?)```", PAGE, re.DOTALL)
(SETTINGS,) = re.findall(r"```yaml\n(notify:\n  channels: \[kannel\]\n.+?)```", PAGE, re.DOTALL)
(OPERATOR_PORT,) = re.findall(r"smsc = fake\n(?:.+\n)*?port = ([0-9]+)", KANNEL_CONF)
MOBILE = "13800138000"
LINE = "您的账单（尾号*000）扣款123.45元未成功，请于2099-01-01前以其他方式缴费。"
SECRETS = {"kannel.password": "change-me", "callbacks.secret": "c" * 40}


@pytest.fixture
def bank(tmp_path, sqlite_url):
    """A school that has two notices for one payer, with the settings of the documents."""
    fill(sqlite_url, bills=1)
    config = write_config(tmp_path, sqlite_url)
    assert 'sender: "10690000"}' in SETTINGS
    settings = SETTINGS.replace('"10690000"}', '"10690000", quiet: null}') + "  every_s: 1\n"
    settings += f'  extensions: {{{MERCHANT}: "01"}}\n'
    for name, secret in SECRETS.items():
        path = tmp_path / name
        path.write_text(secret + "\n", encoding="ascii")
        path.chmod(0o600)
        assert f"_file: {name}" in settings
        settings = settings.replace(f"_file: {name}", f"_file: {path}")
    with config.open("a", encoding="utf-8") as more:
        more.write(settings)
    assert "/SECRET?" in KANNEL_CONF
    conf = KANNEL_CONF.replace("SECRET", SECRETS["callbacks.secret"])
    (tmp_path / "kannel.conf").write_text(conf, encoding="ascii")
    store = open_store(StoreSettings(sqlite_url))
    payer = CustomerRecord("p1", "王小明", {"number": "p1"}, mobile=MOBILE, consent=True)
    with store.transaction() as tx:
        put_customers(tx, MERCHANT, [payer])
        bulk_insert(tx.connection, outbox, [notice_row(notice(line)) for line in (1, 2)])
    yield tmp_path, store
    store.dispose()


def notice(line):
    return Notice(
        notice_id=f"DEBIT_FAILED:{DAY:%Y%m%d}000001-{line}",
        kind=NoticeKind.DEBIT_FAILED,
        merchant_id=MERCHANT,
        customer_no="p1",
        bill_no=bill_no(0),
        payment_serial=None,
        amount_minor=AMOUNT,
        currency="156",
        created_at=NOON + dt.timedelta(seconds=line),
    )


def received(line):
    """The sender, the number and the text of a part, as the false operator has logged it: after its header."""
    found = re.search(r"<(\S+) (\S+) (?:udh (\S+) )?\S+ (.+)>$", line)
    return (
        found[1],
        found[2],
        unquote_to_bytes(found[3] or "")[4:],
        unquote_to_bytes(found[4].replace("+", " ")),
    )


def inside(what, folder):
    """Run Kannel with a job in a network of its own; return what the job prints."""
    command = [*alone(), sys.executable, "-m", "tests.e2e.kannel_inside", what, folder, OPERATOR_PORT]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_fake_of_other_tests_answers_as_kannel_does(tmp_path, real_kannel):
    (tmp_path / "kannel.conf").write_text(KANNEL_CONF, encoding="ascii")
    real = json.loads(inside("answers", tmp_path))
    fake = FakeKannel()
    said = answers(fake.url, PASSWORD)
    fake.says = [QUEUED]
    said.append(asked(fake.url, PASSWORD))
    fake.close()
    assert real == said


def test_a_chinese_message_arrives_whole_its_report_closes_the_notice_and_the_payer_answers(
    bank, real_kannel
):
    folder, store = bank
    parts = [received(line) for line in inside("notify", folder).splitlines()]
    assert {each[:2] for each in parts} == {("1069000001", MOBILE)}
    assert sorted(header[-2:] for *_, header, _ in parts) == [b"\2\1", b"\2\2"]
    text = b"".join(body for *_, body in sorted(parts, key=lambda each: each[2])).decode("utf-16-be")
    assert text == "【阳光小学】" + "\n".join([LINE] * 2)
    with store.snapshot() as reading:
        asked = select(notice_deliveries.c.state).order_by(notice_deliveries.c.notice_id)
        assert list(reading.connection.execute(asked).scalars()) == ["DELIVERED", "MERGED"]
        (kept,) = list_opt_outs(reading, MERCHANT, (None, 10))
        (row,) = [each for each in audit_rows(reading, AuditFilter()) if each.subject_type == "address"]
    assert row.after["merchant_known_by"] == "EXTENSION"
    assert (kept.shown, kept.source, kept.notice_class) == (
        "138****8000",
        OptOutSource.SMS,
        NoticeClass.SERVICE,
    )
