"""Prints imports for people: the result of one, its bad rows, a list."""

from __future__ import annotations

import datetime as dt
from typing import Any

from offline_collect.app.cli.support.tables import say, show_table
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import Office
from offline_collect.domain.access.actor import Actor
from offline_collect.domain.texts.counts import bills_counted, customers_counted
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.common.code_words import code_word
from offline_collect.merchant.imports.kinds import KINDS
from offline_collect.merchant.imports.order import ImportOrder
from offline_collect.merchant.imports.problems import Problems
from offline_collect.merchant.imports.process import state_shown
from offline_collect.merchant.imports.result import ImportResult
from offline_collect.merchant.imports.view import problems_shown
from offline_collect.store import Import, ImportCounts, ImportKind, ImportState
from offline_collect.translations import Language, Languages

_NUMBERS = (
    Phrase("Rows"),
    Phrase("New"),
    Phrase("Changed"),
    Phrase("Withdrawn"),
    Phrase("Refused"),
)


def say_summary(office: Office, order: ImportOrder, result: ImportResult) -> None:
    """Print the result of an import in one or two lines."""
    found = result.record
    if result.earlier:
        say(_earlier(office, order, found))
        if result.read_otherwise:
            say(
                Phrase(
                    "it was read with another mapping or other constants then: what they say now is not in effect;"
                    " --again takes the file with them"
                )
            )
        return
    counts = found.counts
    number_of = customers_counted if found.kind is ImportKind.CUSTOMERS else bills_counted
    say(
        Phrase(
            "{name}: import {number}: {read} of {merchant_id}: {counts}",
            name=order.file.name,
            number=found.import_id,
            read=number_of(counts.read),
            merchant_id=order.merchant_id,
            counts=_by_change(counts),
        )
    )
    if found.state is ImportState.WAITING:
        say(
            Phrase(
                "it waits: nothing is in effect until another user releases it with"
                " `offline-collect imports release {number}`",
                number=found.import_id,
            )
        )
    say_overtaken(counts)


def say_overtaken(counts: ImportCounts) -> None:
    """Print a line on rows that came too late; nothing if there are none."""
    if counts.overtaken:
        say(
            Phrase(
                "{count} of these did not take effect: their bill or customer was paid or changed before the release",
                count=counts.overtaken,
            )
        )


def _by_change(counts: ImportCounts) -> Phrase:
    told = Phrase(
        "{new} new, {changed} changed, {unchanged} unchanged, {refused} refused",
        new=counts.new,
        changed=counts.changed,
        unchanged=counts.unchanged,
        refused=counts.refused,
    )
    if counts.withdrawn:
        return Phrase("{counts}, {withdrawn} withdrawn", counts=told, withdrawn=counts.withdrawn)
    return told


def _earlier(office: Office, order: ImportOrder, found: Import) -> Phrase:
    at = found.began_at.astimezone(timezone(office.configuration.settings))
    waits = found.state is ImportState.WAITING
    return Phrase(
        "{name}: unchanged: {merchant_id}'s {kind} were imported from this very file on {at} by {who}; import {number}"
        " {kept}, --again takes the file all the same",
        name=order.file.name,
        merchant_id=order.merchant_id,
        kind=KINDS[found.kind],
        at=at.isoformat(" ", "minutes"),
        who=found.who,
        number=found.import_id,
        kept=Phrase("waits to be released") if waits else Phrase("is in effect"),
    )


def show_problems(problems: Problems, actor: Actor, languages: Languages | None = None) -> None:
    """Show why rows are refused, as the user may see it: one line for each cause.

    Args:
        languages: of the words; None for the merchant's own, and English below it.
    """
    languages = languages or tuple(dict.fromkeys((*problems.own, Language.EN)))
    causes = problems_shown(problems, actor, languages)
    rows = Phrase("Rows")
    titles = (Phrase("First"), Phrase("Column"), Phrase("Value"), Phrase("Reason"), Phrase("Remedy"))
    show_table(
        (rows, *titles),
        [(each.count, each.rows, each.column, each.value, each.reason, each.remedy) for each in causes],
        right=[rows],
    )
    more = problems.count - sum(each.count for each in causes)
    if more:
        say(Phrase("… and {count} more", count=more))


def describe_import(found: Import, zone: dt.tzinfo) -> dict[str, Any]:
    """Return an import as a document."""
    counts = found.counts
    described = {
        "import": found.import_id,
        "merchant": found.merchant_id,
        "kind": found.kind.value,
        "state": state_shown(found),
        "file": found.name,
        "size": found.size_bytes,
        "sha256": found.sha256,
        "imported_by": found.who,
        "imported_at": found.began_at.astimezone(zone).isoformat(" ", "seconds"),
        "decided_by": found.decided_by,
        "decided_at": found.decided_at and found.decided_at.astimezone(zone).isoformat(" ", "seconds"),
        "rows": {
            "read": counts.read,
            "new": counts.new,
            "changed": counts.changed,
            "unchanged": counts.unchanged,
            "withdrawn": counts.withdrawn,
            "refused": counts.refused,
            "overtaken": counts.overtaken,
        },
        "options": found.asked or None,
    }
    return {key: value for key, value in described.items() if value is not None}


def show_imports(found: list[Import], zone: dt.tzinfo) -> None:
    """Print imports as a table."""
    number = Phrase("Import")
    show_table(
        (
            number,
            Phrase("Merchant"),
            Phrase("Kind"),
            Phrase.in_context("list", "State"),
            Phrase("File"),
            *_NUMBERS,
            Phrase("By"),
            Phrase("At"),
            Phrase("Decided by"),
        ),
        [
            (
                each.import_id,
                each.merchant_id,
                code_word("kind", each.kind.value),
                code_word("state", state_shown(each)),
                each.name,
                each.counts.read,
                each.counts.new,
                each.counts.changed,
                each.counts.withdrawn,
                each.counts.refused,
                each.who,
                each.began_at.astimezone(zone).isoformat(" ", "minutes"),
                each.decided_by,
            )
            for each in found
        ],
        right=[number, *_NUMBERS],
        nothing=Phrase("no import matches"),
    )
