"""`user add | set | disable | password | list`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile, group
from offline_collect.app.cli.support.options_paging import AsJson
from offline_collect.app.cli.support.paging import Page, show_page
from offline_collect.app.cli.support.posting_words import asked_text
from offline_collect.app.cli.support.tables import say
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.app.wiring.private_file import read_password
from offline_collect.domain.access.organisation import GROUP_ID
from offline_collect.domain.access.roles import SYSTEM_USER, Role, excluding
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.credentials import set_password
from offline_collect.merchant.access.requests import Asked
from offline_collect.merchant.access.user_changes import UserChange
from offline_collect.merchant.access.users import register_user, set_user
from offline_collect.merchant.access.view import view_users
from offline_collect.store import UserRecord

app = group()

UserName = Annotated[
    str,
    typer.Argument(metavar="NAME", help="Letters, digits, dots, dashes, underscores, @.", show_default=False),
]

Roles = Annotated[
    list[Role],
    typer.Option("--role", case_sensitive=False, help="May be given several times.", show_default=False),
]


Belongs = Annotated[
    str | None,
    typer.Option(
        "--organisation",
        metavar="ORGANISATION",
        help="The user's organisation; he sees what is under it. Default: your own; only an ADMIN belongs to the group.",
        show_default=False,
    ),
]

Merchants = Annotated[
    list[str] | None,
    typer.Option(
        "--merchant",
        metavar="MERCHANT",
        help="With the role MERCHANT: the only merchants that he sees; may be given several times.",
        show_default=False,
    ),
]

Account = Annotated[
    str | None,
    typer.Option(
        "--os-account",
        metavar="ACCOUNT",
        help="The operating system's account that acts as this user, and as no other without ACT_AS.",
        show_default=False,
    ),
]


PasswordFile = Annotated[
    Path,
    typer.Option(
        "--password-file",
        metavar="FILE",
        help="A file with the password in its first line, which nobody else can read.",
        show_default=False,
    ),
]


FirstPassword = Annotated[
    Path | None,
    typer.Option(
        "--password-file",
        metavar="FILE",
        help="Also set a one-time password for the console: the first line of this file, which nobody else can read.",
        show_default=False,
    ),
]


@app.command()
def add(
    name: UserName,
    roles: Roles,
    organisation: Belongs = None,
    merchants: Merchants = None,
    os_account: Account = None,
    password_file: FirstPassword = None,
    config: ConfigFile = None,
) -> None:
    """Add a user with one role or several, once another user has approved it."""
    first = None if password_file is None else read_password(password_file)
    with open_office(config) as office:
        done = register_user(
            office.store,
            name,
            roles,
            office.actor,
            office.clock.now(),
            office.control,
            organisation_id=organisation,
            merchants=merchants or (),
            os_account=os_account,
            password=first,
        )
    if isinstance(done, Asked):
        say(asked_text(done))
    else:
        say(Phrase("user {name}: {roles}", name=done.name, roles=" ".join(done.roles)))


@app.command("set")
def set_roles(
    name: UserName,
    roles: Annotated[
        list[Role] | None,
        typer.Option(
            "--role",
            case_sensitive=False,
            help="All roles from now on; may be given several times.",
            show_default=False,
        ),
    ] = None,
    enable: Annotated[bool, typer.Option("--enable", help="Let a disabled user act again.")] = False,
    organisation: Annotated[
        str | None,
        typer.Option(metavar="ORGANISATION", help="The user's organisation from now on.", show_default=False),
    ] = None,
    merchants: Merchants = None,
    os_account: Account = None,
    no_os_account: Annotated[
        bool, typer.Option("--no-os-account", help="Remove the account that acts as this user.")
    ] = False,
    config: ConfigFile = None,
) -> None:
    """Change or enable a user, once another user has approved it."""
    if os_account is not None and no_os_account:
        raise UsageError(Phrase("--os-account and --no-os-account contradict each other"))
    change = UserChange(
        roles=tuple(roles) if roles else None,
        disabled=False if enable else None,
        organisation_id=organisation,
        merchants=tuple(merchants) if merchants else None,
        os_account=os_account,
        no_account=no_os_account,
    )
    if change == UserChange():
        raise UsageError(
            Phrase(
                "nothing to change: give --role, once or several times, --organisation, --merchant,"
                " --os-account or --enable"
            )
        )
    _change(name, change, config)


@app.command()
def disable(name: UserName, config: ConfigFile = None) -> None:
    """Disable a user at once; his actions stay in the audit trail."""
    _change(name, UserChange(disabled=True), config)


@app.command()
def password(
    name: UserName,
    password_file: PasswordFile,
    forget_second_factor: Annotated[
        bool,
        typer.Option(
            "--forget-second-factor", help="Remove the second factor of a user who has lost the device."
        ),
    ] = False,
    config: ConfigFile = None,
) -> None:
    """Set a one-time password for the console, once another user has approved it; the user's sessions end."""
    with open_office(config) as office:
        done = set_password(
            office.store,
            name,
            read_password(password_file),
            office.actor,
            office.clock.now(),
            office.control,
            forget_totp=forget_second_factor,
        )
    if isinstance(done, Asked):
        say(asked_text(done))
    else:
        say(Phrase("user {name}: has a password, to be changed at the first sign-in", name=name))


