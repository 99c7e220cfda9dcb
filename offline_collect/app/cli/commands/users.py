"""`user add | set | disable | list`."""

from __future__ import annotations

from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile, group
from offline_collect.app.cli.support.tables import show_table
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.domain.access.organisation import GROUP_ID
from offline_collect.domain.access.roles import SYSTEM_USER, Permission, Role
from offline_collect.merchant.access.users import register_user, set_user
from offline_collect.store import UserRecord, has_organisations, list_users

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
        help="What he belongs to; he sees what is under it. Default: your own; of the group, only an ADMIN is.",
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


@app.command()
def add(
    name: UserName,
    roles: Roles,
    organisation: Belongs = None,
    merchants: Merchants = None,
    config: ConfigFile = None,
) -> None:
    """Add a user with one role or several."""
    with open_office(config) as office:
        user = register_user(
            office.store,
            name,
            roles,
            office.actor,
            office.clock.now(),
            organisation_id=organisation,
            merchants=merchants or (),
        )
    typer.echo(f"user {user.name}: {' '.join(user.roles)}")


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
        typer.Option(metavar="ORGANISATION", help="What he belongs to from now on.", show_default=False),
    ] = None,
    merchants: Merchants = None,
    config: ConfigFile = None,
) -> None:
    """Give a user other roles, another organisation or merchants, or enable a disabled one."""
    if not (roles or enable or organisation or merchants):
        raise UsageError(
            "nothing to change: give --role, once or several times, --organisation, --merchant or --enable"
        )
    with open_office(config) as office:
        changed = set_user(
            office.store,
            name,
            office.actor,
            office.clock.now(),
            roles=roles or None,
            disabled=False if enable else None,
            organisation_id=organisation,
            merchants=merchants or None,
        )
    _say(name, changed=changed)


@app.command()
def disable(name: UserName, config: ConfigFile = None) -> None:
    """Do nothing more in a user's name; what he did stays in the audit trail."""
    with open_office(config) as office:
        changed = set_user(office.store, name, office.actor, office.clock.now(), disabled=True)
    _say(name, changed=changed)


@app.command("list")
def list_all(config: ConfigFile = None) -> None:
    """Print all users and their roles."""
    with open_office(config) as office:
        office.require(Permission.VIEW)
        with office.store.snapshot() as reading:
            users = list_users(reading)
            several = has_organisations(reading)
        rows = [_shown(user, office.local_time(user.added_at)) for user in users]
    titles: tuple[str, ...] = ("Name", "Roles", "State", "Added")
    rows = [(SYSTEM_USER, Role.ADMIN.value, "always there", None), *rows]
    if several:
        titles = (*titles, "Organisation")
        belonging = [GROUP_ID, *(user.organisation_id for user in users)]
        rows = [(*row, own) for row, own in zip(rows, belonging, strict=True)]
    if any(user.merchants for user in users):
        titles = (*titles, "Merchants")
        named = [None, *(" ".join(user.merchants) for user in users)]
        rows = [(*row, own) for row, own in zip(rows, named, strict=True)]
    show_table(titles, rows)


def _shown(user: UserRecord, added: str) -> tuple[str | None, ...]:
    return user.name, " ".join(user.roles), "disabled" if user.disabled else "active", added


def _say(name: str, *, changed: bool) -> None:
    typer.echo(f"user {name}: {'changed' if changed else 'unchanged'}")
