"""`store restored`: continues serial numbers of a restored store above all numbers that may be lost."""

from __future__ import annotations

from pathlib import Path

from offline_collect.app.cli.support.options import ConfigFile, group
from offline_collect.app.cli.support.tables import say
from offline_collect.app.config.load import load_configuration
from offline_collect.app.wiring.backoffice import store_settings
from offline_collect.app.wiring.backoffice_session import Office, open_office
from offline_collect.domain.business_days.days import BusinessDay
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.settlement.store_checks import begin_again
from offline_collect.store import Epoch, LastKnown, refuse_in_use

app = group()


@app.command()
def restored(config: ConfigFile = None) -> None:
    """Make a store that was restored from a backup safe to go on with: once after each restore, servers stopped.

    Serial numbers go on in a new epoch, so that none names a payment that the backup has lost. Prints what the
    store has lost, and what must be done before a server is started for terminals.
    """
    for line in restore_numbers(config):
        say(line)


def restore_numbers(config: Path | None) -> list[Phrase]:
    """Begin a new epoch of serial numbers, and list what must be done before servers start.

    Returns:
        what was done and what must be done, one line for each.

    Raises:
        NotPermittedError: the user may not.
        StoreInUseError: a server or another command has the store open.
        SerialsUsedUpError: there is no epoch left.
        StoreError: the store cannot be reached.
    """
    # Before this process opens the store: its own connection would count as another user.
    refuse_in_use(store_settings(load_configuration(config).settings))
    with open_office(config) as office:
        done = begin_again(office.store, office.actor, office.clock.now())
        return [_done(done.epoch), *_lost(office, done.day, done.last), *_to_do(done.day)]


def _done(epoch: Epoch) -> Phrase:
    return Phrase(
        "serial numbers go on in epoch {epoch}: the next number was {before}, it is {next_number} now",
        epoch=epoch.epoch,
        before=epoch.before,
        next_number=epoch.next_number,
    )


def _lost(office: Office, day: BusinessDay | None, last: LastKnown | None) -> list[Phrase]:
    since = (
        Phrase("its first day")
        if day is None
        else Phrase("business day {date}, which is open in it", date=str(day.date))
    )
    return [
        Phrase("The latest request that the store holds: {latest}.", latest=_latest(office, last)),
        Phrase(
            "Whatever came later is LOST: payments, reversals, cutovers, imports, changes, from {since}, to today.",
            since=since,
        ),
        Phrase("A lost payment's bill is open again, and its repeat or reversal is not known."),
    ]


def _latest(office: Office, last: LastKnown | None) -> Phrase:
    if last is None:
        return Phrase("no request: it holds none")
    at = office.local_time(last.received_at)
    if last.serial_number is None:
        return Phrase("the one of institution {institution} at {at}", institution=last.institution, at=at)
    return Phrase(
        "the one of institution {institution} at {at}, serial number {serial_number}",
        institution=last.institution,
        at=at,
        serial_number=last.serial_number,
    )


def _to_do(day: BusinessDay | None) -> list[Phrase]:
    first = Phrase("the first day") if day is None else str(day.date)
    return [
        Phrase("Do NOT start a server for terminals before this is done:"),
        Phrase(
            "  1. Reconcile every business day from {first} to today with every front end: have each list the payments\n"
            "     and reversals since that request that it holds as approved.",
            first=first,
        ),
        Phrase("  2. Import again the files, and make again the changes by hand, that came later."),
        Phrase(
            "  3. Start a server that only the front ends' reconciliation reaches, with business.cutover: null. Day by day,\n"
            "     have them send an advice (0220 with DE 90) for each payment that they hold as taken, then a reversal\n"
            "     (0420) for each that they hold as reversed; then offline-collect day cutover, if that day was cut already."
        ),
        Phrase(
            "  4. offline-collect verify; compare counts and amounts of each institution's days; then open to terminals."
        ),
        Phrase("docs/operating.md (Back up and restore) shows it step by step."),
    ]
