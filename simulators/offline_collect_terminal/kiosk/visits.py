"""What a payer has done so far, and its end: after a while without him, everything of it is forgotten."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from urllib.parse import quote

from offline_collect.translations import Language
from offline_collect_terminal.errors import BusyError
from offline_collect_terminal.kiosk.paying import Order
from offline_collect_terminal.kiosk.terminal import Result
from offline_collect_terminal.teller.journal.entries import Entry
from offline_collect_terminal.teller.link.answers import Downloaded, Listed
from offline_collect_terminal.teller.screen.model import Line
from offline_collect_terminal.teller.tasks.lookup import Found, Lookup

IDLE_S = 60.0
"""Without the payer for so long a visit ends."""

WAITED_S = 600.0
"""While his payment has no answer, it ends only after this."""

VISITS_MAX = 64


@dataclass(slots=True)
class Visit:
    """One payer at the kiosk.

    Attributes:
        token: proves that a form was drawn for this visit.
        touched: when the payer last did something, seconds.
        large: whether he wants large print.
        here: the page where he is.
        said: lines for the next page.
        typed: what he typed into the form, while it has problems.
        ticked: places of bills that he has ticked, from 0.
        number: of his payment in the journal; None before it has one.
        paying: his payment in the terminal; None if there is none.
        told: whether he has seen the result of it.
    """

    token: str
    touched: float
    language: Language = Language.ZH
    large: bool = False
    here: str = "/"
    said: tuple[Line, ...] = ()
    merchant: Listed | None = None
    downloaded: Downloaded | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    lookup: Lookup | None = None
    found: Found | None = None
    ticked: frozenset[int] = frozenset()
    order: Order | None = None
    number: int | None = None
    paying: Future[Result[Entry | None]] | None = None
    told: bool = False

    @property
    def personal(self) -> bool:
        """Whether it has anything that the next payer must not see."""
        return self.merchant is not None or self.paying is not None

    @property
    def merchant_path(self) -> str:
        """The address of the merchant's form."""
        assert self.merchant is not None, "a merchant was chosen"
        return f"/m/{quote(self.merchant.merchant_id, safe='')}"

    def begin_payment(self, number: int) -> None:
        """Note the number of the payment in the journal."""
        self.number = number

    def forget_payer(self) -> None:
        """Forget bills and payment; the merchant and its form stay."""
        self.typed, self.lookup, self.found, self.ticked = {}, None, None, frozenset()
        self.order = None
        self.forget_payment()

    def forget_payment(self) -> None:
        """Forget the payment: the number that it would have had in the journal may become another payer's."""
        self.number, self.paying, self.told = None, None, False

    def take_said(self) -> tuple[Line, ...]:
        """Return the lines for this page, once."""
        said, self.said = self.said, ()
        return said


class Visits:
    """All visits, in memory only.

    Args:
        clock: seconds, monotonic.
        language: the first language of each visit.
        waits: whether a visit's payment has no answer yet.
    """

    def __init__(
        self, clock: Callable[[], float], language: Language, waits: Callable[[Visit], bool]
    ) -> None:
        self._clock = clock
        self._language = language
        self._waits = waits
        self._visits: dict[str, Visit] = {}

    def __len__(self) -> int:
        return len(self._visits)

    def find(self, key: str | None) -> Visit | None:
        """Return the visit of a cookie; None if there is none or it has ended."""
        self.end_idle()
        return self._visits.get(key or "")

    def begin(self) -> tuple[str, Visit]:
        """Begin a visit, and return the value of its cookie.

        Raises:
            BusyError: there are too many.
        """
        self.end_idle()
        if len(self._visits) >= VISITS_MAX:
            self._end_one_without_payer()
        key = secrets.token_urlsafe(32)
        self._visits[key] = Visit(secrets.token_urlsafe(32), self._clock(), self._language)
        return key, self._visits[key]

    def touch(self, visit: Visit) -> None:
        """Note that the payer is there."""
        visit.touched = self._clock()

    def end(self, key: str | None) -> None:
        """End a visit."""
        self._visits.pop(key or "", None)

    def end_idle(self) -> None:
        """End the visits whose payers have gone."""
        now = self._clock()
        gone = [
            key
            for key, visit in self._visits.items()
            if now - visit.touched >= (WAITED_S if self._waits(visit) else IDLE_S)
        ]
        for key in gone:
            del self._visits[key]

    def _end_one_without_payer(self) -> None:
        """Make room: who only looks at the list of merchants loses nothing."""
        for key, visit in self._visits.items():
            if not visit.personal:
                del self._visits[key]
                return
        raise BusyError(f"{VISITS_MAX} people use the kiosk")


def is_token(visit: Visit, given: str) -> bool:
    """Whether a form's token is that of a visit; in constant time."""
    return hmac.compare_digest(visit.token.encode(), given.encode("utf-8", "replace"))
