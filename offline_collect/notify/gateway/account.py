"""The bank's account at a gateway of SMS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from offline_collect.domain.values import value


@value
class GatewayAccount:
    """The bank's account at a gateway.

    Attributes:
        signature: as the gateway has approved it, without brackets.
        country: the calling code of numbers without one, such as ``86``.
        parameters: what the format names besides.
        extensions: of the gateway's number, by merchant.
    """

    url: str
    key_id: str
    secret: str = field(repr=False)
    signature: str
    country: str
    parameters: Mapping[str, str]
    extensions: Mapping[str, str] = field(default_factory=dict)
