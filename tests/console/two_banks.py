"""Two banks with everything that a page can show: a user of each role in both, and merchants with customers, bills,
payments, imports, requests and debit batches of their own."""

import tempfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from offline_collect.domain.access.roles import Role
from offline_collect.merchant.access.requests import DualControl
from offline_collect.merchant.access.users import acting_user, register_user
from offline_collect.store import (
    BillRecord,
    CustomerRecord,
    UserRecord,
    add_user,
    publish_form,
    put_bills,
    put_customers,
)
from offline_collect.store.backoffice.credentials import Credentials, put_credentials
from tests.console import town
from tests.console.evening import build_evening
from tests.console.town import NIGHT, closing_store, hashed, open_town
from tests.databases.lasting import replace_file
from tests.databases.sqlite_images import made_by
from tests.fakes.bank import NOON
from tests.settlement.debit.desk import Desk, payer
from tests.store import importing as imports
from tests.store.teller import OPENED
from tests.support.samples import DUE, PUPIL, SCHOOL_FORM, TENANT

FIRST, SECOND = "BANK", "BANK2"
MORE = {
    "first.admin": (Role.ADMIN, FIRST, ()),
    "first.water": (Role.MERCHANT, FIRST, ("WATER001",)),
    "second.admin": (Role.ADMIN, SECOND, ()),
    "second.maker": (Role.MAKER, SECOND, ()),
    "second.checker": (Role.CHECKER, SECOND, ()),
    "second.auditor": (Role.AUDITOR, SECOND, ()),
    "second.school": (Role.MERCHANT, SECOND, ("SCHOOL02",)),
}
"""Role, organisation and merchants of users beside the town's."""

USERS = {**town.USERS, **MORE}
CHILD = replace(PUPIL, merchant_id="SCHOOL02", customer_no="2026990001", name="赵小红")
SECOND_BILLS = [
    BillRecord(f"ZWEI{n}", CHILD.customer_no, 54_321, DUE, description="二小餐费", period="2026-11")
    for n in (1, 2, 3)
]
MARKERS = {
    "SCHOOL01": ("SCHOOL01", "阳光小学", PUPIL.name),
    "WATER001": ("WATER001", "清源自来水", TENANT.name, TENANT.customer_no),
    "SCHOOL02": ("SCHOOL02", "二小", CHILD.name, CHILD.customer_no, "ZWEI1", "second.maker", "second.school"),
}
"""Texts by which data of a merchant, or of its bank, is known wherever they are shown."""


def users_of(organisation):
    """Return the users of a bank who see all of its merchants, and those of a merchant."""
    return [name for name, (_, own, _) in USERS.items() if own == organisation]


def build_two_banks(url):
    """Create the store."""
    build_evening(url)
    with closing_store(url) as store:
        with store.transaction() as tx:
            for name, (role, organisation, merchants) in MORE.items():
                add_user(
                    tx,
                    UserRecord(
                        name,
                        (role.value,),
                        disabled=False,
                        added_at=NOON,
                        organisation_id=organisation,
                        merchants=merchants,
                    ),
                )
                put_credentials(tx, Credentials(name, hashed()))
            publish_form(tx, "SCHOOL02", SCHOOL_FORM, OPENED)
            put_customers(tx, "SCHOOL02", [CustomerRecord(CHILD.customer_no, CHILD.name, CHILD.inputs)])
            put_bills(tx, "SCHOOL02", SECOND_BILLS)
        _second_bank_works(store)
        for merchant, bill in (("SCHOOL01", "XONE"), ("SCHOOL02", "XZWEI"), ("WATER001", "XWATER")):
            customer = {"SCHOOL01": PUPIL, "SCHOOL02": CHILD, "WATER001": TENANT}[merchant]
            row = BillRecord(bill, customer.customer_no, 1_000, DUE)
            imports.staged(store, row, merchant=merchant, sha256=bill.encode().hex().ljust(64, "0"))
        for asks, asked in (("first.admin", "first.wanted"), ("second.admin", "second.wanted")):
            actor = acting_user(store, asks)
            register_user(store.within(actor.scope), asked, [Role.MAKER], actor, NIGHT, DualControl())


def _second_bank_works(store):
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(SimpleNamespace(store=store), Path(folder))
        desk.put("SCHOOL02", payer(CHILD, "R-CHILD"))
        desk.batch(merchant="SCHOOL02")
    with town.tellers_at(store) as teller:
        teller.now = NIGHT
        teller.pay("ZWEI2", 54_321, merchant="SCHOOL02")


@pytest.fixture
def store(town_file):
    """The store of the two banks."""
    replace_file(town_file, made_by(build_two_banks))
    opened = open_town(f"sqlite:///{town_file}")
    yield opened
    opened.dispose()
