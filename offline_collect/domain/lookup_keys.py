"""Lookup keys: what a customer is found by, made of the inputs of each alternative of its merchant's form."""

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
    """Return what people call the inputs of each lookup key of ``values``, by key: ``房号, 业主姓名``."""
    labels = [
        ", ".join(asked.label for asked in alternative) for alternative in complete_alternatives(form, values)
    ]
    return dict(zip(lookup_keys(form, values), labels, strict=True))


def typed_key(form: PaymentForm, given: Mapping[str, str]) -> str:
    """Return the lookup key of inputs that :func:`read_inputs` has accepted."""
    return lookup_keys(form, given)[0]


def lookup_key(values: Mapping[str, str]) -> str:
    """Return the key that a customer's normalised inputs are found by: 64 hex digits.

    A digest, because it has one length in every database and shows nobody's data in an index.
    """
    # As the JSON encoder writes it without spaces, which takes half as long again.
    text = f"[{','.join([f'[{_quoted(key)},{_quoted(value)}]' for key, value in sorted(values.items())])}]"
    return hashlib.sha256(text.encode()).hexdigest()
