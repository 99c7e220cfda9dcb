"""Rules for the names, accounts and roles of users."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from offline_collect.domain.access.roles import EXCLUSIVE, SYSTEM_USER, Role, excluding
from offline_collect.domain.business_days.days import CLOCK
from offline_collect.domain.texts.characters import INVISIBLE
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.errors import RolesError, UserNameError

NAME_MAX = 60
_NAME = re.compile(rf"\w[\w.@-]{{0,{NAME_MAX - 1}}}")
_ACCOUNT = re.compile(rf"[\w.@\\][\w.@\\$-]{{0,{NAME_MAX - 1}}}")


def checked_name(name: str) -> str:
    """Return a user's name as it is stored: names that look alike are one name.

    Raises:
        UserNameError: it cannot be used.
    """
    plain = unicodedata.normalize("NFKC", name)
    if not _NAME.fullmatch(name) or plain != name or INVISIBLE.search(name):
        raise UserNameError(
            Phrase(
                "a user's name is 1 to {name_max} letters, digits, dots, dashes, underscores or @,"
                " such as zhang.wei or 张伟, and begins with a letter or digit",
                name_max=NAME_MAX,
            )
        )
    if name.lower() == SYSTEM_USER:
        raise UserNameError(Phrase("{name}: the system user's name; choose another", name=name))
    if name.lower() == CLOCK:
        raise UserNameError(
            Phrase("{name}: the audit's name for an automatic cutover; choose another", name=name)
        )
    return name


def checked_account(text: str) -> str:
    """Return an account of the operating system as it is stored.

    Raises:
        UserNameError: it cannot be used.
    """
    if not _ACCOUNT.fullmatch(text) or INVISIBLE.search(text):
        raise UserNameError(
            Phrase(
                "an account of the operating system is 1 to {name_max} letters, digits, dots, dashes,"
                " underscores, @ or backslashes",
                name_max=NAME_MAX,
            )
        )
    return text


def role_names(roles: Iterable[Role]) -> tuple[str, ...]:
    """Return roles as they are stored.

    Raises:
        RolesError: they exclude each other.
    """
    given = set(roles)
    for pair in excluding(given):
        both = " and ".join(sorted(pair))
        raise RolesError(
            Phrase(
                "{both} exclude each other: {exclusive}; give one of them",
                both=both,
                exclusive=EXCLUSIVE[pair],
            )
        )
    return tuple(sorted(role.value for role in given))
