"""Notices in figures: how many are in each state, and what became of what went out lately."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from offline_collect.console.charts import Bars, rows
from offline_collect.console.languages import in_language
from offline_collect.console.notice_figures_kept import NoticeFiguresKept
from offline_collect.console.notices import CHANNELS, STATES, NoticeParts
from offline_collect.console.page import Answer, Page, Redirect, Shown
from offline_collect.console.visit import Visit
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.texts.counts import reminders_counted
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.notify.remind import remind_payers

TITLE = Phrase("Notices in figures")
LATELY = dt.timedelta(days=7)


def show(visit: Visit) -> Answer:
    """Show the figures, each picture beside its table."""
    figures = visit.part(NoticeFiguresKept).of(visit.store, visit.actor, LATELY)
    counts, sent = (figures.counts, figures.sent) if figures is not None else ({}, ())
    return Shown(
        "notice_figures.html",
        {
            "read": figures is not None,
            "counts": counts,
            "sent": sent,
            "by_state": _picture(visit, Phrase("Notices by state"), STATES, counts),
            "by_channel": _picture(
                visit,
                Phrase("Sent in the last 7 days"),
                CHANNELS,
                {each.channel.value: each.sent for each in sent},
            ),
            "states": STATES,
            "channels": CHANNELS,
            "whole": visit.actor.scope.whole,
        },
    )


def _picture(
    visit: Visit, title: Phrase, names: Mapping[str, Phrase], counts: Mapping[str, int]
) -> Markup | None:
    """Return bars of what there is; None if there is nothing."""
    shown: Sequence[str] = [each for each, count in counts.items() if count]
    if not shown:
        return None
    labels = [in_language(names[each], visit.language) for each in shown]
    return rows(Bars(in_language(title, visit.language), labels, [counts[each] for each in shown]))


def remind(visit: Visit) -> Answer:
    """Write the reminders that are due today, also of bills that came after the first look of this day."""
    terms = visit.part(NoticeParts).reminders
    done = remind_payers(visit.store, visit.actor, terms, visit.office.clock, again=True)
    said = Phrase("written: {reminders}", reminders=reminders_counted(done.written))
    if done.busy:
        said = Phrase(
            "written: {reminders}; the store was busy with {merchants}: try again in a moment",
            reminders=reminders_counted(done.written),
            merchants=", ".join(done.busy),
        )
    return Redirect("/notices/figures", said)


PAGES = (
    Page(path="/notices/figures", title=TITLE, handler=show),
    Page(
        path="/notices/remind",
        title=TITLE,
        handler=remind,
        permission=Permission.NOTIFY,
        method="POST",
        again=show,
    ),
)
