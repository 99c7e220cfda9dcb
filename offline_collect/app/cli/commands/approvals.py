"""`approvals list | show | approve | reject | withdraw`: requests of users, decided by another user."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import typer

from offline_collect.app.cli.support.options import ConfigFile, group
from offline_collect.app.cli.support.options_paging import AsJson
from offline_collect.app.cli.support.tables import say, show_json, show_table
from offline_collect.app.cli.support.worded import show_worded
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.app.wiring.key_custody import custody
from offline_collect.domain.access.approvals import ApprovalState
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access import approvals
from offline_collect.store import Approval

app = group()

Number = Annotated[
    int,
    typer.Argument(
        metavar="APPROVAL", min=1, max=2**63 - 1, help="Number of the request.", show_default=False
    ),
]
Reason = Annotated[str | None, typer.Option(metavar="TEXT", help="Why, for the record.", show_default=False)]


@app.command("list")
def list_all(
    state: Annotated[
        str | None,
        typer.Option(metavar="STATE", help="PENDING, APPROVED and so on.", show_default=False),
    ] = None,
    merchant: Annotated[
        str | None, typer.Option(metavar="MERCHANT", help="Of one merchant.", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="How many at most, the latest ones.")] = 20,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Print the latest requests, who made and who decided them."""
    wanted = None if state is None else _state(state.upper())
    with open_office(config) as office:
        zone, now = timezone(office.configuration.settings), office.clock.now()
        found = approvals.find(office.store, office.actor, now, wanted, merchant, limit)
    rows = [_briefly(each, zone, now) for each in found]
    if as_json:
        show_json(rows)
        return
    show_table(
        (
            Phrase.in_context("list", "Approval"),
            Phrase.in_context("list", "Asks for"),
            Phrase.in_context("list", "Subject"),
            Phrase.in_context("list", "Merchant"),
            Phrase.in_context("list", "Asked by"),
            Phrase.in_context("list", "Expires"),
            Phrase.in_context("list", "State"),
            Phrase.in_context("list", "Decided by"),
        ),
        [
            (
                row["approval"],
                row["asks_for"],
                row["subject"],
                row.get("merchant"),
                row["asked_by"],
                row["expires_at"],
                row["state"],
                row.get("decided_by"),
            )
            for row in rows
        ],
        right=["Approval"],
        nothing=Phrase("there are no requests"),
    )


@app.command()
def show(number: Number, as_json: AsJson = False, config: ConfigFile = None) -> None:
    """Print a request with its content. Only users who may approve see whole accounts."""
    with open_office(config) as office:
        found = approvals.show(office.store, number, office.actor)
        zone, now = timezone(office.configuration.settings), office.clock.now()
    described = _briefly(found, zone, now) | {"asked": approvals.asked_document(found)}
    if as_json:
        show_json(described)
    else:
        show_worded(described, {"state": "request"})


@app.command()
def approve(number: Number, config: ConfigFile = None) -> None:
    """Approve another user's request: its change is made at once, or the request keeps waiting."""
    with open_office(config) as office:
        settings = office.configuration.settings
        done = approvals.approve(
            office.store, number, office.actor, office.clock.now(), lambda: custody(settings)
        )
    say(
        Phrase(
            "approval {number}: {action} {subject}, asked by {asked_by}, is done",
            number=number,
            action=done.action.value,
            subject=done.subject,
            asked_by=done.asked_by,
        )
    )


@app.command()
def reject(number: Number, reason: Reason = None, config: ConfigFile = None) -> None:
    """Reject another user's request: its change is not made."""
    with open_office(config) as office:
        approvals.reject(office.store, number, office.actor, office.clock.now(), reason)
    say(Phrase("approval {number} is rejected: nothing was done", number=number))


@app.command()
def withdraw(number: Number, reason: Reason = None, config: ConfigFile = None) -> None:
    """Withdraw your own request."""
    with open_office(config) as office:
        approvals.withdraw(office.store, number, office.actor, office.clock.now(), reason)
    say(Phrase("approval {number} is withdrawn: nothing was done", number=number))


def _state(text: str) -> ApprovalState:
    try:
        return ApprovalState(text)
    except ValueError:
        raise UsageError(
            Phrase(
                "--state: {text} is none of {states}",
                text=text,
                states=", ".join(ApprovalState),
            )
        ) from None


def _briefly(asked: Approval, zone: dt.tzinfo, now: dt.datetime) -> dict[str, Any]:
    def local(moment: dt.datetime) -> str:
        return moment.astimezone(zone).isoformat(" ", "seconds")

    described = {
        "approval": asked.approval_id,
        "asks_for": asked.action.value,
        "subject": asked.subject,
        "merchant": asked.merchant_id,
        "state": asked.standing.state_at(now).value,
        "asked_by": asked.asked_by,
        "asked_through": asked.asked_through,
        "asked_at": local(asked.asked_at),
        "expires_at": local(asked.expires_at),
        "decided_by": asked.decided_by,
        "decided_through": asked.decided_through,
        "decided_at": None if asked.decided_at is None else local(asked.decided_at),
        "reason": asked.reason,
    }
    return {key: value for key, value in described.items() if value is not None}
