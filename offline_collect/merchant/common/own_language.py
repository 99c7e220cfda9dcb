"""The language of a merchant's files: the one that its name is written in."""

from __future__ import annotations

import re

from offline_collect.domain.merchants import Merchant
from offline_collect.translations import Language, Languages

_CHINESE = re.compile(r"[\u3400-\u9fff]")


def own_languages(merchant: Merchant) -> Languages:
    """Return Chinese for a merchant with a Chinese name, else English."""
    return (Language.ZH if _CHINESE.search(merchant.name) else Language.EN,)
