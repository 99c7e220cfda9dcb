"""`status`: whether all is well, at a glance."""

from __future__ import annotations

from typing import Any

from offline_collect.app.cli.support.hints import hinted
from offline_collect.app.cli.support.options import ConfigFile, takes_name
from offline_collect.app.cli.support.options_paging import AsJson
from offline_collect.app.cli.support.tables import show_json
from offline_collect.app.cli.support.worded import show_worded
from offline_collect.app.tools.running_server import ask_server
from offline_collect.app.wiring.backoffice import shown_store
from offline_collect.app.wiring.backoffice_session import Office, open_office
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.view_status import Waiting, view_waiting
from offline_collect.merchant.common.code_words import code_word


@takes_name
def status(as_json: AsJson = False, config: ConfigFile = None) -> None:
    """Show whether all is well: the server and its links, the business day, what waits, the last errors."""
    with open_office(config) as office:
        seen = view_waiting(office.store, office.actor, office.clock.now())
        document = _described(office, seen)
    if seen.sees_server:
        said, running = ask_server(office.configuration.settings)
        document["server"] = hinted(said) if running is None else _running(said, running)
    if as_json:
        show_json(document)
    else:
        show_worded(document)


def _running(said: str, running: dict[str, Any]) -> dict[str, Any]:
    """Return what the server says; it does not know the configuration that this command was given."""
    errors = [hinted(line) for line in running.get("last_errors", [])]
    return {"ready": hinted(said).splitlines(), **running, "last_errors": errors}


def _described(office: Office, seen: Waiting) -> dict[str, Any]:
    imports = [
        Phrase(
            "{import_id}: {kind} of {merchant_id}, {name}, by {who} at {at}",
            import_id=each.import_id,
            kind=code_word("kind", each.kind.value),
            merchant_id=each.merchant_id,
            name=each.name,
            who=each.who,
            at=office.local_time(each.began_at),
        )
        for each in seen.imports
    ]
    if seen.more_imports:
        imports.append(Phrase("… and more: offline-collect imports list --state WAITING --limit 1000"))
    return {
        "configuration": str(office.configuration.file),
        "store": shown_store(office.configuration.settings),
        "business_day": Phrase(
            "{date}, open since {at}", date=str(seen.day.date), at=office.local_time(seen.day.opened_at)
        ),
        "waiting_imports": imports,
        "waiting_approvals": Phrase("more than {count}", count=seen.approvals)
        if seen.more_approvals
        else seen.approvals,
    }
