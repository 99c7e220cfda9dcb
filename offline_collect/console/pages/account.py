"""The user's own account: password, second factor, sessions."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from offline_collect.console.languages import in_language
from offline_collect.console.page import Answer, Opens, Page, Redirect, Shown
from offline_collect.console.qr_code import qr_code
from offline_collect.console.visit import Visit
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.credentials import accept_totp, change_password, lacks, propose_totp
from offline_collect.merchant.access.errors import PasswordError
from offline_collect.merchant.access.second_factor import address_of

TITLE = Phrase("Your account")
_PICTURE = Phrase("QR code of the second factor, for the camera of your device")


def show(visit: Visit) -> Answer:
    """Show what the user may change about himself."""
    office, session = visit.office, visit.living
    password, factor = lacks(office.store, session, office.rules)
    return Shown(
        "account.html", {"must_change": password, "must_enrol": factor, "proposed": _proposed(visit)}
    )


@dataclass(frozen=True, slots=True, repr=False)
class Proposed:
    """A second factor that the user may add; its repr shows nothing of it.

    Attributes:
        secret: in groups of four, to be typed.
        address: by which an authenticator on this device takes it.
        picture: by which another device's camera takes it.
    """

    secret: str
    address: str
    picture: Markup


def _proposed(visit: Visit) -> Proposed | None:
    rules, session = visit.office.rules, visit.living
    if rules.custody is None:
        return None
    secret = propose_totp(visit.office.store, session, rules)
    grouped = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    address = address_of(secret, session.name)
    return Proposed(grouped, address, qr_code(address, in_language(_PICTURE, visit.language)))


def set_password(visit: Visit) -> Answer:
    """Change the user's password."""
    new = visit.form.secret("new_password")
    if new != visit.form.secret("new_password_again"):
        raise PasswordError(Phrase("the new password was typed in two ways: type it again"))
    office = visit.office
    change_password(
        office.store, visit.living, visit.form.secret("old_password"), new, visit.now, office.rules
    )
    return Redirect("/account", Phrase("your password has changed; your other sessions have ended"))


def set_factor(visit: Visit) -> Answer:
    """Make the proposed second factor the user's."""
    accept_totp(visit.office.store, visit.living, visit.form.get("totp"), visit.now, visit.office.rules)
    return Redirect("/account", Phrase("from now on you sign in with a code of your device"))


PAGES = (
    Page(path="/account", title=TITLE, handler=show, permission=None, opens=Opens.PREPARING),
    Page(
        path="/account/password",
        title=TITLE,
        handler=set_password,
        permission=None,
        method="POST",
        opens=Opens.PREPARING,
        again=show,
    ),
    Page(
        path="/account/second-factor",
        title=TITLE,
        handler=set_factor,
        permission=None,
        method="POST",
        opens=Opens.PREPARING,
        again=show,
        confirms=True,
    ),
)
