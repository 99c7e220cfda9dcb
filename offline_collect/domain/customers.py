"""Customers of a merchant, as lookups use them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer.

    Attributes:
        customer_no: unique in its merchant, at most 32 characters.
        inputs: normalised values of the form's inputs, by key.
    """

    merchant_id: str
    customer_no: str
    name: str = field(repr=False)
    inputs: Mapping[str, str] = field(default_factory=dict, repr=False)
