"""The target of an import: a merchant, its form, and the layout compiled for both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from offline_collect.domain.forms import PaymentForm, form_to_document
from offline_collect.domain.merchants import Merchant
from offline_collect.files.columns.layout import Layout, compile_layout
from offline_collect.merchant.common.errors import NoFormError
from offline_collect.store import StoreTransaction, get_form, require_merchant

LayoutSource = tuple[Mapping[str, Any], str]
"""The content of a layout's schema file, and the file's name."""


@dataclass(frozen=True, slots=True)
class Target:
    """The merchant that rows belong to, and how rows are read."""

    merchant: Merchant
    form: PaymentForm
    layout: Layout

    def title(self, key: str) -> str:
        """Return what people call a column or input."""
        columns = (*self.layout.columns, *self.layout.inputs)
        return next((column.label for column in columns if column.key == key), key)


def target_for(tx: StoreTransaction, merchant_id: str, layout: LayoutSource, *, lock: bool = False) -> Target:
    """Return the target of a merchant's rows.

    Args:
        lock: whether the merchant stays locked until the transaction ends.

    Raises:
        NotFoundError: no merchant has this id.
        NoFormError: it has no form yet.
        LayoutError: the layout cannot work.
    """
    merchant = require_merchant(tx, merchant_id, lock=lock)
    form = require_form(tx, merchant_id)
    values, source = layout
    inputs = form_to_document(form)["inputs"]
    return Target(
        merchant, form, compile_layout(values, inputs=inputs, currency=merchant.currency, source=source)
    )


def require_form(tx: StoreTransaction, merchant_id: str) -> PaymentForm:
    """Return a merchant's current form.

    Raises:
        NoFormError: it has none yet.
    """
    form = get_form(tx, merchant_id)
    if form is None:
        raise NoFormError(merchant_id)
    return form
