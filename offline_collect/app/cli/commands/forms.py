"""`form publish | show | history | preview | poster | check`."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from offline_collect.app.cli.actions.form_preview import show_preview
from offline_collect.app.cli.actions.form_source import FormSource, file_form
from offline_collect.app.cli.support.options import ConfigFile, MerchantId, group
from offline_collect.app.cli.support.options_language import LanguageName, read_languages
from offline_collect.app.cli.support.options_paging import AsJson
from offline_collect.app.cli.support.paging import Page, show_page
from offline_collect.app.cli.support.progress import progress
from offline_collect.app.cli.support.speaking import speaks
from offline_collect.app.cli.support.tables import say, show_document, show_json, show_line, show_table
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.domain.texts.counts import customers_counted
from offline_collect.domain.texts.phrases import Phrase, in_lines, listed
from offline_collect.files.write.poster import write_poster
from offline_collect.merchant.forms.coverage import FormReport
from offline_collect.merchant.forms.definition import describe_form
from offline_collect.merchant.forms.diff import form_changes
from offline_collect.merchant.forms.poster import poster_of
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
@speaks
def publish(
    merchant: MerchantId,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="form.yaml.", show_default=False)],
    config: ConfigFile = None,
) -> None:
    """Publish a form as the merchant's next version, if it fits the wire in every dialect that a link speaks.

    Terminals get it with their next download. Terminals with an earlier version continue to work.
    """
    with open_office(config) as office, progress(Phrase("form")) as watch:
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
    told = Phrase(
        "form of {merchant_id}, version {version}: {state}",
        merchant_id=merchant,
        version=done.form.version,
        state=Phrase("published") if done.is_new else Phrase("unchanged"),
    )
    say(told)
    if done.reread:
        labels = ", ".join(done.reread)
        say(
            Phrase(
                "{labels}: written in another way now; import the customers again so that they are found by it",
                labels=labels,
            )
        )
    for way in done.reach.idle:
        say(
            Phrase(
                "no customer is found by {labels} yet: import the customers again, with these columns",
                labels=way,
            )
        )
    reach = done.reach
    if reach.lost:
        say(
            Phrase(
                "{count} of {customers} customers were found by the version before and are not by this one:"
                " `offline-collect form check {merchant_id}` names them",
                count=reach.lost,
                customers=reach.customers,
                merchant_id=merchant,
            )
        )
    if reach.shared:
        say(
            Phrase(
                "{count} of {customers} customers have what finds an earlier customer too: a lookup by it finds neither;"
                " `offline-collect form check {merchant_id}` names them",
                count=_at_least(reach.shared, is_least=reach.shared_is_least),
                customers=reach.customers,
                merchant_id=merchant,
            )
        )


def _at_least(count: int, *, is_least: bool) -> Phrase:
    return Phrase("at least {count}", count=count) if is_least else Phrase("{count}", count=count)


@app.command()
@speaks
def show(merchant: MerchantId, version: Version = None, config: ConfigFile = None) -> None:
    """Print a merchant's payment form as YAML."""
    with open_office(config) as office:
        seen = view_form(office.store, merchant, office.actor, version)
    show_document(describe_form(seen.form))


@app.command()
@speaks
def history(
    merchant: MerchantId,
    last: Annotated[int, typer.Option(min=1, max=1_000, help="How many versions.")] = 20,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Print the versions of a merchant's form: when, by whom, what changed."""
    show_history(config, merchant, last, as_json=as_json)


@app.command()
@speaks
def preview(
    merchant: AnyMerchant = None,
    file: FormFile = None,
    version: Version = None,
    config: ConfigFile = None,
) -> None:
    """Draw the teller's and the kiosk's screen, and print the bytes that a form takes in each dialect."""
    show_preview(config, FormSource(merchant, file, version))


@app.command()
@speaks
def poster(
    merchant: MerchantId,
    out: Annotated[
        Path,
        typer.Argument(metavar="OUT", help="Path that ends with .pdf, .svg or .png.", show_default=False),
    ],
    language: LanguageName = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an existing file.")] = False,
    config: ConfigFile = None,
) -> None:
    """Write an A4 page for the wall: what payers must have at hand, and how to pay, with the QR code of `notify.payer_url`.

    Without that setting it says how to pay at a counter. A page in Chinese needs a font with Chinese characters.
    """
    languages = read_languages(language)
    with open_office(config) as office:
        payer_url = office.configuration.settings.notify.payer_url
        content = poster_of(office.store, merchant, office.actor, payer_url, languages)
    write_poster(out, content, overwrite=overwrite)
    say(Phrase("{path}: the poster of {merchant_id}", path=str(out), merchant_id=merchant))


@app.command()
@speaks
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
            "changes": changes if as_json else in_lines(changes),
        }
        for version, former in zip(versions[:last], formers, strict=False)
        for changes in [form_changes(former, version.form)]
    ]
    columns = {
        "version": Phrase("Version"),
        "published_at": Phrase("Published"),
        "by": Phrase("By"),
        "changes": Phrase("Changed"),
    }
    more = len(versions) > last
    page = Page("versions", None, columns, rows, right=frozenset({"version"}), more=more)
    show_page(page, as_json=as_json)
    if more and not as_json:
        say(Phrase("earlier versions are not shown: --last {last} shows more", last=2 * last))


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
        show_json(document)
        return 1 if report.complaint_count else 0
    _show_counts(source.name(check.form), report)
    if report.complaints:
        _show_complaints(report)
    return 1 if report.complaint_count else 0


def _show_counts(name: Phrase, report: FormReport) -> None:
    told = Phrase(
        "{name}: {customers}, {found} complete the form, {lost} do not",
        name=name,
        customers=customers_counted(report.customers),
        found=report.found,
        lost=report.customers - report.found,
    )
    say(told)
    if report.shared:
        say(
            Phrase(
                "{count} have what finds an earlier customer too: a lookup by it finds neither",
                count=_at_least(report.shared, is_least=report.shared_is_least),
            )
        )
    if len(report.ways) > 1:
        ways = [Phrase("{count} by {labels}", count=count, labels=way) for way, count in report.ways.items()]
        say(listed(ways))
    fits, refused, blank = Phrase("Fits"), Phrase("Refused"), Phrase("Blank")
    rows = [(each.label, each.fits, each.refused, each.blank) for each in report.inputs]
    show_table((Phrase("Input"), fits, refused, blank), rows, right=[fits, refused, blank])


def _show_complaints(report: FormReport) -> None:
    rows = [(each.customer_no, each.name, each.label, each.value, each.reason) for each in report.complaints]
    show_line("")
    titles = (Phrase("Customer"), Phrase("Name"), Phrase("Input"), Phrase("Value"), Phrase("Reason"))
    show_table(titles, rows)
    if report.complaint_count > len(rows):
        more = report.complaint_count - len(rows)
        say(Phrase("and {count} more: --most shows more of them", count=more))
