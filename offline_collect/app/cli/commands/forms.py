"""`form publish | show | history | preview | check`."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Annotated

import typer

from offline_collect.app.cli.actions.form_preview import show_preview
from offline_collect.app.cli.actions.form_source import FormSource, file_form
from offline_collect.app.cli.support.options import ConfigFile, MerchantId, group
from offline_collect.app.cli.support.options_paging import AsJson
from offline_collect.app.cli.support.paging import Page, show_page
from offline_collect.app.cli.support.progress import progress
from offline_collect.app.cli.support.tables import say, show_document, show_table
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.domain.texts.text import counted
from offline_collect.merchant.forms.coverage import FormReport
from offline_collect.merchant.forms.definition import describe_form
from offline_collect.merchant.forms.diff import form_changes
from offline_collect.merchant.forms.publish import Published
from offline_collect.merchant.forms.publish import publish as publish_form
from offline_collect.merchant.forms.view import view_check, view_form, view_history

app = group()

Version = Annotated[
    int | None, typer.Option(min=1, max=2**31 - 1, help="Default: the current one.", show_default=False)
]
FormFile = Annotated[
    Path | None,
    typer.Option("--file", metavar="FILE", help="A form.yaml that is not published yet.", show_default=False),
]
AnyMerchant = Annotated[
    str | None,
    typer.Argument(metavar="[MERCHANT]", help="Merchant id. Not needed with --file.", show_default=False),
]


@app.command()
def publish(
    merchant: MerchantId,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="form.yaml.", show_default=False)],
    config: ConfigFile = None,
) -> None:
    """Publish a form as the merchant's next version, if it fits the wire in every dialect that a link speaks.

    Terminals get it with their next download. Terminals with an earlier version continue to work.
    """
    with open_office(config) as office, progress("form") as watch:
        schemas = office.configuration.schemas()
        done = publish_form(
            office.store,
            merchant,
            file_form(file),
            schemas.message_set(),
            office.configuration.form_dialects().values(),
            office.actor,
            office.clock.now(),
            watch,
        )
    _tell(merchant, done)


def _tell(merchant: str, done: Published) -> None:
    state = "published" if done.is_new else "unchanged"
    typer.echo(f"form of {merchant}, version {done.form.version}: {state}")
    if done.reread:
        labels = ", ".join(done.reread)
        typer.echo(
            f"{labels}: written in another way now; import the customers again so that they are found by it"
        )
    for way in done.reach.idle:
        typer.echo(f"no customer is found by {way} yet: import the customers again, with these columns")
    if done.reach.lost:
        say(
            f"{done.reach.lost} of {done.reach.customers} customers were found by the version before and are"
            f" not by this one: `offline-collect form check {merchant}` names them"
        )
    if done.reach.shared:
        least = "at least " if done.reach.shared_is_least else ""
        say(
            f"{least}{done.reach.shared} of {done.reach.customers} customers have what finds an earlier customer too:"
            f" a lookup by it finds neither; `offline-collect form check {merchant}` names them"
        )


@app.command()
def show(merchant: MerchantId, version: Version = None, config: ConfigFile = None) -> None:
    """Print a merchant's payment form as YAML."""
    with open_office(config) as office:
        seen = view_form(office.store, merchant, office.actor, version)
    show_document(describe_form(seen.form))


@app.command()
def history(
    merchant: MerchantId,
    last: Annotated[int, typer.Option(min=1, max=1_000, help="How many versions.")] = 20,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Print the versions of a merchant's form: when, by whom, what changed."""
    show_history(config, merchant, last, as_json=as_json)


@app.command()
def preview(
    merchant: AnyMerchant = None,
    file: FormFile = None,
    version: Version = None,
    config: ConfigFile = None,
) -> None:
    """Draw the teller's and the kiosk's screen, and print the bytes that a form takes in each dialect."""
    show_preview(config, FormSource(merchant, file, version))


@app.command()
def check(
    merchant: MerchantId,
    file: FormFile = None,
    most: Annotated[int, typer.Option(min=0, max=10_000, help="How many customers to name at most.")] = 20,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Count the merchant's customers that fit each input of a form, and name those that do not.

    Exit code 1 if there are any.
    """
    raise typer.Exit(show_check(config, merchant, file, most, as_json=as_json))


def show_history(config: Path | None, merchant: str, last: int, *, as_json: bool = False) -> None:
    """Print the ``last`` versions of a merchant's form, the latest first; as JSON each change is a text of its own.

    Raises:
        NoFormError: the merchant has none.
    """
    with open_office(config) as office:
        # One more, to compare the oldest version that is shown with.
        versions = view_history(office.store, merchant, office.actor, last + 1)
        zone = timezone(office.configuration.settings)
    formers = [*(former.form for former in versions[1:]), None]
    rows = [
        {
            "version": version.form.version,
            "published_at": version.published_at.astimezone(zone).isoformat(" ", "seconds"),
            "by": version.who,
            "changes": changes if as_json else "\n".join(changes),
        }
        for version, former in zip(versions[:last], formers, strict=False)
        for changes in [form_changes(former, version.form)]
    ]
    columns = {"version": "Version", "published_at": "Published", "by": "By", "changes": "Changed"}
    more = len(versions) > last
    page = Page("versions", None, columns, rows, right=frozenset({"version"}), more=more)
    show_page(page, as_json=as_json)
    if more and not as_json:
        say(f"earlier versions are not shown: --last {2 * last} shows more")


def show_check(config: Path | None, merchant: str, file: Path | None, most: int, *, as_json: bool) -> int:
    """Check a form against all customers and print the result.

    Args:
        file: a form that is not published yet; None for the current one.
        most: how many customers to name at most.

    Returns:
        0 if all of them fit, else 1.
    """
    source = FormSource(merchant, file)
    with open_office(config) as office:
        check = view_check(office.store, merchant, office.actor, most, source.unpublished())
    report = check.report
    if as_json:
        document = {"form": source.name(check.form), **dataclasses.asdict(report)}
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return 1 if report.complaint_count else 0
    _show_counts(source.name(check.form), report)
    if report.complaints:
        _show_complaints(report)
    return 1 if report.complaint_count else 0


def _show_counts(name: str, report: FormReport) -> None:
    lost = report.customers - report.found
    say(f"{name}: {counted(report.customers, 'customer')}, {report.found} complete the form, {lost} do not")
    if report.shared:
        least = "at least " if report.shared_is_least else ""
        say(f"{least}{report.shared} have what finds an earlier customer too: a lookup by it finds neither")
    if len(report.ways) > 1:
        say(", ".join(f"{count} by {way}" for way, count in report.ways.items()))
    rows = [(each.label, each.fits, each.refused, each.blank) for each in report.inputs]
    show_table(("Input", "Fits", "Refused", "Blank"), rows, right=["Fits", "Refused", "Blank"])


def _show_complaints(report: FormReport) -> None:
    rows = [(each.customer_no, each.name, each.label, each.value, each.reason) for each in report.complaints]
    say("")
    show_table(("Customer", "Name", "Input", "Value", "Reason"), rows)
    if report.complaint_count > len(rows):
        say(f"and {report.complaint_count - len(rows)} more: --most shows more of them")
