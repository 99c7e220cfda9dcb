"""Two banks with merchants and users, and some payments of the day; passwords are hashed once for all."""

import datetime as dt
from contextlib import closing
from dataclasses import replace
from functools import cache

from offline_collect.app.config.link_settings import LinkSettings
from offline_collect.app.config.schemas import Schemas
from offline_collect.app.config.settings import Settings
from offline_collect.app.wiring.console import page_parts
from offline_collect.console.bank_files import BankFileParts
from offline_collect.console.day_end import DayEndParts
from offline_collect.console.link_desk import LinkDesk, RunningServer
from offline_collect.console.notice_figures_kept import NoticeFiguresKept
from offline_collect.console.server_kept import ServerKept
from offline_collect.console.settings import ConsoleSettings, Office
from offline_collect.console.teller_sums_kept import TellerSumsKept
from offline_collect.domain.access.organisation import GROUP, OrganisationKind, organisation_under
from offline_collect.domain.access.roles import Role
from offline_collect.domain.debits.report_standings import ReportRule
from offline_collect.merchant.access.password_hashes import hash_password
from offline_collect.merchant.access.requests import DualControl
from offline_collect.merchant.access.sign_in import SignInRules
from offline_collect.merchant.keys.custody import Custody
from offline_collect.merchant.reports.day_sums_kept import DaySumsKept
from offline_collect.merchant.reports.paid_merchants_kept import PaidMerchantsKept
from offline_collect.settlement.debit.report_match import ReportTerms
from offline_collect.store import (
    StoreSettings,
    UserRecord,
    add_merchant,
    add_organisation,
    add_user,
    open_store,
    upgrade,
)
from offline_collect.store.backoffice.credentials import Credentials, put_credentials
from offline_collect.wire.security.sealing import MasterKey
from tests.databases.lasting import lasting_store
from tests.fakes.bank import BEIJING, NOON
from tests.store.teller import Teller
from tests.support.samples import SCHOOL

PASSWORD = "correct horse battery"
NIGHT = NOON + dt.timedelta(hours=2)
"""The present time: after the payments of the day."""

USERS = {
    "anna": (Role.ADMIN, "GROUP", ()),
    "olga": (Role.OPERATOR, "BANK", ()),
    "max": (Role.MAKER, "BANK", ()),
    "carla": (Role.CHECKER, "BANK", ()),
    "wang.fang": (Role.AUDITOR, "BANK", ()),
    "mei": (Role.MERCHANT, "BANK", ("SCHOOL01",)),
    "otto": (Role.OPERATOR, "BANK2", ()),
}
"""Role, organisation and merchants by name."""

PAID = ("S1", "S2", "S3")
OTHER = replace(SCHOOL, merchant_id="SCHOOL02", name="二小")
"""A school of the other bank."""


def build_town(url):
    """Create the store."""
    upgrade(StoreSettings(url))
    with closing_store(url) as store:
        with Teller(store) as teller:
            for minutes, bill in enumerate(PAID):
                teller.now = NOON + dt.timedelta(minutes=40 * minutes)
                teller.submit(teller.terminal.payment(teller.now, "SCHOOL01", bill, 12_345))
        with store.transaction() as tx:
            add_organisation(tx, organisation_under(GROUP, "BANK2", OrganisationKind.BANK, "二行"))
            add_merchant(tx, OTHER, "BANK2")
            for name, (role, organisation, merchants) in USERS.items():
                user = UserRecord(
                    name,
                    (role.value,),
                    disabled=False,
                    added_at=NOON,
                    organisation_id=organisation,
                    merchants=merchants,
                )
                add_user(tx, user)
                put_credentials(tx, Credentials(name, hashed()))


def tellers_at(store):
    """Return a teller at another terminal of the town."""
    teller = Teller(store, filled=True)
    teller.terminal.terminal = "TERM0002"
    return teller


@cache
def hashed():
    """Return the hash of everybody's password."""
    return hash_password(PASSWORD)


def closing_store(url):
    """Open a store for the length of a block."""
    store = open_store(StoreSettings(url))
    store.close = store.dispose
    return closing(store)


MASTER = MasterKey(bytes(range(32)))
CUSTODY = Custody(MASTER, dt.timedelta(hours=1))


def open_town(url):
    """Open the store for a test."""
    return lasting_store(StoreSettings(url))


@cache
def usual_parts():
    """Return what pages need of a configuration."""
    return page_parts(Settings(links=[LinkSettings()]))


@cache
def schemas():
    """Return the shipped schemas."""
    return Schemas(None)


@cache
def reports():
    """Return how banks report debits."""
    return ReportTerms(ReportRule.ALL, schemas().reason_codes(), schemas().return_codes())


def _asking(parts):
    """Return what asks the server: as the pages of links do, if the office has them."""
    links = (part for part in parts if isinstance(part, LinkDesk))
    return next((each.ask_server for each in links), lambda: RunningServer(["not asked"]))


def office_of(store, clock, *parts, rules=None, **settings):
    """Return what the pages work on."""
    return Office(
        store=store,
        clock=clock,
        rules=rules or SignInRules(custody=CUSTODY),
        control=DualControl(),
        zone=BEIJING,
        settings=ConsoleSettings(**settings),
        parts=(
            DaySumsKept(clock.monotonic, lambda work: work()),
            PaidMerchantsKept(clock.monotonic, lambda work: work()),
            TellerSumsKept(clock, clock.monotonic, lambda work: work()),
            NoticeFiguresKept(clock, clock.monotonic, lambda work: work()),
            DayEndParts("156", payout_codes=schemas().payout_codes()),
            BankFileParts(schemas().fixed_layouts(), lambda _institution: dt.UTC, clock.monotonic, reports()),
            ServerKept(_asking(parts), clock.monotonic, lambda work: work()),
            *parts,
            *usual_parts(),
        ),
    )
