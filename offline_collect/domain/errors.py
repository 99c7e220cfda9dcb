"""The domain's errors: one tree; each message says what the user can do.

The tree::

    DomainError
      AmountError
      BankFileError
        BankFileTakenError
      CutoverError
        OpeningError
      DebitError
      NotPermittedError
      NoticeError
        UnknownNoticeError
      OrganisationError
      PayoutError
      PostingError
      ReconciliationError
        DayOpenError
      RuleError
      ScopeError
      StoreError
      TellerCloseError
"""

from __future__ import annotations

from collections.abc import Sequence

from offline_collect.domain.texts.phrases import Phrase, in_lines


class DomainError(Exception):
    """Root of the domain's errors."""


class AmountError(DomainError, ValueError):
    """A text is not an amount of its currency."""


class RuleError(DomainError, ValueError):
    """A merchant's rule or form contradicts itself; the message says where."""


class PostingError(DomainError):
    """A manual posting is not possible; the message says why, and what to do instead."""


class CutoverError(DomainError):
    """A business day cannot be closed as requested."""


class OpeningError(CutoverError):
    """A business day cannot be opened as requested."""


class DebitError(DomainError):
    """A debit batch cannot be made, written, cancelled or resolved as requested; the message says what to do."""


class BankFileError(DomainError):
    """A file of a bank is not taken, as a whole.

    Attributes:
        differences: the first of them, one a line.
        count: of all.
    """

    def __init__(self, words: str, differences: Sequence[str] = (), count: int = 0) -> None:
        more = (
            [Phrase("and {count} more", count=count - len(differences))] if count > len(differences) else []
        )
        super().__init__(in_lines([words, *differences, *more]))
        self.differences = tuple(differences)
        self.count = count


class BankFileTakenError(BankFileError):
    """The same file was taken before."""


class NoticeError(DomainError):
    """A notice cannot be found, retried or cancelled as requested; the message says why."""


class UnknownNoticeError(NoticeError):
    """There is no such notice, or no such template of notices, among those that the user sees."""


class PayoutError(DomainError):
    """A run of payouts cannot be written, or a payout not be retried, as requested; the message says what to do."""


class ReconciliationError(DomainError):
    """A file, an item or a day is not reconciled or settled as requested; the message says why.

    Attributes:
        problems: the first of what is wrong in a file.
    """

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        super().__init__(in_lines([message, *problems]))
        self.problems = tuple(problems)


class DayOpenError(ReconciliationError):
    """A file of a business day that is still open: it can be taken after the day's cutover."""


class TellerCloseError(DomainError):
    """A teller's close cannot be seen, or counted, as requested."""
