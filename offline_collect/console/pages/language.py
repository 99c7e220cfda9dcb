"""The switch of the language."""

from __future__ import annotations

from offline_collect.console.page import Answer, Opens, Page, Redirect
from offline_collect.console.safe_path import safe_path
from offline_collect.console.visit import Visit
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.translations import Language


def switch(visit: Visit) -> Answer:
    """Have the browser remember a language, and go back to the page."""
    chosen = visit.form.get("language")
    to = safe_path(visit.form.get("to", "/"))
    if chosen not in set(Language):
        return Redirect(to)
    return Redirect(to, language=Language(chosen))


PAGES = (
    Page(
        path="/language",
        title=Phrase("Language"),
        handler=switch,
        permission=None,
        method="POST",
        opens=Opens.ANYBODY,
        once=False,
    ),
)
