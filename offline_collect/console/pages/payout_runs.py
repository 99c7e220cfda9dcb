"""Runs of payouts: the list, one run, and a failed payout that is paid again; another user approves that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from offline_collect.console.asked import done_or_asked
from offline_collect.console.bank_files import BankFileParts, given
from offline_collect.console.day_end import DayEndParts
from offline_collect.console.errors import MissingPageError
from offline_collect.console.listing import ROWS, listing_to, place_of
from offline_collect.console.page import Answer, Page, Shown
from offline_collect.console.visit import Visit
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.settlement.payouts import RUN_LIFE, Payout, PayoutState, Run, RunEvent
from offline_collect.domain.settlement.payouts import place_of as place_of_payout
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.postings.failed_payouts import RetryOrder, other_account, retry_failed
from offline_collect.settlement.payouts.out_file import OUT_LAYOUT
from offline_collect.settlement.payouts.view import RunView, Unpaid, view_run, view_runs, view_unpaid
from offline_collect.settlement.payouts.write_file import write_run
from offline_collect.translations import Language

TITLE, _RUN, _PAYOUT = Phrase("Payout runs"), Phrase("Payout run"), Phrase("Payout")


def show_all(visit: Visit) -> Answer:
    """Show the runs, the latest first, and the merchants that they leave out."""
    place = place_of(visit, "") or None
    found, following = view_runs(visit.store, visit.actor, None, (place, ROWS))
    return Shown(
        "payout_runs.html", {"found": listing_to(visit, found, following), "left_out": _left_out(visit)}
    )


def _left_out(visit: Visit, run: Run | None = None) -> Sequence[Unpaid]:
    layout = visit.part(DayEndParts).payouts.layout
    return () if layout is None else view_unpaid(visit.store, visit.actor, layout, run)


def show(visit: Visit) -> Answer:
    """Show one run: what became of its payouts, those first that are not booked."""
    view = view_run(visit.store, visit.actor, visit.parts_of_path["run"])
    run = view.stored.run
    return Shown(
        "payout_run.html",
        {
            "view": view,
            "run": run,
            "story": view.stored.story,
            "meanings": _meanings(visit, view),
            "left_out": _left_out(visit, run),
            "failed": PayoutState.FAILED,
            "waits": run.state in RUN_LIFE[RunEvent.WRITTEN].sources,
        },
    )


def _meanings(visit: Visit, view: RunView) -> Mapping[str, str]:
    """Return what the bank's codes mean; a code that is no longer in the table means nothing."""
    codes = visit.part(DayEndParts).payout_codes
    chinese = visit.language is Language.ZH
    known = [codes[each.code] for each in view.counts if each.code is not None and each.code in codes]
    return {each.code: each.says_zh if chinese else each.says for each in known}


def give_file(visit: Visit) -> Answer:
    """Give the file of a run that waits for its result; asked for again, it is the same byte for byte."""
    run_no, acting = visit.parts_of_path["run"], (visit.actor, visit.now)
    layout = visit.part(BankFileParts).layouts[OUT_LAYOUT]
    about = Subject(SubjectType.PAYOUT_RUN, run_no)
    return given(lambda folder: write_run(visit.store, run_no, folder, layout, acting).path, about)


def ask_retry(visit: Visit) -> Answer:
    """Show the form that pays a failed payout again."""
    run, payout = _seen(visit)
    return Shown("payout_retry.html", {"run": run, "payout": payout, "document": _document(payout)})


def retry(visit: Visit) -> Answer:
    """Put a failed payout into the next run, or ask another user to."""
    run, payout = _seen(visit)
    form = visit.form
    form.refuse_stale(_document(payout))
    other = other_account(*(form.get(name) or None for name in ("account", "account_bank", "account_name")))
    order = RetryOrder(payout.reference, other, form.get("reason"))
    done = retry_failed(visit.store, order, visit.actor, visit.now, visit.control)
    return done_or_asked(done, f"/payout-runs/{run.run_no}", Phrase("the next run pays it again"))


def _seen(visit: Visit) -> tuple[Run, Payout]:
    reference = visit.parts_of_path["reference"]
    place = place_of_payout(reference)
    if place is None:
        raise MissingPageError
    view = view_run(visit.store, visit.actor, place[0])
    for payout in view.payouts:
        if payout.reference == reference:
            return view.stored.run, payout
    raise MissingPageError


def _document(payout: Payout) -> dict[str, str]:
    return {"state": payout.state.value}


PAGES = (
    Page(path="/payout-runs", title=TITLE, handler=show_all),
    Page(path="/payout-runs/{run}", title=_RUN, handler=show),
    Page(
        path="/payout-runs/{run}/file",
        title=_RUN,
        handler=give_file,
        permission=Permission.SETTLE,
        method="POST",
        again=show,
        confirms=True,
    ),
    Page(path="/payouts/{reference}", title=_PAYOUT, handler=ask_retry, permission=Permission.SETTLE),
    Page(
        path="/payouts/{reference}",
        title=_PAYOUT,
        handler=retry,
        permission=Permission.SETTLE,
        method="POST",
        again=ask_retry,
        confirms=True,
    ),
)
