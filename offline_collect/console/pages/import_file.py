"""A file on its way in: upload, what an import would do, its columns, the import, its error workbook."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from offline_collect.console.errors import MissingPageError
from offline_collect.console.handed_out import handed_out
from offline_collect.console.import_desk import ImportDesk
from offline_collect.console.import_outcome import outcome_of, refusal_words
from offline_collect.console.kept_files import KeptFile
from offline_collect.console.page import Answer, Download, Page, Redirect, Shown
from offline_collect.console.pages.imports import TITLE
from offline_collect.console.visit import Visit
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.imports.proposal import ALIKE, AMOUNT, PERIOD, SeenTable, corrected
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.errors import FileError
from offline_collect.merchant.imports.kinds import KINDS
from offline_collect.merchant.imports.problems import Problems
from offline_collect.merchant.imports.result import ImportRefusedError, ImportResult, PreviewResult
from offline_collect.merchant.mappings.opened import RememberedMappingError
from offline_collect.merchant.mappings.propose import Proposed, samples_shown
from offline_collect.merchant.profile.view import currency_of, view_merchants
from offline_collect.store import ImportKind

NEW = Phrase("Import a file")
COLUMNS = Phrase("Columns of the file")
MERCHANTS_OFFERED = 200
"""Merchants that are offered as a choice; of more, their number is typed."""

GOOD, WITHDRAW = "good", "withdraw"
"""What is done with bad rows, and with bills that the file lacks."""

_AT, _CONSTANT = "at.", "constant."
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class OurColumn:
    """A column of ours on the page of the columns.

    Attributes:
        place: of the file's column that is proposed or chosen; None if none is.
        note: why it is proposed, or what is not certain; None if there is nothing to say.
        doubtful: whether its user must look at it.
        constant: the value of every row; None if it cannot have one here.
    """

    key: str
    label: str
    required: bool
    place: int | None
    note: Phrase | None
    doubtful: bool
    constant: str | None


def ask(visit: Visit) -> Answer:
    """Show the form for a file."""
    merchants = view_merchants(visit.store, visit.actor, most=MERCHANTS_OFFERED + 1).found
    return Shown(
        "import_new.html",
        {
            "merchants": merchants if len(merchants) <= MERCHANTS_OFFERED else (),
            "kinds": [(kind.value, words) for kind, words in KINDS.items()],
            "most_mib": visit.office.settings.body_max // (1024 * 1024),
        },
    )


def take(visit: Visit) -> Answer:
    """Keep a file, and begin to look at what importing it would do."""
    desk, form = visit.part(ImportDesk), visit.form
    merchant_id = form.get("merchant")
    currency_of(visit.store, merchant_id, visit.actor)
    kind = ImportKind.CUSTOMERS if form.get("kind") == ImportKind.CUSTOMERS else ImportKind.BILLS
    about = (merchant_id, kind, form.get("sheet") or None)
    file = desk.files.keep(form.files.get("file"), visit.actor.name, about, visit.now)
    desk.preview(visit, file, desk.order(visit, file))
    return _to(file)


def show(visit: Visit) -> Answer:
    """Show how far the reading or the import is, and then its outcome."""
    file = _file(visit)
    job = file.job
    result = None if job is None else job.result
    error = None if job is None else job.error
    problems = _problems(file)
    return Shown(
        "import_file.html",
        {
            "file": file,
            "kind": KINDS[file.kind],
            "running": job if job is not None and job.runs else None,
            "preview": result if isinstance(result, PreviewResult) else None,
            "done": result if isinstance(result, ImportResult) else None,
            "reason": None if error is None else refusal_words(error),
            "asks": error.asks if isinstance(error, RememberedMappingError) else (),
            "outcome": outcome_of(visit, result, error, problems),
            "may_go_on": not isinstance(error, FileError),
            "is_bills": file.kind is ImportKind.BILLS,
        },
    )


def go_on(visit: Visit) -> Answer:
    """Look at the file again, or import it, as its user has chosen."""
    desk, form = visit.part(ImportDesk), visit.form
    file = _file(visit)
    file.constants = {**file.constants, **_constants(visit)}
    file.rows, file.meant = form.get("rows"), "identity_changes" in dict(form.fields)
    order = replace(
        desk.order(visit, file),
        again="again" in dict(form.fields),
        identity_changes=file.meant,
        accept_valid=file.rows == GOOD,
        withdraw_missing=file.rows == WITHDRAW and file.kind is ImportKind.BILLS,
    )
    begin = desk.import_file if form.get("do") == "import" else desk.preview
    begin(visit, file, order)
    return _to(file)


def show_columns(visit: Visit) -> Answer:
    """Show our columns beside the file's."""
    file = _file(visit)
    proposed = visit.part(ImportDesk).propose(visit, file)
    table = proposed.table
    samples = {each.place: samples_shown(each, visit.actor) for each in table.columns}
    return Shown(
        "import_columns.html",
        {
            "file": file,
            "proposed": proposed,
            "ours": _ours(proposed, file),
            "columns": table.columns,
            "samples": samples,
            "months": _months(proposed),
        },
    )