@app.command("list")
def list_all(as_json: AsJson = False, config: ConfigFile = None) -> None:
    """Print all users and their roles."""
    with open_office(config) as office:
        seen = view_users(office.store, office.actor)
        users = seen.found
        rows = [_shown(user, office.local_time(user.added_at)) for user in users]
    rows.insert(0, _system("ended" if seen.system_ended else "active"))
    columns = {
        "name": Phrase.in_context("list", "Name"),
        "roles": Phrase.in_context("list", "Roles"),
        "state": Phrase.in_context("list", "State"),
        "added_at": Phrase.in_context("list", "Added"),
    }
    if seen.several:
        columns["organisation"] = Phrase.in_context("list", "Organisation")
    if any(user.merchants for user in users):
        columns["merchants"] = Phrase.in_context("list", "Merchants")
    if any(user.os_account for user in users):
        columns["os_account"] = Phrase.in_context("list", "Account")
    show_page(Page("users", None, columns, rows), as_json=as_json)
    _warn_of_both(users)


def _system(state: str) -> dict[str, object]:
    return {
        "name": SYSTEM_USER,
        "roles": [Role.ADMIN.value],
        "state": state,
        "added_at": None,
        "organisation": GROUP_ID,
        "merchants": [],
        "os_account": None,
    }


def _shown(user: UserRecord, added: str) -> dict[str, object]:
    return {
        "name": user.name,
        "roles": list(user.roles),
        "state": "disabled" if user.disabled else "active",
        "added_at": added,
        "organisation": user.organisation_id,
        "merchants": list(user.merchants),
        "os_account": user.os_account,
    }


def _warn_of_both(users: Sequence[UserRecord]) -> None:
    """Print users whose roles exclude each other; they keep both until an ADMIN changes them."""
    for user in users:
        for pair in excluding([Role(name) for name in user.roles]):
            both = " and ".join(sorted(pair))
            say(
                Phrase(
                    "{name} has {both}, which exclude each other: `offline-collect user set` gives one of"
                    " them",
                    name=user.name,
                    both=both,
                )
            )


def _change(name: str, change: UserChange, config: Path | None) -> None:
    with open_office(config) as office:
        done = set_user(office.store, name, change, office.actor, office.clock.now(), office.control)
    if isinstance(done, Asked):
        say(asked_text(done))
    else:
        say(
            Phrase("user {name}: changed", name=name) if done else Phrase("user {name}: unchanged", name=name)
        )
