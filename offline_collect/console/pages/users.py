"""Users: their roles, what they see, and their passwords; changes that give rights need two people."""

from __future__ import annotations

from urllib.parse import quote

from offline_collect.console.asked import done_or_asked
from offline_collect.console.page import Answer, Handler, Page, Redirect, Shown
from offline_collect.console.visit import Visit
from offline_collect.domain.access.roles import Permission, Role
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.credentials import set_password
from offline_collect.merchant.access.errors import RolesError
from offline_collect.merchant.access.user_changes import UserChange, document_of
from offline_collect.merchant.access.users import register_user, set_user
from offline_collect.merchant.access.view import view_organisations, view_user, view_users

TITLE = Phrase("Users")
CHANGED = Phrase("the user has changed")
UNCHANGED = Phrase("nothing differed, so nothing was changed")


def show_all(visit: Visit) -> Answer:
    """Show the users that the actor sees, and the form for another one."""
    seen = view_users(visit.store, visit.actor)
    return Shown(
        "users.html",
        {
            "users": seen.found,
            "several": seen.several,
            "organisations": view_organisations(visit.store, visit.actor),
            "roles": list(Role),
        },
    )


def add(visit: Visit) -> Answer:
    """Ask for another user."""
    form = visit.form
    done = register_user(
        visit.store,
        form.get("name"),
        _roles(visit),
        visit.actor,
        visit.now,
        visit.control,
        organisation_id=form.get("organisation") or None,
        merchants=form.get("merchants").split(),
        os_account=form.get("os_account") or None,
    )
    return done_or_asked(done, "/users", Phrase("the user is there"))


def show(visit: Visit) -> Answer:
    """Show one user, and the forms that change him."""
    user = view_user(visit.store, visit.parts_of_path["name"], visit.actor)
    return Shown(
        "user.html",
        {
            "user": user,
            "document": document_of(user),
            "organisations": view_organisations(visit.store, visit.actor),
            "roles": list(Role),
            "chosen_roles": visit.form.all("role") if visit.refused else user.roles,
        },
    )


def change(visit: Visit) -> Answer:
    """Ask for a change of a user's roles, organisation, merchants or account."""
    name, form = visit.parts_of_path["name"], visit.form
    form.refuse_stale(document_of(view_user(visit.store, name, visit.actor)))
    merchants = tuple(form.get("merchants").split())
    account = form.get("os_account")
    return _set(
        visit,
        UserChange(
            roles=_roles(visit),
            organisation_id=form.get("organisation") or None,
            merchants=merchants or None,
            os_account=account or None,
            no_account=not account,
        ),
    )


def disable(visit: Visit) -> Answer:
    """Disable a user at once."""
    return _set(visit, UserChange(disabled=True))


def enable(visit: Visit) -> Answer:
    """Ask for a disabled user to act again, with the roles that he was seen with."""
    user = view_user(visit.store, visit.parts_of_path["name"], visit.actor)
    visit.form.refuse_stale(document_of(user))
    return _set(visit, UserChange(disabled=False))


def give_password(visit: Visit) -> Answer:
    """Ask for a one-time password of a user."""
    done = set_password(
        visit.store,
        visit.parts_of_path["name"],
        visit.form.secret("new_password"),
        visit.actor,
        visit.now,
        visit.control,
        forget_totp=bool(visit.form.get("forget")),
    )
    return done_or_asked(done, _address(visit), Phrase("the user has a one-time password"))


def _set(visit: Visit, change: UserChange) -> Redirect:
    done = set_user(visit.store, visit.parts_of_path["name"], change, visit.actor, visit.now, visit.control)
    return done_or_asked(done, _address(visit), CHANGED if done else UNCHANGED)


def _address(visit: Visit) -> str:
    return f"/users/{quote(visit.parts_of_path['name'])}"


def _roles(visit: Visit) -> tuple[Role, ...]:
    named = [each for each in visit.form.all("role") if each in set(Role)]
    if not named:
        raise RolesError(Phrase("a user has at least one role: choose one"))
    return tuple(map(Role, named))


def _changing(path: str, handler: Handler, again: Handler, *, confirms: bool = True) -> Page:
    return Page(
        path=path,
        title=TITLE,
        handler=handler,
        permission=Permission.MAINTAIN_USERS,
        method="POST",
        again=again,
        confirms=confirms,
    )


PAGES = (
    Page(path="/users", title=TITLE, handler=show_all, permission=Permission.VIEW_AUDIT, menu=80),
    _changing("/users", add, show_all),
    Page(path="/users/{name}", title=TITLE, handler=show, permission=Permission.VIEW_AUDIT),
    _changing("/users/{name}", change, show),
    _changing("/users/{name}/disable", disable, show, confirms=False),
    _changing("/users/{name}/enable", enable, show),
    _changing("/users/{name}/password", give_password, show),
)
"""Who may read the audit trail may see who the users are; disabling one is urgent, so it asks for no password."""
