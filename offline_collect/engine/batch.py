"""One batch, once: wants, facts, decisions, effects, commit (docs/architecture.md)."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from offline_collect.domain.answers import Answer
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.decide import decide, want
from offline_collect.domain.decisions.deciding import NUMBERS_A_COMMAND, Context, Terms
from offline_collect.domain.effects import NO_EFFECTS, Effects
from offline_collect.domain.facts import Facts, Locked, Wants
from offline_collect.domain.ports import Clock, CommitUnknownError, Session, StoreError
from offline_collect.engine.errors import PastDeadlineError
from offline_collect.engine.holding import Holding
from offline_collect.engine.numbers import NumberBlock
from offline_collect.engine.work import MALFUNCTION, TOO_LATE, Outcome, Work

ROUNDS_MAX = 4
"""Three rounds of facts, and one more for a repeat that turns out to be another message."""

ANY_ORDER_MAX = 100_000
"""How many merchants a lane remembers to take bills in any order: their ids take 10 MB then."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Decided:
    """The result of one pass over a batch.

    Attributes:
        stages: seconds by stage.
        held: works held back because another session has locked their rows; they have no outcome.
        held_names: the names that later works must not use before these are decided.
    """

    day: BusinessDate
    outcomes: list[Outcome] = field(default_factory=list)
    effects: list[Effects] = field(default_factory=list)
    writers: list[Work] = field(default_factory=list)
    stages: dict[str, float] = field(default_factory=dict)
    held: list[Work] = field(default_factory=list)
    held_names: set[Hashable] = field(default_factory=set)


