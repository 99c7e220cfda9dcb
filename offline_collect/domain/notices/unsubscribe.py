"""Tokens of the links by which payers unsubscribe: signed, with no address in them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence

from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.values import value

TOKEN_MAX = 1_000
"""Characters of a token that is looked at."""


@value
class Unsubscription:
    """What a token says: of which notices the owner of an address wants no more.

    Attributes:
        digest: of the address.
        shown: the masked address.
    """

    merchant_id: str
    notice_class: NoticeClass
    digest: str
    shown: str


def make_token(key: bytes, said: Unsubscription) -> str:
    """Return a token for a link: base64url of what it says and of the HMAC-SHA256 over it."""
    parts = [said.merchant_id, said.notice_class.value, said.digest, said.shown]
    content = _coded(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode())
    return f"{content}.{_signature(key, content)}"


def read_token(key: bytes, token: str) -> Unsubscription | None:
    """Return what a token says; None if it was not signed with the key."""
    content, dot, signature = token.partition(".")
    if not dot or len(token) > TOKEN_MAX or not token.isascii():
        return None
    if not hmac.compare_digest(_signature(key, content), signature):
        return None
    # What is signed is well-formed: nobody else has the key.
    parts: Sequence[str] = json.loads(base64.urlsafe_b64decode(content + "=" * (-len(content) % 4)))
    merchant_id, notice_class, digest, shown = parts
    return Unsubscription(merchant_id, NoticeClass(notice_class), digest, shown)


def _signature(key: bytes, content: str) -> str:
    return _coded(hmac.digest(key, content.encode(), hashlib.sha256))


def _coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
