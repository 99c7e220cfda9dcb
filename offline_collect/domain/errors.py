"""What the domain refuses: one tree, each with the words that a person needs to put it right.

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
    """What a person wants to post cannot be posted; the message says why, and what to do instead."""


class CutoverError(DomainError):
    """A business day cannot be closed as asked."""


class OpeningError(CutoverError):
    """A business day cannot be opened as asked."""
