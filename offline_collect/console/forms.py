"""Forms: the token that only a page of the same session has, what was typed, files, and what a form was opened on."""

from __future__ import annotations

import hmac
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, BinaryIO

from offline_collect.console.errors import StaleFormError
from offline_collect.console.plain_text import is_plain, read_json

TOKEN = "_token"  # noqa: S105 - the name of a field
ONCE = "_once"
SEEN = "_seen"
PROOF = "_proof"
CODE = "_code"
OWN = frozenset({TOKEN, ONCE, SEEN, PROOF, CODE})
"""Names of the console's own fields; all others are the page's."""

SECRET = frozenset({"password", "old_password", "new_password", "new_password_again", "totp", PROOF, CODE})
"""Fields that no page shows again."""

FIELDS_MAX = 500
"""Fields of a form."""

_ONCE = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a form; it is gone when the page has been made.

    Attributes:
        name: as the browser gives it, without folders.
        size: in bytes.
        file: at its beginning.
    """

    name: str
    size: int
    file: BinaryIO


@dataclass(frozen=True, slots=True)
class Form:
    """What a form sent; the values of passwords are not in its repr.

    Attributes:
        fields: by name, in their order; a name may have several values.
        files: by name.
    """

    fields: Sequence[tuple[str, str]] = field(default=(), repr=False)
    files: Mapping[str, Upload] = field(default_factory=dict)

    def get(self, name: str, default: str = "") -> str:
        """Return a field's last value, without spaces around it."""
        found = [value for key, value in self.fields if key == name]
        return found[-1].strip() if found else default

    def secret(self, name: str) -> str:
        """Return a field's last value as it was typed."""
        return next((value for key, value in reversed(self.fields) if key == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Return all values of a field."""
        return tuple(value for key, value in self.fields if key == name)

    @property
    def typed(self) -> tuple[tuple[str, str], ...]:
        """The page's own fields that may be shown again."""
        return tuple((key, value) for key, value in self.fields if key not in OWN | SECRET)

    @property
    def lost(self) -> tuple[str, ...]:
        """The fields whose files are gone with this sending, so that they must be chosen again."""
        return tuple(name for name, upload in self.files.items() if upload.size)

    @property
    def kept(self) -> tuple[tuple[str, str], ...]:
        """What another form carries on, so that what was typed can be sent again."""
        return (*self.typed, *((key, value) for key, value in self.fields if key == SEEN))

    @property
    def plain(self) -> bool:
        """Whether all names and values are texts, and files have names that are."""
        named = (is_plain(name) and is_plain(value, lines=True) for name, value in self.fields)
        return all(named) and all(is_plain(file.name) for file in self.files.values())

    @property
    def once(self) -> str | None:
        """The token that makes two sendings one change; None without a proper one."""
        token = self.get(ONCE)
        return token if _ONCE.fullmatch(token) else None

    @property
    def seen(self) -> Any:
        """The document that the form was opened on."""
        return read_json(self.get(SEEN))

    def refuse_stale(self, present: Any) -> None:
        """Refuse a form that was opened on another document than the present one.

        Args:
            present: a JSON document of what the form changes; the page gave the same to ``seen()``.

        Raises:
            StaleFormError: it differs; says what has changed.
        """
        now, then = json.loads(document_text(present)), read_json(self.get(SEEN))
        if now == then:
            return
        if not isinstance(now, dict) or not isinstance(then, dict):
            raise StaleFormError([])
        keys = sorted({*now, *then})
        raise StaleFormError(
            [
                (key, _text(then.get(key)), _text(now.get(key)))
                for key in keys
                if now.get(key) != then.get(key)
            ]
        )


def document_text(document: Any) -> str:
    """Return a JSON document as the text that a form carries."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, default=str)


def _text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return "–" if value is None else value
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)


def new_once() -> str:
    """Return the token of a new form."""
    return secrets.token_hex(16)


def token_of(key: str) -> str:
    """Return the token of a session's forms."""
    return hmac.new(key.encode(), b"form", sha256).hexdigest()


def is_token(key: str, token: str) -> bool:
    """Whether a form's token is of a session."""
    return hmac.compare_digest(token_of(key).encode(), token.encode())
