"""`form preview`: a form's screens, and the bytes that it takes in each dialect."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from offline_collect.app.cli.actions.form_source import FormSource, file_form
from offline_collect.app.cli.support.form_drawing import kiosk_screen, teller_screen
from offline_collect.app.cli.support.tables import console, say, show_line, show_table
from offline_collect.app.config.load import Configuration, load_configuration
from offline_collect.app.config.schemas import Schemas
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.domain.forms import PaymentForm
from offline_collect.domain.texts.phrases import Phrase, as_phrase, words_of
from offline_collect.merchant.common.errors import FormMisfitError
from offline_collect.merchant.forms.view import view_form
from offline_collect.merchant.forms.wire_budget import check_fit, form_budget
from offline_collect.merchant.forms.words import sample_bill, spent

_NOBODY = Phrase("(the merchant's name)")


def show_preview(config: Path | None, source: FormSource) -> None:
    """Draw a form's screens and print its budget.

    A file without a merchant needs no store.
    """
    settings, merchant, form = _found(config, source)
    schemas = settings.schemas()
    screen = console()
    screen.print(teller_screen(form, merchant, _sample(form, merchant, schemas)))
    screen.print(kiosk_screen(form, merchant))
    _show_budget(form, settings)


def _found(config: Path | None, source: FormSource) -> tuple[Configuration, str, PaymentForm]:
    """Return the configuration, the merchant's name and the form."""
    if source.merchant is None:
        assert source.file is not None  # a source has a file or a merchant
        return load_configuration(config), _NOBODY, file_form(source.file)
    with open_office(config) as office:
        seen = view_form(office.store, source.merchant, office.actor, source.version, source.unpublished())
        return office.configuration, seen.merchant.name, seen.form


def _sample(form: PaymentForm, merchant: str, schemas: Schemas) -> Mapping[str, str]:
    layout, _ = schemas.read("files/bills")
    return sample_bill(form, merchant, {column["key"]: column["label"] for column in layout["columns"]})


def _show_budget(form: PaymentForm, configuration: Configuration) -> None:
    """Print bytes used and bytes available, with a row for each part and a column for each dialect."""
    messages, dialects = configuration.schemas().message_set(), configuration.form_dialects()
    budgets = {name: form_budget(form, messages, dialect) for name, dialect in dialects.items()}
    rows = [
        (parts[0].part, parts[0].element, *map(spent, parts)) for parts in zip(*budgets.values(), strict=True)
    ]
    show_line("")
    show_table(
        (
            Phrase("Bytes on the wire"),
            Phrase("Element"),
            *map(as_phrase, budgets),
        ),
        rows,
    )
    try:
        check_fit(form, messages, dialects.values())
    except FormMisfitError as error:
        reason = words_of(error) or str(error)
        say(Phrase("publishing it would be refused: {reason}", reason=reason))