class BatchRunner:
    """Runs batches on one session.

    Args:
        session: the lane's connection.
        clock: read once for each command.
        numbers: the source of serial numbers; None for a session that only reads.

    Attributes:
        held: the works that the last run held back, also if its commit failed.
    """

    def __init__(self, session: Session, clock: Clock, terms: Terms, numbers: NumberBlock | None) -> None:
        self._session = session
        self._clock = clock
        self._terms = terms
        self._numbers = numbers
        self._any_order: set[str] = set()
        self.held: list[Work] = []

    @property
    def writes(self) -> bool:
        """Whether the session writes."""
        return self._numbers is not None

    def run(
        self, works: Sequence[Work], *, proving: bool = False, behind: set[Hashable] | None = None
    ) -> Decided:
        """Decide ``works`` in their order and commit.

        Args:
            behind: if given, do not wait for rows locked by other sessions: hold back the works that need
                them, and those that name any of these.
                proving: the works may have been committed before. They are then looked up even after their
                deadline; but works that prove undone and too late are rolled back.

        Raises:
            StoreError: see the session's methods; nothing is committed, except perhaps after CommitUnknownError.
            PastDeadlineError: when proving.
        """
        self.held = []
        first = self._reserve(len(works))
        started = self._clock.monotonic()
        facts = Facts(locked=None if behind is None else Locked(), any_order=self._any_order)
        faulty = self._load(works, facts)
        loaded = self._clock.monotonic()
        decided = Decided(facts.day.date)
        ready = works if behind is None else self._ready(works, faulty, facts, behind, decided)
        self._decide(ready, faulty, facts, first, decided, check_deadlines=not proving)
        judged = self._clock.monotonic()
        self._finish(decided, proving=proving)
        stages = decided.stages
        stages["load"] = loaded - started
        stages["decide"] = judged - loaded
        stages["wait"] = sum(started - work.queued_at for work in works)
        return decided

    def check(self) -> None:
        """Check that a batch can begin and commit.

        Raises:
            StoreError: see :meth:`Session.check`.
        """
        self._session.check()

    def rollback(self) -> None:
        """Roll back the unfinished work of the last run."""
        self._session.rollback()

    def close(self) -> None:
        """Return the connection."""
        self._session.close()

    def _reserve(self, commands: int) -> int:
        return 0 if self._numbers is None else self._numbers.take(commands * NUMBERS_A_COMMAND)

    def _load(self, works: Sequence[Work], facts: Facts) -> set[int]:
        """Begin and load the facts that the works need; return the ids of those whose wants failed."""
        faulty: set[int] = set()
        wants = Wants()
        asking = [work for work in works if self._asks_more(work, facts, wants, faulty)]
        self._session.begin_and_load(wants, facts)
        for _ in range(ROUNDS_MAX - 1):
            if not asking:
                break
            wants = Wants()
            asking = [work for work in asking if self._asks_more(work, facts, wants, faulty)]
            missing = facts.missing(wants)
            if not missing:
                break
            self._session.load(missing, facts)
        self._note_order(facts)
        return faulty

    def _note_order(self, facts: Facts) -> None:
        """Remember which merchants take bills in any order, for the next batch's wants."""
        if len(self._any_order) > ANY_ORDER_MAX:
            self._any_order.clear()
        for merchant_id, merchant in facts.merchants.items():
            if merchant is not None and merchant.amount_rule.any_order:
                self._any_order.add(merchant_id)
            else:
                self._any_order.discard(merchant_id)

    def _asks_more(self, work: Work, facts: Facts, wants: Wants, faulty: set[int]) -> bool:
        try:
            return want(work.command, facts, wants)
        except Exception:  # noqa: BLE001 - any error concerns only this command
            _log.exception("a command's wants failed")
            faulty.add(id(work))
            return False

    def _ready(
        self, works: Sequence[Work], faulty: set[int], facts: Facts, behind: set[Hashable], decided: Decided
    ) -> list[Work]:
        """Return the works that can be decided; late or faulty works are never held back."""
        assert facts.locked is not None
        holding, now = Holding(facts, facts.locked, behind), self._clock.monotonic()
        ready = [
            work for work in works if work.deadline <= now or id(work) in faulty or not holding.holds(work)
        ]
        self.held = decided.held = holding.held
        decided.held_names = holding.names
        return ready

    def _decide(
        self,
        works: Sequence[Work],
        faulty: set[int],
        facts: Facts,
        number: int,
        decided: Decided,
        *,
        check_deadlines: bool,
    ) -> None:
        clock, terms, monotonic = self._clock, self._terms, self._clock.monotonic()
        for place, work in enumerate(works):
            if check_deadlines and work.deadline <= monotonic:
                decided.outcomes.append(Outcome(work, TOO_LATE))
                continue
            context = Context(clock.now(), number + place * NUMBERS_A_COMMAND, terms)
            answer, effects = (
                (MALFUNCTION, NO_EFFECTS) if id(work) in faulty else self._judge(work, facts, context)
            )
            decided.outcomes.append(Outcome(work, answer))
            if effects is not NO_EFFECTS:
                facts.apply(effects)
                decided.effects.append(effects)
                decided.writers.append(work)

    def _judge(self, work: Work, facts: Facts, context: Context) -> tuple[Answer, Effects]:
        try:
            return decide(work.command, facts, context)
        except Exception:  # noqa: BLE001 - any error concerns only this command: 96, no effects
            _log.exception("a decision failed")
            return MALFUNCTION, NO_EFFECTS

    def _finish(self, decided: Decided, *, proving: bool) -> None:
        if not decided.effects:
            self._session.rollback()
            return
        begun = self._clock.monotonic()
        if not proving and self._session.commits_with_writes(len(decided.effects)):
            with _open_outcome():
                self._session.write_and_commit(decided.effects)
            written = self._clock.monotonic()
        else:
            self._session.write(decided.effects)
            written = self._clock.monotonic()
            if proving:
                self._refuse_late(decided, written)
            with _open_outcome():
                self._session.commit()
        decided.stages["store"] = written - begun
        decided.stages["commit"] = self._clock.monotonic() - written

    def _refuse_late(self, decided: Decided, now: float) -> None:
        """A work that can be written now was not written before; if it is too late, it must not be done."""
        late = [work for work in decided.writers if work.deadline <= now]
        if late:
            raise PastDeadlineError(late)


@contextmanager
def _open_outcome() -> Iterator[None]:
    """After an unexpected error in a commit, its outcome is as unknown as after a lost connection."""
    try:
        yield
    except StoreError:
        raise
    except Exception as error:
        raise CommitUnknownError("the commit failed with an unexpected error") from error
