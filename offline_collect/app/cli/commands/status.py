"""`status`: whether all is well, at a glance."""

from __future__ import annotations

import json
from typing import Any

import typer

from offline_collect.app.cli.support.hints import hinted
from offline_collect.app.cli.support.options import ConfigFile, takes_name
from offline_collect.app.cli.support.options_paging import AsJson
from offline_collect.app.cli.support.tables import show_document
from offline_collect.app.tools.running_server import ask_server
from offline_collect.app.wiring.backoffice import shown_store
from offline_collect.app.wiring.backoffice_session import Office, open_office
from offline_collect.merchant.access.view_status import Waiting, view_waiting


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
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        show_document(document)


def _running(said: str, running: dict[str, Any]) -> dict[str, Any]:
    """Return what the server says; it does not know the configuration that this command was given."""
    errors = [hinted(line) for line in running.get("last_errors", [])]
    return {"ready": hinted(said).splitlines(), **running, "last_errors": errors}


def _described(office: Office, seen: Waiting) -> dict[str, Any]:
    imports = [
        f"{each.import_id}: {each.kind.value} of {each.merchant_id}, {each.name}, by {each.who}"
        f" at {office.local_time(each.began_at)}"
        for each in seen.imports
    ]
    if seen.more_imports:
        imports.append("… and more: offline-collect imports list --state WAITING --limit 1000")
    return {
        "configuration": str(office.configuration.file),
        "store": shown_store(office.configuration.settings),
        "business_day": f"{seen.day.date}, open since {office.local_time(seen.day.opened_at)}",
        "waiting_imports": imports,
        "waiting_approvals": f"more than {seen.approvals}" if seen.more_approvals else seen.approvals,
    }
