"""The second factor: codes of six digits that change every 30 seconds (TOTP, RFC 6238)."""

from __future__ import annotations

import datetime as dt
import hmac
import re

import pyotp

ISSUER = "offline-collect"
STEP_S = 30
_CODE = re.compile("[0-9]{6}")
_DRIFT = 1
"""Steps that the clock of a user's device may differ."""


def new_secret() -> str:
    """Return a new secret in base 32: 160 bits."""
    return pyotp.random_base32()


def address_of(secret: str, name: str) -> str:
    """Return the address by which an authenticator takes a secret."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def step_of(secret: str, code: str, now: dt.datetime, last: int | None) -> int | None:
    """Return the time step of a code; None if the code is wrong, or of a step that was taken already.

    Args:
        secret: in base 32.
        code: six digits; spaces between them do not matter.
        now: the present time.
        last: the step of the last code that was taken.
    """
    digits = "".join(code.split())
    if not _CODE.fullmatch(digits):
        return None
    present = int(now.timestamp()) // STEP_S
    for step in range(present - _DRIFT, present + _DRIFT + 1):
        own = pyotp.TOTP(secret).generate_otp(step)
        if hmac.compare_digest(own, digits) and (last is None or step > last):
            return step
    return None
