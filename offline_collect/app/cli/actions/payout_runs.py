"""Runs of payouts, and the merchants that they leave out, as commands show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from offline_collect.app.cli.support.tables import show_table
from offline_collect.app.wiring.backoffice_session import Office
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.money import format_major
from offline_collect.domain.settlement.payouts import Run
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.fixed_width.layout import FixedLayout
from offline_collect.settlement.payouts.fit import merchant_misfit
from offline_collect.settlement.payouts.out_file import OUT_LAYOUT
from offline_collect.settlement.payouts.view import view_unpaid
from offline_collect.settlement.payouts.write_file import WrittenRun


def run_row(run: Run, booked: int | None) -> dict[str, object]:
    """Return a run as a row of a list.

    Args:
        booked: what is booked; None before the result.
    """
    return {
        "run": run.run_no,
        "bank": run.organisation_id,
        "business_date": str(run.business_date),
        "payouts": run.payout_count,
        "total": format_major(run.total_minor, run.currency),
        "state": run.state.value,
        "booked": None if booked is None else format_major(booked, run.currency),
    }


def unpaid_rows(office: Office, run: Run | None = None) -> list[dict[str, object]]:
    """Return the merchants that are left out of runs, or of one, as rows of a list."""
    return [
        {
            "merchant": each.merchant_id,
            "since": str(each.since),
            "amount": format_major(each.amount_minor, each.currency),
            "because": each.why or Phrase("its account fits now: the next run in which it holds pays it"),
        }
        for each in view_unpaid(office.store, office.actor, _out_layout(office), run)
    ]


def show_unpaid(rows: Sequence[Mapping[str, object]]) -> None:
    """Print the merchants that are left out of runs; nothing if there are none."""
    if rows:
        titles = (
            Phrase.in_context("list", "Left out"),
            Phrase.in_context("list", "Since"),
            Phrase.in_context("list", "Amount"),
            Phrase.in_context("list", "Because"),
        )
        show_table(titles, [tuple(row.values()) for row in rows], right=("Amount",))


def misfit_text(office: Office, merchant: Merchant) -> Phrase | None:
    """Return why a merchant could not be paid with the file of a run, and what to do; None if it could."""
    why = merchant_misfit(_out_layout(office), merchant)
    if why is None:
        return None
    return Phrase(
        "warning: no run can pay {merchant_id}, as its account does not fit {layout}: {why}; mend it with"
        " `offline-collect merchant set {merchant_id} settlement.account_name=NAME`, or the key of that field",
        merchant_id=merchant.merchant_id,
        layout=OUT_LAYOUT,
        why=why,
    )


def _out_layout(office: Office) -> FixedLayout:
    return office.configuration.schemas().fixed_layouts()[OUT_LAYOUT]


def written_run_text(written: WrittenRun) -> Phrase:
    """Return where a run's file is."""
    return Phrase(
        "{path}: {size} bytes, SHA-256 {sha256}",
        path=str(written.path),
        size=written.digest.size,
        sha256=written.digest.sha256,
    )
