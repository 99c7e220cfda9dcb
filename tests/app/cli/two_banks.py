"""Two banks, a school of the second one with debits and money in suspense: a store that many tests begin with."""

from contextlib import closing
from pathlib import Path

from offline_collect.domain.decide import decide
from offline_collect.domain.decisions.deciding import Context
from offline_collect.domain.facts import Facts
from offline_collect.store import StoreSettings, open_store
from tests.app.cli.debit_batches import NO_RESULT, NO_RETURNS, RESULT, RETURNS, register_batches
from tests.app.cli.notices import register_notice
from tests.app.cli.payout_run import NO_RUN, RUN, register_run
from tests.databases.sqlite_images import image_of, put_image
from tests.fakes.bank import NOON, TERMS
from tests.messages.commands import Terminal
from tests.store.teller import load
from tests.support.tree import ROOT

SAMPLES = ROOT / "samples"
SCHOOL = SAMPLES / "school"
PUPIL = ("--input", "学号=2026039001")
BILL = ("--amount", "120", "--due-date", "2026-11-30")


def suspend(merchant, bill):
    """Take 120.00 for a bill that does not exist; return the payment's serial number."""
    advice = Terminal().advice(NOON, merchant, bill, 12_000)
    store = open_store(StoreSettings("sqlite:///bank.db"))
    with closing(store.write_session()) as session:
        context = Context(NOON, session.reserve_numbers(2), TERMS)
        facts = Facts(session.begin())
        load(session, [advice], facts)
        answer, effects = decide(advice, facts, context)
        session.write([effects])
        session.commit()
    store.dispose()
    return answer.values["serial_number"]


LINES = [
    ("init", "--business-date", "2026-11-22", "--yes"),
    ("organisation", "add", "BANK2", "--name", "West Bank"),
    ("organisation", "add", "BR2", "--name", "West branch", "--kind", "branch", "--under", "BANK2"),
    ("merchant", "add", SAMPLES / "estate" / "merchant.yaml"),
    ("merchant", "add", SCHOOL / "merchant.yaml", "--organisation", "BR2"),
    ("form", "publish", "SCHOOL01", SCHOOL / "form.yaml"),
    ("customers", "add", "SCHOOL01", "C9", "--name", "赵小雨", "--mobile", "13800001234", *PUPIL),
    ("bills", "add", "SCHOOL01", "H1", *BILL, *PUPIL),
    ("customers", "import", "SCHOOL01", SCHOOL / "customers.csv"),
    ("notify", "template", "add", "SCHOOL01", "--kind", "paid", "--text", "{amount}"),
    ("user", "add", "bert", "--role", "MERCHANT", "--organisation", "BR2", "--merchant", "SCHOOL01"),
    ("user", "add", "mei", "--role", "MERCHANT", "--merchant", "ESTATE01"),
    ("user", "add", "cleo", "--role", "CHECKER", "--organisation", "GROUP"),
    ("user", "add", "gus", "--role", "ADMIN", "--organisation", "GROUP"),
    ("--break-glass", "x", "user", "add", "anna", "--role", "ADMIN", "--organisation", "BANK"),
    ("--break-glass", "x", "user", "add", "bella", "--role", "ADMIN", "--organisation", "BANK2"),
    ("user", "add", "benno", "--role", "MAKER", "--as", "bella"),
]


FILES = (RESULT, NO_RESULT, RETURNS, NO_RETURNS, RUN, NO_RUN)


def two_banks(prepared, images, store):
    """Make the store and the bank's files, once a session; return the serial number of the money in suspense."""
    if "two banks" not in images:
        prepared(*LINES)
        register_batches()
        register_run()
        register_notice(taken=True)
        serial = suspend("SCHOOL01", "GONE")
        files = {name: Path(name).read_bytes() for name in FILES}
        images["two banks"] = serial, image_of(store), files
        return serial
    serial, image, files = images["two banks"]
    put_image(store, image)
    for name, content in files.items():
        Path(name).write_bytes(content)
    return serial
