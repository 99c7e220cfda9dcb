"""`form history`: the versions of a merchant's form, when and by whom, and what each changed."""

from __future__ import annotations

from pathlib import Path

from offline_collect.app.cli.support.tables import say, show_table
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.domain.access.roles import Permission
from offline_collect.merchant.common.errors import NoFormError
from offline_collect.merchant.forms.diff import form_changes
from offline_collect.store import published_forms, require_merchant


def show_history(config: Path | None, merchant: str, last: int) -> None:
    """Print the ``last`` versions of a merchant's form, the latest first.

    Raises:
        NoFormError: the merchant has none.
    """
    with open_office(config) as office:
        office.require(Permission.VIEW)
        with office.store.snapshot() as reading:
            require_merchant(reading, merchant)
            # One more, which the oldest that is shown is compared with.
            versions = published_forms(reading, merchant, last + 1)
        zone = timezone(office.configuration.settings)
    if not versions:
        raise NoFormError(merchant)
    formers = [*(former.form for former in versions[1:]), None]
    rows = [
        (
            version.form.version,
            version.published_at.astimezone(zone).isoformat(" ", "seconds"),
            version.who,
            "\n".join(form_changes(former, version.form)),
        )
        for version, former in zip(versions[:last], formers, strict=False)
    ]
    show_table(("Version", "Published", "By", "Changed"), rows, right=["Version"])
    if len(versions) > last:
        say(f"earlier versions are not shown: --last {2 * last} shows more")
