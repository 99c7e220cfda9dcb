"""The table of pages: each module's pages, in the order in which their addresses are looked for."""

from __future__ import annotations

from offline_collect.console.page import Page
from offline_collect.console.pages import (
    account,
    approvals,
    audit,
    bills,
    customers,
    day_end,
    debit_batches,
    differences,
    form_designer,
    import_file,
    imports,
    language,
    merchants,
    notice_figures,
    notices,
    payments,
    sessions,
    sign_in,
    template_new,
    templates,
    today,
    users,
)

PAGES: tuple[Page, ...] = (
    *sign_in.PAGES,
    *language.PAGES,
    *account.PAGES,
    *today.PAGES,
    *payments.PAGES,
    *customers.PAGES,
    *bills.PAGES,
    *merchants.PAGES,
    *approvals.PAGES,
    *day_end.PAGES,
    *differences.PAGES,
    *debit_batches.PAGES,
    *notice_figures.PAGES,
    *notices.PAGES,
    *template_new.PAGES,
    *templates.PAGES,
    *users.PAGES,
    *sessions.PAGES,
    *audit.PAGES,
    *import_file.PAGES,
    *imports.PAGES,
    *form_designer.PAGES,
)
