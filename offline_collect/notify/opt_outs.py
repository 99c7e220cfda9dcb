"""Opt-outs of payers: from their app, their mails, an operator. See ``replies`` for their answers by SMS."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.errors import NoticeError
from offline_collect.domain.notices.addresses import Address, address_digest, is_address
from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.opt_out import OptOutSource
from offline_collect.domain.notices.unsubscribe import Unsubscription, read_token
from offline_collect.domain.ports import Clock
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.values import value
from offline_collect.notify.pages import DocumentPage
from offline_collect.store import NotFoundError, SqlStore, StoreTransaction, append_audit, require_merchant
from offline_collect.store.notices.addresses import address_key
from offline_collect.store.notices.opt_outs import (
    OptOut,
    add_opt_out,
    delete_opt_out,
    get_opt_out,
    list_opt_outs,
)

_KINDS = Phrase(
    "a mobile number has 6 to 20 digits, an e-mail address an @ in it, an app user at least one character"
)


@value
class OptOutOrder:
    """A class of a merchant's notices, and an address to which they are not to go."""

    merchant_id: str
    address: Address
    notice_class: NoticeClass
    source: OptOutSource = OptOutSource.OPERATOR


def opt_out(store: SqlStore, actor: Actor, order: OptOutOrder, now: dt.datetime) -> bool:
    """Send no more of a class to an address, from the next claim on; return whether that is new.

    Raises:
        NotPermittedError: the actor may not.
        NotFoundError: there is no such merchant.
        NoticeError: the address cannot be one.
    """
    actor.require(Permission.NOTIFY)
    _check(order.address)
    with store.transaction() as tx:
        digest = address_digest(address_key(tx), order.address)
        asked = _opt_out(order, digest, now)
        return keep_opt_out(tx, actor, asked, "notify optout add")


def keep_opt_out(
    tx: StoreTransaction,
    actor: Actor,
    asked: OptOut,
    action: str,
    further: Mapping[str, str] = MappingProxyType({}),
) -> bool:
    """Store an opt-out and record it in the audit, unless it is there; return whether it is new.

    Args:
        further: what else the audit says of it.

    Raises:
        NotFoundError: there is no such merchant.
    """
    # Two who say the same at once take turns.
    require_merchant(tx, asked.merchant_id, lock=True)
    if get_opt_out(tx, asked.merchant_id, asked.address, asked.notice_class) is not None:
        return False
    add_opt_out(tx, asked)
    append_audit(
        tx, actor, action, _subject(asked), None, {**_document(asked), **further}, asked.opted_out_at
    )
    return True


def opt_in(store: SqlStore, actor: Actor, order: OptOutOrder, now: dt.datetime) -> None:
    """Send a class to an address again, because its owner asked for it.

    Raises:
        NotPermittedError: the actor may not.
        NotFoundError: there is no such merchant.
        NoticeError: the address cannot be one, or has not opted out.
    """
    actor.require(Permission.NOTIFY)
    _check(order.address)
    with store.transaction() as tx:
        require_merchant(tx, order.merchant_id, lock=True)
        digest = address_digest(address_key(tx), order.address)
        found = get_opt_out(tx, order.merchant_id, digest, order.notice_class)
        if found is None:
            raise NoticeError(
                Phrase(
                    "{masked} has not opted out of {notice_class} of {merchant_id}: `offline-collect"
                    " notify optout list` shows who has",
                    masked=order.address.masked,
                    notice_class=order.notice_class.value,
                    merchant_id=order.merchant_id,
                )
            )
        delete_opt_out(tx, found)
        append_audit(tx, actor, "notify optout remove", _subject(found), _document(found), None, now)


def unsubscribe(
    store: SqlStore, actor: Actor, key: Callable[[], bytes], token: str, now: dt.datetime
) -> bool:
    """Take the one-click POST of a mail's List-Unsubscribe (RFC 8058); return whether it is new.

    Args:
        key: returns the key of the tokens; it is not read for who may not.
        token: the last part of the URL.

    Raises:
        NotPermittedError, ScopeError: the actor may not.
        NoticeError: the token is not one of ours.
        NotFoundError: its merchant is not there any more.
    """
    _require_listener(actor)
    said = read_token(key(), token)
    if said is None:
        raise NoticeError(
            Phrase("the token of the link is not one that this platform has signed: nothing is changed")
        )
    return _unsubscribe(store, actor, said, now)


