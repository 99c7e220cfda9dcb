"""What payers answer to messages: they want no more, or the number is not the customer's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import field, replace

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.notices.addresses import Address, AddressKind, address_digest, address_of
from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.opt_out import OptOutSource
from offline_collect.domain.notices.replies import ReplyMeaning, ReplyWords, meaning_of
from offline_collect.domain.values import value
from offline_collect.notify.opt_outs import keep_opt_out
from offline_collect.store import SqlStore, StoreTransaction, append_audit, require_merchant
from offline_collect.store.notices.address_faults import StoredAddress, get_address, put_address
from offline_collect.store.notices.addresses import address_key
from offline_collect.store.notices.opt_outs import OptOut, customers_told

MERCHANTS_MAX = 1_000
"""Merchants of which one answer can stop the notices."""


@value
class Reply:
    """An answer of a payer.

    Attributes:
        number: his mobile number, however the gateway writes it.
        channel: the way on which it came, for the audit: ``kannel``.
        merchant_id: whom he answers, if the number that he wrote to says it; None if it does not.
        notice_class: of the message that he answers; None if nothing says it.
    """

    number: str = field(repr=False)
    text: str = field(repr=False)
    at: dt.datetime
    channel: str
    merchant_id: str | None = None
    notice_class: NoticeClass | None = None


@value
class ReplyTaken:
    """What came of an answer.

    Attributes:
        merchants: whose notices it stops from now on; those that it had stopped before are not among them.
    """

    meaning: ReplyMeaning
    merchants: Sequence[str]


def take_reply(store: SqlStore, actor: Actor, words: ReplyWords, reply: Reply) -> ReplyTaken:
    """Take an answer; one that came before changes nothing.

    If nothing says whom the payer answers, he answers all merchants that have written to his number. If nothing says
    which class, it is SERVICE: then he gets no more notices at all.

    Raises:
        NotPermittedError, ScopeError: the actor may not.
        StoreError: nothing is changed; the answer must be taken again.
    """
    actor.require(Permission.NOTIFY)
    actor.require_whole("take what payers say")
    meaning = meaning_of(reply.text, words)
    if meaning is ReplyMeaning.OTHER:
        return ReplyTaken(meaning, ())
    address = address_of(AddressKind.MOBILE, reply.number)
    with store.transaction() as tx:
        digest = address_digest(address_key(tx), address)
        told = customers_told(tx, digest, reply.merchant_id, MERCHANTS_MAX)
        if meaning is ReplyMeaning.STOP:
            new = [
                merchant_id
                for merchant_id, _ in told
                if _stopped(tx, actor, reply, (merchant_id, digest, address.masked))
            ]
        else:
            new = [
                each[0]
                for each in told
                if _refused(tx, actor, reply, (address, StoredAddress(each[0], digest, each[1])))
            ]
    return ReplyTaken(meaning, new)


def _stopped(tx: StoreTransaction, actor: Actor, reply: Reply, whose: tuple[str, str, str]) -> bool:
    merchant_id, digest, shown = whose
    asked = OptOut(
        merchant_id=merchant_id,
        address=digest,
        notice_class=reply.notice_class or NoticeClass.SERVICE,
        shown=shown,
        source=OptOutSource.SMS,
        opted_out_at=reply.at,
    )
    return keep_opt_out(tx, actor, asked, _action(reply))


def _refused(tx: StoreTransaction, actor: Actor, reply: Reply, whose: tuple[Address, StoredAddress]) -> bool:
    address, told = whose
    require_merchant(tx, told.merchant_id, lock=True)
    before = get_address(tx, told.merchant_id, told.address)
    if before is not None and before.refused_at is not None:
        return False
    after = replace(before or told, customer_no=told.customer_no, refused_at=reply.at)
    put_address(tx, after, there=before is not None)
    subject = Subject(SubjectType.ADDRESS, address.masked, told.merchant_id)
    document = {"customer": told.customer_no, "refused_at": reply.at}
    append_audit(tx, actor, _action(reply), subject, None, document, reply.at)
    return True


def _action(reply: Reply) -> str:
    return f"notify reply by {reply.channel}"
