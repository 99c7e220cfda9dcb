"""Claims what is due: looks at each bill, payment, merchant and payer again, and makes the messages to send."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from offline_collect.domain.effects import Addressee
from offline_collect.domain.notices.deliveries import Delivery
from offline_collect.domain.notices.messages import OutgoingMessage
from offline_collect.domain.notices.planning import Claim, SendTerms, longest_due, plan_message
from offline_collect.domain.values import value
from offline_collect.notify.look import look_again
from offline_collect.notify.rendering import Words, message_of
from offline_collect.store import SqlStore, StoreTransaction
from offline_collect.store.notices.claimed_batches import begin_claims, end_claims
from offline_collect.store.notices.claims import (
    AT_ONCE,
    add_deliveries,
    companions,
    due_notices,
    take_notices,
    write_deliveries,
)


@value
class Claimed:
    """What a sender has claimed.

    Attributes:
        taken: notices from the outbox.
        changed: how many notices are not as they were: claimed, merged, postponed, cancelled or suppressed.
        leads: the notices whose messages these are, in the same order.
        by: the name of the claim.
    """

    taken: int
    changed: int
    leads: Sequence[Delivery]
    messages: Sequence[OutgoingMessage]
    by: str


def claim_due(store: SqlStore, terms: SendTerms, words: Words, claim: Claim, most: int) -> Claimed:
    """Take notices from the outbox and claim those that are due, in one transaction.

    What is taken is often due at once: it gets its row when it is decided what becomes of it, so the row is written once.

    Args:
        most: messages at most.

    Raises:
        StoreError: nothing is claimed.
    """
    with store.transaction() as tx:
        taken = take_notices(tx, terms.merge_window, AT_ONCE)
        end_claims(tx, claim.at)
        due = longest_due([*due_notices(tx, claim.at, most), *taken], claim.at, most)
        if not due:
            add_deliveries(tx, taken)
            return Claimed(len(taken), 0, (), (), claim.by)
        groups = list(_grouped(due, companions(tx, due, taken)))
        found = [each for group in groups for each in group]
        looked = look_again(tx, found, terms, words, claim.at)
        plans = [plan_message(lead, others, looked, terms, claim) for lead, *others in groups]
        changed = [each for plan in plans for each in plan.changed]
        _write(tx, taken, changed)
        numbers = Counter(plan.to.channel for plan in plans if plan.to is not None)
        begin_claims(tx, claim, claim.at + terms.claim, numbers)
    messages = [message_of(plan, looked, words) for plan in plans]
    return Claimed(
        len(taken),
        len(changed),
        [plan.lead for plan in plans if plan.lead is not None],
        [each for each in messages if each is not None],
        claim.by,
    )


def _write(tx: StoreTransaction, taken: Sequence[Delivery], changed: Sequence[Delivery]) -> None:
    """Write what was taken from the outbox as it is now, and what has changed of the others."""
    new = {each.notice.notice_id: each for each in taken}
    others = []
    for each in changed:
        if each.notice.notice_id in new:
            new[each.notice.notice_id] = each
        else:
            others.append(each)
    add_deliveries(tx, list(new.values()))
    write_deliveries(tx, others)


def _grouped(due: Sequence[Delivery], others: Sequence[Delivery]) -> Iterator[list[Delivery]]:
    """Yield the notices of each message: first the one that is due, then what goes with it."""
    fresh: dict[Addressee, list[Delivery]] = {}
    tried: dict[str | None, list[Delivery]] = {}
    for each in due:
        if each.message_id is None:
            fresh.setdefault(each.notice.addressee, []).append(each)
        else:
            tried[each.message_id] = [each]
    for each in others:
        if each.message_id is None:
            fresh[each.notice.addressee].append(each)
        else:
            tried[each.message_id].append(each)
    yield from fresh.values()
    yield from tried.values()
