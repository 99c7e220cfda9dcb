"""Bills of a list that were paid at the merchant's own office: posted as a whole; another user approves it."""

from __future__ import annotations

from offline_collect.console.asked import done_or_asked
from offline_collect.console.bank_files import uploaded
from offline_collect.console.errors import RefusedFileError
from offline_collect.console.page import Answer, Page, Shown
from offline_collect.console.parts import EntryLayouts
from offline_collect.console.visit import Visit
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.texts.phrases import Phrase, in_lines, words_of
from offline_collect.files.errors import RowProblem
from offline_collect.merchant.common.refused_rows import ListRefusedError
from offline_collect.merchant.postings.paid_at_office_list import OutsideList, settle_list
from offline_collect.merchant.profile.view import view_merchant

TITLE = Phrase("A list of bills paid at the merchant's office")
PROBLEMS_SHOWN = 20


def ask(visit: Visit) -> Answer:
    """Show the form for a list; it asks for the password itself, as a page that asks later has no file."""
    merchant_id = visit.parts_of_path["merchant"]
    view_merchant(visit.store, merchant_id, visit.actor)
    confirmed = visit.living.standing.is_confirmed(visit.office.rules.times, visit.now)
    return Shown("paid_at_office_list.html", {"merchant": merchant_id, "asks": not confirmed})


def post(visit: Visit) -> Answer:
    """Post a list, or ask another user to."""
    merchant_id = visit.parts_of_path["merchant"]
    with uploaded(visit.form.files.get("file")) as path:
        order = OutsideList(
            merchant_id=merchant_id,
            file=path,
            sheet=None,
            layout=visit.part(EntryLayouts).outside,
            actor=visit.actor,
            waives_late_fee=bool(visit.form.get("waive_late_fee")),
        )
        try:
            done = settle_list(visit.store, order, visit.now, visit.control)
        except ListRefusedError as error:
            raise RefusedFileError(_told(error)) from None
    return done_or_asked(
        done, f"/bills?merchant={merchant_id}", Phrase("the payments of the list are posted")
    )


def _told(error: ListRefusedError) -> Phrase:
    problems = [_line(each) for each in error.problems[:PROBLEMS_SHOWN]]
    more = error.count - len(problems)
    lines = [words_of(error) or str(error), *problems]
    return in_lines([*lines, Phrase("and {count} more", count=more)] if more else lines)


def _line(problem: RowProblem) -> Phrase:
    return Phrase(
        "row {row}, {column}, {value}: {reason}; {remedy}",
        row=problem.row,
        column=problem.column,
        value=problem.value,
        reason=problem.reason,
        remedy=problem.remedy,
    )


PAGES = (
    Page(path="/bills-paid/{merchant}", title=TITLE, handler=ask, permission=Permission.PAID_AT_OFFICE),
    Page(
        path="/bills-paid/{merchant}",
        title=TITLE,
        handler=post,
        permission=Permission.PAID_AT_OFFICE,
        method="POST",
        again=ask,
        confirms=True,
    ),
)