def set_columns(visit: Visit) -> Answer:
    """Take the user's choice of columns, and look at the file with it."""
    desk, file = visit.part(ImportDesk), _file(visit)
    proposed = desk.propose(visit, file)
    picked = dict(_picked(visit, proposed.table))
    constants = _constants(visit)
    chosen = corrected(proposed.proposal, proposed.table, picked, constants)
    mapping = desk.mapping_of(replace(proposed, proposal=chosen))
    order = replace(desk.order(visit, file), mapping=mapping, constants={})
    desk.preview(visit, file, order)
    file.mapping, file.picked, file.constants = mapping, picked, constants
    return _to(file)


def error_workbook(visit: Visit) -> Answer:
    """Give the error workbook: the whole file, its bad rows first, each with its reason."""
    desk, file = visit.part(ImportDesk), _file(visit)
    problems = _problems(file)
    if problems is None:
        raise MissingPageError
    folder = Path(tempfile.mkdtemp(dir=file.path.parent))
    path = desk.error_workbook(visit, file, problems, folder)
    return Download(path.name, handed_out(path), _XLSX, Subject(SubjectType.REPORT, None, file.merchant_id))


def _file(visit: Visit) -> KeptFile:
    return visit.part(ImportDesk).files.find(visit.parts_of_path["file"], visit.actor.name, visit.now)


def _to(file: KeptFile) -> Redirect:
    """Wait a moment for what was begun, then show it."""
    if file.job is not None:
        file.job.wait()
    return Redirect(f"/imports/files/{file.number}")


def _problems(file: KeptFile) -> Problems | None:
    """Return the bad rows that were found last; None if there are none."""
    if file.job is None:
        return None
    if isinstance(file.job.error, ImportRefusedError):
        found: Problems = file.job.error.problems
    elif isinstance(file.job.result, PreviewResult | ImportResult):
        found = file.job.result.problems
    else:
        return None
    return found if found.count else None


def _ours(proposed: Proposed, file: KeptFile) -> list[OurColumn]:
    proposal = proposed.proposal
    choices = {choice.key: choice for choice in proposal.choices}
    doubts = {doubt.key: doubt for doubt in proposal.doubts}
    constants = {**proposal.constants, **file.constants}
    of_months = {AMOUNT, PERIOD} if proposal.months is not None else set()
    found = []
    for wanted in proposed.table.wanted:
        key = wanted.key
        if key in of_months:
            continue
        choice, doubt = choices.get(key), doubts.get(key)
        place = choice.place if choice is not None else None
        if doubt is not None and doubt.places:
            place = doubt.places[0]
        note = (
            choice.why
            if choice is not None
            else doubt.why
            if doubt is not None
            else proposal.reasons.get(key)
        )
        found.append(
            OurColumn(
                key=key,
                label=wanted.label,
                required=wanted.required,
                place=place if file.picked is None else file.picked.get(key),
                note=note,
                doubtful=doubt is not None and file.picked is None,
                constant=constants.get(key, "") if key in ALIKE or key in constants else None,
            )
        )
    return found


def _months(proposed: Proposed) -> tuple[str, bool] | None:
    """Return the titles of the months' columns, and whether their year must be said; None without any."""
    months = proposed.proposal.months
    if months is None:
        return None
    titles = "、".join(proposed.table.columns[place].title for place in months.places)
    return titles, months.year is None and not months.titles_have_years


def _picked(visit: Visit, table: SeenTable) -> Iterator[tuple[str, int]]:
    for each in table.wanted:
        text = visit.form.get(_AT + each.key)
        if text.isascii() and text.isdecimal() and int(text[:4]) < len(table.columns):
            yield each.key, int(text[:4])


def _constants(visit: Visit) -> Mapping[str, str]:
    return {
        key.removeprefix(_CONSTANT): value.strip()
        for key, value in visit.form.fields
        if key.startswith(_CONSTANT) and value.strip()
    }


PAGES = (
    Page(path="/imports/new", title=NEW, handler=ask, permission=Permission.IMPORT),
    Page(
        path="/imports/new",
        title=NEW,
        handler=take,
        permission=Permission.IMPORT,
        method="POST",
        again=ask,
    ),
    Page(path="/imports/files/{file}", title=TITLE, handler=show, permission=Permission.IMPORT),
    Page(
        path="/imports/files/{file}",
        title=TITLE,
        handler=go_on,
        permission=Permission.IMPORT,
        method="POST",
        again=show,
    ),
    Page(
        path="/imports/files/{file}/columns",
        title=COLUMNS,
        handler=show_columns,
        permission=Permission.IMPORT,
    ),
    Page(
        path="/imports/files/{file}/columns",
        title=COLUMNS,
        handler=set_columns,
        permission=Permission.IMPORT,
        method="POST",
        again=show_columns,
    ),
    Page(
        path="/imports/files/{file}/errors",
        title=TITLE,
        handler=error_workbook,
        permission=Permission.IMPORT,
    ),
)
