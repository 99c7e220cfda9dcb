"""What payers answer to messages: they want no more, or the number is not the customer's."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from types import MappingProxyType

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.notices.addresses import Address, AddressKind, address_digest, address_of
from offline_collect.domain.notices.answered import CLOCKS, KnownBy, answered_writers
from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.opt_out import OptOutSource
from offline_collect.domain.notices.replies import ReplyMeaning, ReplyWords, UpstreamSms, meaning_of, said_at
from offline_collect.domain.ports import Clock
from offline_collect.domain.values import value
from offline_collect.notify.opt_outs import keep_opt_out
from offline_collect.store import SqlStore, StoreTransaction, append_audit, require_merchant
from offline_collect.store.notices.address_faults import StoredAddress, get_address, put_address
from offline_collect.store.notices.addresses import address_key
from offline_collect.store.notices.opt_outs import OptOut, writers_to

MERCHANTS_MAX = 1_000
"""Merchants of which one answer can stop the notices."""


@value
class Reply:
    """An answer of a payer.

    Attributes:
        number: his mobile number, however the gateway writes it.
        channel: the way on which it came, for the audit: ``kannel``.
        merchant_id: whom he answers, if a user says it; None if nobody does.
        extension_of: the merchant whose extension he wrote to; None if it is nobody's.
        notice_class: of the message that he answers; None if nothing says it.
    """

    number: str = field(repr=False)
    text: str = field(repr=False)
    at: dt.datetime
    channel: str
    merchant_id: str | None = None
    extension_of: str | None = None
    notice_class: NoticeClass | None = None


@value
class ReplyTaken:
    """What came of an answer.

    Attributes:
        merchants: whose notices it stops from now on; those that it had stopped before are not among them.
    """

    meaning: ReplyMeaning
    merchants: Sequence[str]


@value
class RepliesTaken:
    """What came of several answers.

    Attributes:
        stopped: those that want no more.
        refused: those that say that the number is not the customer's.
        others: those that mean something else, of which nothing is kept.
    """

    stopped: int = 0
    refused: int = 0
    others: int = 0

    def __add__(self, other: RepliesTaken) -> RepliesTaken:
        return RepliesTaken(
            self.stopped + other.stopped, self.refused + other.refused, self.others + other.others
        )


def take_reply(store: SqlStore, actor: Actor, words: ReplyWords, reply: Reply) -> ReplyTaken:
    """Take an answer; one that came before changes nothing.

    Whom he answers says :func:`~offline_collect.domain.notices.answered.answered_writers`. If nothing says which class,
    it is SERVICE: then he gets no more notices at all.

    Raises:
        NotPermittedError, ScopeError: the actor may not.
        StoreError: nothing is changed; the answer must be taken again.
    """
    (taken,) = take_replies(store, actor, words, [reply])
    return taken


def take_replies(
    store: SqlStore, actor: Actor, words: ReplyWords, replies: Sequence[Reply]
) -> Sequence[ReplyTaken]:
    """Take answers, all in one transaction; see :func:`take_reply`.

    Returns:
        what came of each, in their order.

    Raises:
        NotPermittedError, ScopeError: the actor may not.
        StoreError: nothing is changed; all must be taken again.
    """
    _require(actor)
    meanings = [meaning_of(each.text, words) for each in replies]
    asking = [place for place, each in enumerate(meanings) if each is not ReplyMeaning.OTHER]
    new: list[list[str]] = [[] for _ in replies]
    if asking:
        with store.transaction() as tx:
            key = address_key(tx)
            told = [(place, *each) for place in asking for each in _told(tx, key, replies[place])]
            # By merchant and address, so that two that take answers to the same merchants do not wait for each other.
            for place, each, known_by in sorted(told, key=lambda one: (one[1].merchant_id, one[1].address)):
                does = _stopped if meanings[place] is ReplyMeaning.STOP else _refused
                if does(tx, actor, replies[place], each, known_by):
                    new[place].append(each.merchant_id)
    return [ReplyTaken(*each) for each in zip(meanings, new, strict=True)]


class ReplyDesk:
    """Takes what gateways hand on; any thread may."""

    def __init__(
        self,
        store: SqlStore,
        clock: Clock,
        actor: Actor,
        words: ReplyWords,
        extensions: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Make it.

        Args:
            extensions: of the bank's number, by merchant.

        Raises:
            NotPermittedError, ScopeError: the actor may not.
        """
        _require(actor)
        self._store, self._clock, self._actor, self._words = store, clock, actor, words
        self._merchants = {extension: merchant_id for merchant_id, extension in extensions.items()}

    def take(self, upstream: Sequence[UpstreamSms], channel: str) -> RepliesTaken:
        """Do what payers want, all in one transaction; what comes again changes nothing.

        Args:
            channel: the way on which they came, for the audit.

        Raises:
            StoreError: nothing is changed.
        """
        now = self._clock.now()
        replies = [self._reply(each, now, channel) for each in upstream]
        taken = take_replies(self._store, self._actor, self._words, replies)
        counts = Counter(each.meaning for each in taken)
        return RepliesTaken(
            *(counts[each] for each in (ReplyMeaning.STOP, ReplyMeaning.NOT_ME, ReplyMeaning.OTHER))
        )

    def _reply(self, sms: UpstreamSms, now: dt.datetime, channel: str) -> Reply:
        extension_of = None if sms.extension is None else self._merchants.get(sms.extension)
        return Reply(sms.number, sms.text, said_at(sms, now), channel, extension_of=extension_of)


def _require(actor: Actor) -> None:
    actor.require(Permission.NOTIFY)
    actor.require_whole("take what payers say")


def _told(tx: StoreTransaction, key: bytes, reply: Reply) -> Sequence[tuple[StoredAddress, KnownBy]]:
    """Return the number within each merchant whom the payer answers, and how that is known."""
    digest = address_digest(key, _address(reply))
    writers = writers_to(tx, digest, reply.at + CLOCKS, MERCHANTS_MAX)
    known_by, answered = answered_writers(
        writers, reply.at, named=reply.merchant_id, extension_of=reply.extension_of
    )
    return [(StoredAddress(each.merchant_id, digest, each.customer_no), known_by) for each in answered]


def _address(reply: Reply) -> Address:
    return address_of(AddressKind.MOBILE, reply.number)


def _stopped(
    tx: StoreTransaction, actor: Actor, reply: Reply, told: StoredAddress, known_by: KnownBy
) -> bool:
    asked = OptOut(
        merchant_id=told.merchant_id,
        address=told.address,
        notice_class=reply.notice_class or NoticeClass.SERVICE,
        shown=_address(reply).masked,
        source=OptOutSource.SMS,
        opted_out_at=reply.at,
    )
    return keep_opt_out(tx, actor, asked, _action(reply), {"merchant_known_by": known_by.value})


def _refused(
    tx: StoreTransaction, actor: Actor, reply: Reply, told: StoredAddress, known_by: KnownBy
) -> bool:
    require_merchant(tx, told.merchant_id, lock=True)
    before = get_address(tx, told.merchant_id, told.address)
    if before is not None and before.refused_at is not None:
        return False
    after = replace(before or told, customer_no=told.customer_no, refused_at=reply.at)
    put_address(tx, after, there=before is not None)
    subject = Subject(SubjectType.ADDRESS, _address(reply).masked, told.merchant_id)
    document = {
        "customer": told.customer_no,
        "refused_at": reply.at,
        "merchant_known_by": known_by.value,
    }
    append_audit(tx, actor, _action(reply), subject, None, document, reply.at)
    return True


def _action(reply: Reply) -> str:
    return f"notify reply by {reply.channel}"
