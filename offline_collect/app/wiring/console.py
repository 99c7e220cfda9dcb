"""Makes the console from the configuration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

from offline_collect.app.config.calendar import read_calendar
from offline_collect.app.config.load import Configuration
from offline_collect.app.config.schemas import Schemas
from offline_collect.app.config.settings import Settings
from offline_collect.app.config.yaml import parse_yaml
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice import institutions_by_totals, timezone
from offline_collect.app.wiring.clock import SystemClock
from offline_collect.app.wiring.debits import message_parties
from offline_collect.app.wiring.fep_times import zone_of_institution
from offline_collect.app.wiring.import_layout import import_layout
from offline_collect.app.wiring.key_custody import custody, has_master_key
from offline_collect.app.wiring.notify import configured_words, reminder_terms
from offline_collect.app.wiring.payouts import payout_terms
from offline_collect.console.bank_files import BankFileParts
from offline_collect.console.day_end import DayEndParts
from offline_collect.console.form_parts import FormParts
from offline_collect.console.import_desk import ImportDesk
from offline_collect.console.jobs import Jobs
from offline_collect.console.kept_files import KeptFiles
from offline_collect.console.notice_figures_kept import NoticeFiguresKept
from offline_collect.console.notices import NoticeParts
from offline_collect.console.parts import DebitTerms, EntryLayouts, KeyCustody, TradeTerms
from offline_collect.console.settings import ConsoleSettings, Office
from offline_collect.console.teller_sums_kept import TellerSumsKept
from offline_collect.domain.access.sessions import SessionTimes
from offline_collect.domain.currencies import CURRENCY_CODES
from offline_collect.domain.debits.batches import BatchFormat
from offline_collect.domain.debits.report_standings import ReportRule
from offline_collect.domain.errors import ReconciliationError
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.sms import sms_price
from offline_collect.merchant.access.requests import DualControl
from offline_collect.merchant.access.sign_in import SignInRules
from offline_collect.merchant.access.sign_in_rate import SignInRate
from offline_collect.merchant.reports.day_sums_kept import DaySumsKept
from offline_collect.merchant.reports.paid_merchants_kept import PaidMerchantsKept
from offline_collect.settlement.debit.report_match import ReportTerms
from offline_collect.store import ImportKind, SqlStore
from offline_collect.wire.elements.element_words import element_word

_MIB = 1024 * 1024


def console_settings(settings: Settings) -> ConsoleSettings:
    """Return the console's own settings."""
    own = settings.console
    return ConsoleSettings(
        proxies=tuple(own.proxies),
        certificate=None if own.certificate is None else Path(own.certificate),
        key=None if own.key is None else Path(own.key),
        threads=own.threads,
        body_max=own.upload_mib * _MIB,
    )


def sign_in_rules(settings: Settings) -> SignInRules:
    """Return what is asked of users who sign in.

    Raises:
        MasterKeyError: the master key cannot be read; or there is none, and second factors are required.
    """
    own = settings.console
    times = SessionTimes(
        idle=dt.timedelta(minutes=own.idle_minutes),
        absolute=dt.timedelta(hours=own.absolute_hours),
        confirmed=dt.timedelta(minutes=own.confirm_minutes),
    )
    required = own.require_totp or own.second_factor_roles
    keys = custody(settings) if required or has_master_key(settings) else None
    rate = SignInRate(own.sign_ins_per_address, own.sign_ins_per_name)
    return SignInRules(times, own.require_totp, keys, rate, frozenset(own.second_factor_roles))


def import_desk(schemas: Schemas) -> ImportDesk:
    """Return what files are imported with; close it at the end."""
    layouts = {kind: import_layout(schemas, kind.value) for kind in ImportKind}
    return ImportDesk(layouts, parse_yaml, KeptFiles(), Jobs())


def form_parts(configuration: Configuration) -> FormParts:
    """Return what the form designer needs."""
    schemas = configuration.schemas()
    layout, _ = schemas.read("files/bills")
    titles = {column["key"]: column["label"] for column in layout["columns"]}
    return FormParts(
        schemas.message_set(),
        configuration.form_dialects(),
        titles,
        schemas.form_patterns(),
        configuration.settings.notify.payer_url,
    )


def bank_file_parts(configuration: Configuration) -> BankFileParts:
    """Return what banks' files are read and written with."""
    schemas = configuration.schemas()
    rule = ReportRule(configuration.settings.debits.reports)
    return BankFileParts(
        layouts=schemas.fixed_layouts(),
        zone_of=_zone_of(configuration),
        monotonic=SystemClock().monotonic,
        reports=ReportTerms(rule, schemas.reason_codes(), schemas.return_codes()),
    )


def _zone_of(configuration: Configuration) -> Callable[[str], dt.tzinfo | None]:
    """Return the function that finds an institution's time zone; a dialect that has none refuses the file."""
    found = zone_of_institution(configuration)

    def zone_of(institution: str) -> dt.tzinfo | None:
        try:
            return found(institution)
        except UsageError as error:
            raise ReconciliationError(str(error)) from None

    return zone_of


def day_end_parts(configuration: Configuration) -> DayEndParts:
    """Return what the pages of the day's end need."""
    settings = configuration.settings
    return DayEndParts(
        currency=CURRENCY_CODES[settings.business.currency].number,
        calendar=read_calendar(settings),
        by_totals=institutions_by_totals(settings),
        payouts=payout_terms(configuration),
        codes=configuration.schemas().return_codes(),
        payout_codes=configuration.schemas().payout_codes(),
    )


def page_parts(settings: Settings) -> tuple[Any, ...]:
    """Return what single pages need.

    Raises:
        SchemaFileError, SchemaError, YamlError: a schema is missing or invalid.
    """
    schemas = Schemas(settings.schemas_dir)
    names = {
        number: element_word(element.name) for number, element in schemas.dialect("iso87").elements.items()
    }
    return (
        TradeTerms(CURRENCY_CODES[settings.business.currency].number, names),
        EntryLayouts(
            schemas.read("files/customers"), schemas.read("files/bills"), schemas.read("files/outside")
        ),
        KeyCustody(lambda: custody(settings)),
        debit_terms(settings),
        notice_parts(settings, schemas),
    )


def debit_terms(settings: Settings) -> DebitTerms:
    """Return how batches of debits go out."""
    own = settings.debits
    return DebitTerms(own.institution, own.creditor_id, BatchFormat(own.format), message_parties(settings))


def notice_parts(settings: Settings, schemas: Schemas) -> NoticeParts:
    """Return what the pages of notices need."""
    own = settings.notify
    return NoticeParts(
        words=configured_words(settings, schemas),
        replies=schemas.reply_words(),
        reminders=reminder_terms(own),
        failed_max=own.failed_max,
        part_price=None if own.part_price is None else sms_price(own.part_price),
        channels=frozenset(NoticeChannel(each.upper()) for each in own.channels),
    )


def console_office(settings: Settings, store: SqlStore, *parts: Any) -> Office:
    """Return what the pages work on.

    Args:
        parts: what single pages need from the configuration.
    """
    clock = SystemClock()
    return Office(
        store=store,
        clock=clock,
        rules=sign_in_rules(settings),
        control=DualControl(dt.timedelta(hours=settings.approvals.expire_after_hours)),
        zone=timezone(settings),
        settings=console_settings(settings),
        parts=(
            DaySumsKept(clock.monotonic),
            PaidMerchantsKept(clock.monotonic),
            TellerSumsKept(clock, clock.monotonic),
            NoticeFiguresKept(clock, clock.monotonic),
            *page_parts(settings),
            *parts,
        ),
    )
