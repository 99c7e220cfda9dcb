"""`audit show | verify`; personal data is masked for users who may not see it."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile, date_option, group
from offline_collect.app.cli.support.tables import change_text, say
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import Office, open_office
from offline_collect.domain.access.audit import SubjectType
from offline_collect.domain.texts.counts import places_counted, rows_counted
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.view import check_audit, view_audit
from offline_collect.merchant.profile.render import differences
from offline_collect.store import AuditFilter, AuditHead, AuditRow

app = group()

LINES_MAX = 20
"""The most lines shown of one change; a form has hundreds."""

BREAKS_MAX = 100
"""The most breaks of the chain that are shown; the rest are only counted."""

_KNOWN = re.compile("([0-9]{1,18}):([0-9a-f]{64})")

SubjectOption = Annotated[
    str | None,
    typer.Option(
        "--subject",
        metavar="TYPE[:ID]",
        help="Changes of this kind of thing, or of one of them: bill, bill:B1.",
        show_default=False,
    ),
]
ActionOption = Annotated[
    str | None,
    typer.Option(
        "--action", metavar="WORDS", help="Changes by this command: 'bills add'.", show_default=False
    ),
]


@app.command()
def show(
    merchant: Annotated[
        str | None,
        typer.Option(metavar="MERCHANT", help="Changes of this merchant only.", show_default=False),
    ] = None,
    subject: SubjectOption = None,
    action: ActionOption = None,
    actor: Annotated[
        str | None,
        typer.Option(
            "--actor", "--who", metavar="NAME", help="Changes by this user only.", show_default=False
        ),
    ] = None,
    since: Annotated[
        dt.date | None, date_option("--since", "Changes from this day on (business timezone).", "--from")
    ] = None,
    last: Annotated[dt.date | None, date_option("--to", "Changes up to and including this day.")] = None,
    most: Annotated[
        int, typer.Option("--last", min=1, max=1_000_000, help="How many changes, the latest ones.")
    ] = 50,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print whole rows, one JSON document on each line.")
    ] = False,
    config: ConfigFile = None,
) -> None:
    """Print changes, the earliest first: user, time, old and new values."""
    if since is not None and last is not None and last < since:
        raise UsageError(
            Phrase("--to {last}: must not be before --since {since}", last=str(last), since=str(since))
        )
    asked = Asked(
        merchant=merchant,
        subject=subject,
        action=action,
        actor=actor,
        first=since,
        last=last,
        most=most,
    )
    with open_office(config) as office:
        show_audit(office, asked, as_json=as_json)


@app.command()
def verify(
    known: Annotated[
        str | None,
        typer.Option(
            metavar="ROW:HASH",
            help="An end of the trail from an earlier run: the trail must still contain it.",
            show_default=False,
        ),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Check the chain of hashes: exit 1 if a row was removed, changed or inserted."""
    with open_office(config) as office:
        raise typer.Exit(verify_audit(office, known))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which changes the command line requests; None for all.

    Attributes:
        subject: a type, or a type and an id: ``bill``, ``bill:B1``.
        first, last: days in the business timezone.
        most: at most this many, the latest ones.
    """

    merchant: str | None
    subject: str | None
    action: str | None
    actor: str | None
    first: dt.date | None
    last: dt.date | None
    most: int


def show_audit(office: Office, asked: Asked, *, as_json: bool) -> None:
    """Print changes, the earliest first; with ``as_json`` whole rows, one for each line.

    Raises:
        NotPermittedError: he may not read the trail.
        UsageError: the subject has no such type.
    """
    subject_type, subject_id = _read_subject(asked.subject)
    wanted = AuditFilter(
        merchant_id=asked.merchant,
        actor=asked.actor,
        action=asked.action,
        subject_type=subject_type,
        subject_id=subject_id,
        since=None if asked.first is None else _midnight(office, asked.first),
        until=None if asked.last is None else _midnight(office, asked.last + dt.timedelta(days=1)),
        most=asked.most,
    )
    for row in view_audit(office.store, wanted, office.actor):
        typer.echo(_as_json(office, row) if as_json else "\n".join(_lines(office, row)))


def _read_subject(text: str | None) -> tuple[SubjectType | None, str | None]:
    if text is None:
        return None, None
    name, colon, number = text.partition(":")
    if name not in set(SubjectType) or (colon and not number):
        raise UsageError(
            Phrase(
                "--subject {text}: must be TYPE or TYPE:ID, with a type of {types}",
                text=text,
                types=", ".join(SubjectType),
            )
        )
    return SubjectType(name), number or None


def _midnight(office: Office, day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), timezone(office.configuration.settings))


def _as_json(office: Office, row: AuditRow) -> str:
    # Scripts read `who` and `what`, which are older than the columns.
    told = asdict(row) | {"at": office.local_time(row.at), "who": row.actor, "what": row.what}
    return json.dumps(told, ensure_ascii=False)


def _actor(row: AuditRow) -> str:
    return row.actor if row.acting_through is None else f"{row.actor} (through {row.acting_through})"


def _lines(office: Office, row: AuditRow) -> Iterator[str]:
    yield f"{row.sequence}  {office.local_time(row.at)}  {_actor(row)}  {row.what}"
    changes = differences(row.before or {}, row.after or {})
    for path, before, after in changes[:LINES_MAX]:
        yield f"    {path}: {change_text(before, after)}"
    if len(changes) > LINES_MAX:
        yield f"    … and {len(changes) - LINES_MAX} more (--json shows all)"


def verify_audit(office: Office, known: str | None) -> int:
    """Check the chain of hashes and print its breaks, or its end.

    Args:
        office: the store, and the acting user.
        known: an earlier end of the chain, ``ROW:HASH``.

    Returns:
        0 if it is whole, else 1.

    Raises:
        NotPermittedError: he may not read the trail.
        UsageError: ``known`` is not an end of the chain.
    """
    head = None if known is None else _read_head(known)
    breaks = 0
    for found in check_audit(office.store, head, office.actor):
        if isinstance(found, AuditHead):
            end = found
            continue
        breaks += 1
        if breaks <= BREAKS_MAX:
            say(Phrase("row {sequence}: {problem}", sequence=found.sequence, problem=found.problem))
    if breaks > BREAKS_MAX:
        say(Phrase("… and {breaks} more", breaks=breaks - BREAKS_MAX))
    if breaks:
        say(Phrase("the audit trail is broken in {places}", places=places_counted(breaks)))
        return 1
    say(
        Phrase(
            "the audit trail is whole: {rows}, the last {sequence}:{hash}",
            rows=rows_counted(end.sequence),
            sequence=end.sequence,
            hash=end.hash,
        )
    )
    return 0


def _read_head(known: str) -> AuditHead:
    found = _KNOWN.fullmatch(known)
    if found is None:
        raise UsageError(
            Phrase("--known: must be ROW:HASH, as `audit verify` printed it: 12:4f0c… with 64 hex digits")
        )
    return AuditHead(int(found[1]), found[2])
