"""What the form designer needs of the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from offline_collect.merchant.forms.patterns import FormPattern
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.messages.message_set.types import MessageSet


@dataclass(frozen=True, slots=True)
class FormParts:
    """What the form designer needs.

    Attributes:
        messages: that carry a form.
        dialects: that it must fit, by name.
        titles: of the columns of bills, by their keys.
        patterns: that a first form can begin with.
        payer_url: to which a poster's QR code leads; None without such a page.
    """

    messages: MessageSet
    dialects: Mapping[str, Dialect]
    titles: Mapping[str, str]
    patterns: tuple[FormPattern, ...] = ()
    payer_url: str | None = None
