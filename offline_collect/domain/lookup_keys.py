"""Lookup keys, by which customers are found: one for the inputs of each alternative of the merchant's form."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from json.encoder import encode_basestring as _quoted

from offline_collect.domain.forms import PaymentForm, complete_alternatives


def lookup_keys(form: PaymentForm, values: Mapping[str, str]) -> tuple[str, ...]:
    """Return a lookup key for each alternative of the form that ``values`` completes."""
    return tuple(
        [
            lookup_key({asked.key: values[asked.key] for asked in alternative})
            for alternative in complete_alternatives(form, values)
        ]
    )


def labels_by_key(form: PaymentForm, values: Mapping[str, str]) -> dict[str, str]:
    """Return the labels of the inputs of each lookup key of ``values``, by key: ``房号, 业主姓名``."""
    labels = [
        ", ".join(asked.label for asked in alternative) for alternative in complete_alternatives(form, values)
    ]
    return dict(zip(lookup_keys(form, values), labels, strict=True))


def typed_key(form: PaymentForm, given: Mapping[str, str]) -> str:
    """Return the lookup key of inputs that :func:`read_inputs` has accepted."""
    return lookup_keys(form, given)[0]


def lookup_key(values: Mapping[str, str]) -> str:
    """Return the key for a customer's normalised inputs: 64 hex digits.

    It is a digest, so its length is fixed in every database and an index shows no personal data.
    """
    # The same text as the JSON encoder's without spaces, which would take 1.5 times as long.
    text = f"[{','.join([f'[{_quoted(key)},{_quoted(value)}]' for key, value in sorted(values.items())])}]"
    return hashlib.sha256(text.encode()).hexdigest()
