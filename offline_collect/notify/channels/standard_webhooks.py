"""Signs messages as Standard Webhooks (standardwebhooks.com) has it: HMAC-SHA256 over id, time and body."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac

_PREFIX = "whsec_"
_LEAST, _MOST = 24, 64


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
    signed = b".".join([message_id.encode(), stamp.encode(), body])
    digest = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return {"webhook-id": message_id, "webhook-timestamp": stamp, "webhook-signature": f"v1,{digest}"}
