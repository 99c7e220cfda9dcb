"""Signs and verifies messages as Standard Webhooks (standardwebhooks.com) has it: HMAC-SHA256 over id, time and body."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Mapping

_PREFIX = "whsec_"
_LEAST, _MOST = 24, 64

TOLERANCE = dt.timedelta(minutes=5)
"""How far the time of a message may be from ours."""

_STAMP = re.compile(r"[0-9]{1,12}")


def parse_secret(text: str) -> bytes:
    """Return the key of a secret such as ``whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw``.

    Raises:
        ValueError: it is no such secret; the message does not have it.
    """
    try:
        key = base64.b64decode(text.strip().removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("is no secret of a webhook: whsec_ and the key in base64") from None
    if not _LEAST <= len(key) <= _MOST:
        raise ValueError(f"has a key of {len(key)} bytes: {_LEAST} to {_MOST} are needed")
    return key


def signature_headers(key: bytes, message_id: str, at: dt.datetime, body: bytes) -> dict[str, str]:
    """Return the headers by which a receiver proves who sent a message, and when.

    Args:
        at: the time of this attempt: an old one is not accepted when somebody plays it again.
    """
    stamp = str(int(at.timestamp()))
    signature = _signature(key, message_id, stamp, body)
    return {"webhook-id": message_id, "webhook-timestamp": stamp, "webhook-signature": signature}


def is_signed(key: bytes, headers: Mapping[str, str], body: bytes, now: dt.datetime) -> bool:
    """Whether a message is from who has the key, and not older or newer than :data:`TOLERANCE`.

    Args:
        headers: those of :func:`signature_headers`; ``webhook-signature`` may have several, with spaces between them.
    """
    stamp = headers["webhook-timestamp"]
    if not _STAMP.fullmatch(stamp) or abs(int(stamp) - now.timestamp()) > TOLERANCE.total_seconds():
        return False
    right = _signature(key, headers["webhook-id"], stamp, body).encode()
    return any(hmac.compare_digest(right, each.encode()) for each in headers["webhook-signature"].split(" "))


def _signature(key: bytes, message_id: str, stamp: str, body: bytes) -> str:
    signed = b".".join([message_id.encode(), stamp.encode(), body])
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
