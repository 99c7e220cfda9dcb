"""The domain's errors: one tree; each message says what the user can do.

The tree::

    DomainError
      AmountError
      CutoverError
        OpeningError
      NotPermittedError
      OrganisationError
      PostingError
      RuleError
      ScopeError
      StoreError
"""

from __future__ import annotations


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
