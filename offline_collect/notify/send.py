"""A sender: takes notices from the outbox, claims what is due, sends it, and writes what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.notices.deliveries import Delivery, NoticeChannel
from offline_collect.domain.notices.messages import OutgoingMessage
from offline_collect.domain.notices.planning import Claim, SendTerms
from offline_collect.domain.notices.results import Result, Verdict, accepted_changes, after_attempt
from offline_collect.domain.ports import Clock
from offline_collect.domain.values import value
from offline_collect.notify.channels.outlet import Outlet, Results
from offline_collect.notify.claim import Claimed, claim_due
from offline_collect.notify.remind import remind_payers
from offline_collect.notify.rendering import Words
from offline_collect.store import SqlStore
from offline_collect.store.notices.address_faults import count_failures
from offline_collect.store.notices.claimed_batches import finish_claims
from offline_collect.store.notices.claims import still_claimed, write_accepted, write_deliveries


@value
class Round:
    """What one round of a sender did.

    Attributes:
        reminded: reminders that were written to the outbox.
        taken: notices from the outbox.
        changed: notices that were claimed, or of which something else was decided.
        failed: messages that no channel accepted.
    """

    taken: int
    changed: int
    sent: int
    failed: int
    reminded: int = 0

    @property
    def idle(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.taken or self.changed)


@value
class Begun:
    """What a sender has claimed and handed over, and not written the results of yet.

    Attributes:
        reminded: reminders that were written to the outbox.
        under_way: the ids of the messages of each channel, and their results once they are there.
        full: whether it has as many messages as a round may have: more may be due.
    """

    reminded: int
    claimed: Claimed
    under_way: Sequence[tuple[Sequence[str], Results]]
    full: bool

    @property
    def idle(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.claimed.taken or self.claimed.changed)


@value
class SenderName:
    """A sender.

    Attributes:
        name: of this process, different from all others'.
    """

    name: str
    actor: Actor


class Sender:
    """Sends notices; several may run at once, on several machines."""

    def __init__(
        self,
        store: SqlStore,
        clock: Clock,
        terms: SendTerms,
        words: Words,
        *,
        who: SenderName,
        outlets: Mapping[NoticeChannel, Outlet],
        share: Callable[[], float],
        batch_max: int,
    ) -> None:
        """Make a sender.

        Args:
            outlets: of the channels of the terms.
            share: returns random numbers from 0 to 1.
            batch_max: messages of a round.

        Raises:
            NotPermittedError, ScopeError: the actor may not send.
        """
        who.actor.require(Permission.NOTIFY)
        who.actor.require_whole("send notices")
        self._store, self._clock = store, clock
        self._terms, self._words = terms, words
        self._name, self._outlets = who.name, outlets
        self._share, self._batch_max = share, batch_max
        self._actor = who.actor
        self._claims = count(1)

    def round(self) -> Round:
        """Do one round.

        Raises:
            StoreError: the store could not be reached. What was sent before that may be sent again, under the same id.
        """
        return self.finish(self.begin())

    def begin(self) -> Begun:
        """Claim what is due, and hand it over to its channels.

        Raises:
            StoreError: nothing is claimed.
        """
        reminded = remind_payers(self._store, self._actor, self._terms.reminders, self._clock)
        claim = Claim(f"{self._name}/{next(self._claims)}", self._clock.now())
        claimed = claim_due(self._store, self._terms, self._words, claim, self._batch_max)
        full = len(claimed.messages) >= self._batch_max
        return Begun(reminded.written, claimed, list(self._handed_over(claimed.messages)), full)

    def finish(self, begun: Begun) -> Round:
        """Wait for the results of what was begun, and write them.

        Raises:
            StoreError: as for :meth:`round`.
        """
        found: dict[str, Result] = {}
        for ids, done in begun.under_way:
            found.update(zip(ids, done(), strict=True))
        claimed = begun.claimed
        results = [found[each.message_id] for each in claimed.messages]
        self._keep(claimed, results)
        self._count_failures(claimed.leads, results)
        sent = sum(each.verdict is Verdict.ACCEPTED for each in results)
        return Round(claimed.taken, claimed.changed, sent, len(results) - sent, begun.reminded)

    def _handed_over(self, messages: Sequence[OutgoingMessage]) -> Iterator[tuple[Sequence[str], Results]]:
        """Hand each message over to its channel."""
        for channel, outlet in self._outlets.items():
            own = [each for each in messages if each.to.channel is channel]
            if own:
                yield [each.message_id for each in own], outlet.begin(own)

    def _count_failures(self, leads: Sequence[Delivery], results: Sequence[Result]) -> None:
        """Count the messages that are stopped because of their address.

        In a transaction of its own: another sender may count the same address, and the results must not wait for it.
        """
        failed = [
            (lead.notice.merchant_id, lead.recipient, lead.notice.customer_no)
            for lead, result in zip(leads, results, strict=True)
            if result.bad_address and result.verdict is Verdict.STOP and lead.recipient is not None
        ]
        if failed:
            with self._store.transaction() as tx:
                count_failures(tx, failed)

    def _keep(self, claimed: Claimed, results: Sequence[Result]) -> None:
        """Write the results, except of notices that another sender has taken since."""
        if not claimed.leads:
            return
        now, accepted, others = self._clock.now(), [], []
        for lead, result in zip(claimed.leads, results, strict=True):
            if result.verdict is Verdict.ACCEPTED and result.receipt is None:
                accepted.append(lead.notice.notice_id)
            else:
                others.append((lead, result))
        with self._store.transaction() as tx:
            finish_claims(tx, claimed.by, now, _sent(claimed.messages, results))
            if accepted:
                write_accepted(tx, claimed.by, accepted, accepted_changes(now))
            own = still_claimed(tx, claimed.by, [lead.notice.notice_id for lead, _ in others])
            write_deliveries(
                tx,
                [
                    after_attempt(lead, result, self._terms.retries, now, self._share())
                    for lead, result in others
                    if lead.notice.notice_id in own
                ],
            )


def _sent(messages: Sequence[OutgoingMessage], results: Sequence[Result]) -> Counter[NoticeChannel]:
    """Return how many messages each channel has accepted, 0 too."""
    sent = Counter[NoticeChannel]()
    for message, result in zip(messages, results, strict=True):
        sent[message.to.channel] += result.verdict is Verdict.ACCEPTED
    return sent
