"""A customer's consent to advertising: what a proof of it says."""

from __future__ import annotations

import datetime as dt
from dataclasses import field

from offline_collect.domain.values import value

HOW_MAX = 60
"""Characters of the way in which he consented: ``paper form``."""

PROOF_MAX = 500
"""Characters of the words to which he consented, or of the place where the proof is kept."""


@value
class Consent:
    """A customer's consent to advertising.

    Attributes:
        how: the way in which he gave it: ``paper form``.
        proof: the words to which he consented, or where the proof is kept.
        withdrawn_at: None while it is in force.
    """

    merchant_id: str
    customer_no: str
    given_at: dt.datetime
    how: str
    proof: str = field(repr=False)
    withdrawn_at: dt.datetime | None = None