class UnsubscribeDesk:
    """Takes the links of mails; any thread may."""

    def __init__(self, store: SqlStore, clock: Clock, actor: Actor, key: bytes) -> None:
        """Make it.

        Args:
            key: of the tokens.

        Raises:
            NotPermittedError, ScopeError: the actor may not.
        """
        _require_listener(actor)
        self._store, self._clock, self._actor, self._key = store, clock, actor, key

    def read(self, token: str) -> Unsubscription | None:
        """Return what a token says; None if it is not one of ours. The store is not asked."""
        return read_token(self._key, token)

    def take(self, said: Unsubscription) -> bool | None:
        """Do what a token says; return whether it is new, None if its merchant is not there any more.

        Raises:
            StoreError: nothing is changed.
        """
        try:
            return _unsubscribe(self._store, self._actor, said, self._clock.now())
        except NotFoundError:
            return None


class AppDesk:
    """Takes what the bank's app says for those who use it; any thread may."""

    def __init__(self, store: SqlStore, clock: Clock, actor: Actor) -> None:
        """Make it.

        Raises:
            NotPermittedError, ScopeError: the actor may not.
        """
        _require_listener(actor)
        self._store, self._clock, self._actor = store, clock, actor

    def take(self, order: OptOutOrder, call: str) -> bool | None:
        """Do what the app says; return whether it is new, None if there is no such merchant.

        Args:
            call: the id of the app's call, for the audit.

        Raises:
            NoticeError: the address cannot be one.
            StoreError: nothing is changed.
        """
        _check(order.address)
        now = self._clock.now()
        try:
            with self._store.transaction() as tx:
                digest = address_digest(address_key(tx), order.address)
                asked = _opt_out(order, digest, now)
                return keep_opt_out(tx, self._actor, asked, "notify optout add", {"call": call})
        except NotFoundError:
            return None


def _require_listener(actor: Actor) -> None:
    actor.require(Permission.NOTIFY)
    actor.require_whole("take what payers say")


def _unsubscribe(store: SqlStore, actor: Actor, said: Unsubscription, now: dt.datetime) -> bool:
    asked = OptOut(
        merchant_id=said.merchant_id,
        address=said.digest,
        notice_class=said.notice_class,
        shown=said.shown,
        source=OptOutSource.EMAIL,
        opted_out_at=now,
    )
    with store.transaction() as tx:
        return keep_opt_out(tx, actor, asked, "notify optout unsubscribe")


def view_opt_outs(
    store: SqlStore, actor: Actor, merchant_id: str, page: tuple[str | None, int]
) -> DocumentPage[str]:
    """Return a page of a merchant's opt-outs.

    Raises:
        NotPermittedError: the actor may not look.
        NotFoundError: there is no such merchant.
    """
    actor.require(Permission.VIEW)
    after, most = page
    cursor = None
    if after is not None:
        address, _, notice_class = after.partition(":")
        cursor = (address, notice_class)
    with store.snapshot() as reading:
        require_merchant(reading, merchant_id)
        found = list_opt_outs(reading, merchant_id, (cursor, most + 1))
    shown = [_document(each) for each in found[:most]]
    last = found[most - 1] if len(found) > most else None
    return DocumentPage(shown, None if last is None else f"{last.address}:{last.notice_class.value}")


def _check(address: Address) -> None:
    if not is_address(address):
        raise NoticeError(Phrase("{masked} is no address: {kinds}", masked=address.masked, kinds=_KINDS))


def _opt_out(order: OptOutOrder, digest: str, now: dt.datetime) -> OptOut:
    return OptOut(
        merchant_id=order.merchant_id,
        address=digest,
        notice_class=order.notice_class,
        shown=order.address.masked,
        source=order.source,
        opted_out_at=now,
    )


def _subject(each: OptOut) -> Subject:
    return Subject(SubjectType.ADDRESS, each.shown, each.merchant_id)


def _document(each: OptOut) -> dict[str, Any]:
    return {
        "address": each.shown,
        "class": each.notice_class.value,
        "source": each.source.value,
        "opted_out_at": each.opted_out_at,
    }
