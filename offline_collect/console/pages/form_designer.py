"""The form designer: what a payer is asked for, how it looks on each screen, its bytes, its versions."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from offline_collect.console.errors import MissingPageError
from offline_collect.console.form_draft import Draft, draft_of, sent_draft
from offline_collect.console.form_parts import FormParts
from offline_collect.console.page import Answer, Page, Redirect, Shown
from offline_collect.console.refusals import words_on_page
from offline_collect.console.visit import Visit
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.forms import Input, InputType, PaymentForm, fill_receipt
from offline_collect.domain.texts.check_digits import CheckDigit
from offline_collect.domain.texts.phrases import Phrase, listed
from offline_collect.merchant.common.errors import DocumentError, FormMisfitError, NoFormError
from offline_collect.merchant.forms.coverage import FormReport
from offline_collect.merchant.forms.diff import form_changes
from offline_collect.merchant.forms.publish import Published, publish
from offline_collect.merchant.forms.view import view_check, view_form, view_history
from offline_collect.merchant.forms.wire_budget import check_fit, form_budget
from offline_collect.merchant.forms.words import needed, sample_bill, spent, takes, way_names, ways
from offline_collect.merchant.profile.view import view_merchant, view_merchants
from offline_collect.store import PublishedForm
from offline_collect.translations import Language
from offline_collect.wire.errors import WireError

TITLE = Phrase("Form designer")
VERSIONS_SHOWN = 20
MERCHANTS_OFFERED = 200
NAMED_MOST = 10
"""Customers that a form does not find, of those that are named."""

_KEYS = {
    InputType.NUMERIC: Phrase("number keys"),
    InputType.ALPHANUMERIC: Phrase("keys of digits and letters"),
    InputType.TEXT: Phrase("keyboard with an input method"),
}


@dataclass(frozen=True, slots=True)
class Preview:
    """A form on each screen, and in bytes.

    Attributes:
        bill: a sample bill's titles and values, in the order in which tellers see them.
        bytes: for each part its element, and what is spent of what there is in each dialect.
        misfit: why it could not be published; None if it could.
        changes: what publishing it would change.
        report: how many customers it finds; None if nobody has asked.
    """

    form: PaymentForm
    merchant: str
    ways: Phrase
    way_names: Sequence[str]
    bill: Sequence[tuple[str, str]]
    receipt: Sequence[str]
    bytes: Sequence[tuple[str, str, Sequence[Phrase]]]
    misfit: str | None
    changes: Sequence[Phrase]
    report: FormReport | None

    @staticmethod
    def takes(asked: Input) -> Phrase:
        """Return what may be typed into an input."""
        return takes(asked)

    @staticmethod
    def needed(asked: Input) -> Phrase:
        """Return whether an input must be given."""
        return needed(asked)

    @staticmethod
    def keys(asked: Input) -> Phrase:
        """Return what a kiosk shows to type with."""
        return _KEYS[asked.type]


def show_all(visit: Visit) -> Answer:
    """Show the merchants that have forms, or may get one."""
    wanted = visit.query.get("merchant", "").strip()
    if wanted:
        view_merchant(visit.store, wanted, visit.actor)
        return Redirect(f"/forms/{wanted}")
    found = view_merchants(visit.store, visit.actor, most=MERCHANTS_OFFERED + 1).found
    return Shown(
        "forms.html", {"merchants": found[:MERCHANTS_OFFERED], "more": len(found) > MERCHANTS_OFFERED}
    )


def show(visit: Visit) -> Answer:
    """Show the current form, or an earlier version to go back to."""
    merchant_id = visit.parts_of_path["merchant"]
    view_merchant(visit.store, merchant_id, visit.actor)
    version = visit.query.get("version", "")
    try:
        seen = view_form(visit.store, merchant_id, visit.actor, int(version) if version.isdecimal() else None)
    except NoFormError:
        if version:
            raise MissingPageError from None
        return _page(visit, *_beginning(visit))
    return _page(visit, draft_of(seen.form), seen.form)


def _beginning(visit: Visit) -> tuple[Draft, PaymentForm | None]:
    """Return what the first form begins with: the pattern that is named, or an empty input."""
    named = visit.query.get("pattern", "")
    if not named:
        return Draft().changed("add"), None
    for each in visit.part(FormParts).patterns:
        if each.name == named:
            return draft_of(each.form), each.form
    raise MissingPageError


def draft(visit: Visit) -> Answer:
    """Show the draft after a button was pressed: looked at, an input moved, added or removed."""
    view_merchant(visit.store, visit.parts_of_path["merchant"], visit.actor)
    visit.actor.require(Permission.PUBLISH_FORMS)
    pressed = visit.form.get("do")
    made = sent_draft(visit.form).changed(pressed)
    form = None
    try:
        form = made.form()
    except DocumentError as error:
        visit.refused = words_on_page(error)
    return _page(visit, made, form, counts=pressed == "check")


def put_into_effect(visit: Visit) -> Answer:
    """Publish the draft as the next version."""
    merchant_id, parts = visit.parts_of_path["merchant"], visit.part(FormParts)
    visit.form.refuse_stale(_document(_versions(visit, merchant_id)))
    done = publish(
        visit.store,
        merchant_id,
        sent_draft(visit.form).form(),
        parts.messages,
        parts.dialects.values(),
        visit.actor,
        visit.now,
    )
    return Redirect(f"/forms/{merchant_id}", _published(done))


def _again(visit: Visit) -> Answer:
    """Show a draft again that was not published."""
    made, form = sent_draft(visit.form), None
    with suppress(DocumentError):
        form = made.form()
    return _page(visit, made, form)


def _page(visit: Visit, made: Draft, form: PaymentForm | None, *, counts: bool = False) -> Answer:
    merchant_id = visit.parts_of_path["merchant"]
    versions = _versions(visit, merchant_id)
    formers = [*(each.form for each in versions[1:]), None]
    return Shown(
        "form_designer.html",
        {
            "merchant_id": merchant_id,
            "draft": made,
            "preview": None if form is None else _preview(visit, form, versions, counts=counts),
            "seen": visit.form.seen if visit.page.method == "POST" else _document(versions),
            "versions": [
                (each, form_changes(former, each.form))
                for each, former in zip(versions[:VERSIONS_SHOWN], formers, strict=False)
            ],
            "current": versions[0].form.version if versions else None,
            "may_publish": visit.actor.may(Permission.PUBLISH_FORMS),
            "types": [each.value for each in InputType],
            "checks": ["", *(each.value for each in CheckDigit)],
            "dialects": tuple(visit.part(FormParts).dialects),
            "patterns": () if versions else _patterns(visit),
        },
    )


def _patterns(visit: Visit) -> list[tuple[str, str]]:
    chinese = visit.language is Language.ZH
    found = visit.part(FormParts).patterns
    return [(each.name, each.says_zh if chinese else each.says) for each in found]


def _versions(visit: Visit, merchant_id: str) -> Sequence[PublishedForm]:
    try:
        return view_history(visit.store, merchant_id, visit.actor, VERSIONS_SHOWN + 1)
    except NoFormError:
        return ()


def _document(versions: Sequence[PublishedForm]) -> dict[str, int | None]:
    """Return what a draft is opened on."""
    return {"version": versions[0].form.version if versions else None}


def _preview(visit: Visit, form: PaymentForm, versions: Sequence[PublishedForm], *, counts: bool) -> Preview:
    merchant_id, parts = visit.parts_of_path["merchant"], visit.part(FormParts)
    seen = view_form(visit.store, merchant_id, visit.actor, unpublished=form)
    sample = sample_bill(form, seen.merchant.name, parts.titles)
    report = None
    if counts:
        report = view_check(visit.store, merchant_id, visit.actor, NAMED_MOST, form).report
    misfit = None
    try:
        check_fit(form, parts.messages, parts.dialects.values())
    except FormMisfitError as error:
        misfit = words_on_page(error)
    return Preview(
        form=form,
        merchant=seen.merchant.name,
        ways=ways(form),
        way_names=way_names(form),
        bill=[(sample.get(f"title:{name}", name), sample[name]) for name in form.show],
        receipt=fill_receipt(form, sample.get).split("|"),
        bytes=_bytes(form, parts),
        misfit=misfit,
        changes=form_changes(versions[0].form if versions else None, form),
        report=report,
    )


def _bytes(form: PaymentForm, parts: FormParts) -> list[tuple[str, str, Sequence[Phrase]]]:
    """Return the bytes of each part; none if some dialect cannot say its texts at all, which the misfit tells."""
    with suppress(WireError):
        budgets = [form_budget(form, parts.messages, dialect) for dialect in parts.dialects.values()]
        return [
            (row[0].part, row[0].element, [spent(each) for each in row]) for row in zip(*budgets, strict=True)
        ]
    return []


def _published(done: Published) -> Phrase:
    version = done.form.version
    if not done.is_new:
        return Phrase("this form is version {version} already: nothing was changed", version=version)
    told = [
        Phrase("version {version} is published; terminals get it with their next download", version=version)
    ]
    if done.reach.lost:
        told.append(
            Phrase(
                "{count} customers were found by the version before and are not by this one",
                count=done.reach.lost,
            )
        )
    if done.reread or done.reach.idle:
        told.append(Phrase("import the customers again, so that they are found by it"))
    return listed(told)


PAGES = (
    Page(path="/forms", title=TITLE, handler=show_all, menu=55),
    Page(path="/forms/{merchant}", title=TITLE, handler=show),
    Page(
        path="/forms/{merchant}/draft",
        title=TITLE,
        handler=draft,
        permission=Permission.PUBLISH_FORMS,
        method="POST",
        once=False,
    ),
    Page(
        path="/forms/{merchant}/publish",
        title=TITLE,
        handler=put_into_effect,
        permission=Permission.PUBLISH_FORMS,
        method="POST",
        again=_again,
    ),
)
