"""What a merchant is given: workbooks to fill in, and a poster for the wall."""

from __future__ import annotations

from pathlib import Path

from offline_collect.console.bank_files import given
from offline_collect.console.errors import MissingPageError
from offline_collect.console.form_parts import FormParts
from offline_collect.console.notices import chosen
from offline_collect.console.page import Answer, Page
from offline_collect.console.parts import EntryLayouts
from offline_collect.console.visit import Visit
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.write.poster import write_poster
from offline_collect.files.write.template import write_template
from offline_collect.merchant.forms.poster import poster_of
from offline_collect.merchant.imports.template_workbook import template_of
from offline_collect.store import ImportKind

_TEMPLATE, _POSTER = Phrase("A workbook to fill in"), Phrase("A poster")


def template(visit: Visit) -> Answer:
    """Give the workbook that a merchant fills with its customers or bills, in its own language."""
    kind = chosen(ImportKind, visit.parts_of_path["kind"])
    if kind is None:
        raise MissingPageError
    layouts, merchant_id = visit.part(EntryLayouts), visit.parts_of_path["merchant"]
    layout = layouts.customers if kind is ImportKind.CUSTOMERS else layouts.bills
    content = template_of(visit.store, merchant_id, layout, visit.actor, None)

    def write(folder: Path) -> Path:
        path = folder / f"{merchant_id}-{kind.value}.xlsx"
        write_template(path, content, overwrite=False)
        return path

    return given(write, _about(merchant_id))


def poster(visit: Visit) -> Answer:
    """Give an A4 page for the wall: what payers must have at hand, and how to pay."""
    merchant_id, payer_url = visit.parts_of_path["merchant"], visit.part(FormParts).payer_url
    content = poster_of(visit.store, merchant_id, visit.actor, payer_url, None)

    def write(folder: Path) -> Path:
        path = folder / f"{merchant_id}-poster.pdf"
        write_poster(path, content, overwrite=False)
        return path

    return given(write, _about(merchant_id))


def _about(merchant_id: str) -> Subject:
    return Subject(SubjectType.MERCHANT, merchant_id, merchant_id)


PAGES = (
    Page(path="/merchants/{merchant}/workbooks/{kind}", title=_TEMPLATE, handler=template),
    Page(path="/merchants/{merchant}/poster", title=_POSTER, handler=poster),
)
