"""`user add | set | disable | list`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile, group
from offline_collect.app.cli.support.tables import show_table
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.domain.access.roles import SYSTEM_USER, Permission, Role
from offline_collect.merchant.access.users import register_user, set_user
from offline_collect.store import UserRecord, list_users

app = group()

UserName = Annotated[
    str,
    typer.Argument(metavar="NAME", help="Letters, digits, dots, dashes, underscores, @.", show_default=False),
]

Roles = Annotated[
    list[Role],
    typer.Option("--role", case_sensitive=False, help="May be given several times.", show_default=False),
]


@app.command()
def add(name: UserName, roles: Roles, config: ConfigFile = None) -> None:
    """Add a user with one role or several."""
    with open_office(config) as office:
        user = register_user(office.store, name, roles, office.actor, office.clock.now())
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
    config: ConfigFile = None,
) -> None:
    """Give a user other roles, or enable a disabled one."""
    if not roles and not enable:
        raise UsageError("nothing to change: give --role, once or several times, or --enable")
    _change(name, roles or None, False if enable else None, config)


@app.command()
def disable(name: UserName, config: ConfigFile = None) -> None:
    """Do nothing more in a user's name; what he did stays in the audit trail."""
    _change(name, None, True, config)


@app.command("list")
def list_all(config: ConfigFile = None) -> None:
    """Print all users and their roles."""
    with open_office(config) as office:
        office.require(Permission.VIEW)
        with office.store.snapshot() as reading:
            users = list_users(reading)
        rows = [_shown(user, office.local_time(user.added_at)) for user in users]
    show_table(
        ("Name", "Roles", "State", "Added"), [(SYSTEM_USER, Role.ADMIN.value, "always there", None), *rows]
    )


def _shown(user: UserRecord, added: str) -> tuple[str, ...]:
    return user.name, " ".join(user.roles), "disabled" if user.disabled else "active", added


def _change(name: str, roles: list[Role] | None, disabled: bool | None, config: Path | None) -> None:
    with open_office(config) as office:
        changed = set_user(
            office.store, name, office.actor, office.clock.now(), roles=roles, disabled=disabled
        )
    typer.echo(f"user {name}: {'changed' if changed else 'unchanged'}")
