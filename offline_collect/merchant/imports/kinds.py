"""What imports bring, in words."""

from __future__ import annotations

from types import MappingProxyType

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store import ImportKind

KINDS = MappingProxyType({ImportKind.CUSTOMERS: Phrase("customers"), ImportKind.BILLS: Phrase("bills")})
