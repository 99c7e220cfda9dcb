"""Codes on Chinese pages: each that a page can show has a Chinese word, in the tables and on the pages themselves."""

import importlib
import pkgutil
import re
from enum import StrEnum
from html import unescape

import pytest

from offline_collect import domain
from offline_collect.console.code_words import CODES, code_word
from offline_collect.console.languages import in_language
from offline_collect.console.rendering import PAGES
from offline_collect.domain.access.approvals import ApprovalState
from offline_collect.domain.access.audit import SubjectType
from offline_collect.domain.access.roles import Role
from offline_collect.domain.bills import BillState
from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Channel, Tender
from offline_collect.domain.debits.batches import BatchState, RecordState
from offline_collect.domain.debits.mandates import MandateState
from offline_collect.domain.effects import ItemKind, NoticeKind
from offline_collect.domain.forms import InputType
from offline_collect.domain.imports.life import ImportState
from offline_collect.domain.late_fee import LateFeeKind
from offline_collect.domain.ledger.manual_postings import ManualPostingKind
from offline_collect.domain.merchants import AmountRuleKind, MerchantStatus
from offline_collect.domain.notices.life import NoticeState
from offline_collect.domain.reconciliation.classes import DifferenceClass
from offline_collect.domain.reconciliation.items import ItemState
from offline_collect.domain.transactions import PaymentState
from offline_collect.store import ImportKind
from offline_collect.translations import Language
from tests.console.crawling import walk
from tests.console.two_banks import USERS, store

__all__ = ["store"]

SHOWN = {
    "answer": (ResponseCode,),
    "batch": (BatchState,),
    "channel": (Channel,),
    "day": (DayState,),
    "debit": (RecordState,),
    "difference": (DifferenceClass, ItemKind),
    "input": (InputType,),
    "item": (ItemState,),
    "kind": (ImportKind, ManualPostingKind),
    "mandate": (MandateState,),
    "notice kind": (NoticeKind,),
    "notice state": (NoticeState,),
    "request": (ApprovalState,),
    "role": (Role,),
    "roles": (Role,),
    "rule": (AmountRuleKind, LateFeeKind),
    "state": (BillState, PaymentState, ImportState),
    "status": (MerchantStatus,),
    "subject": (SubjectType,),
    "tender": (Tender,),
}
"""The codes that templates show by each key."""

_KEY = re.compile(r"""\|word\("([a-z_ ]+)"\)|m\.state\([^()]*(?:\([^()]*\))?[^()]*, "([a-z_ ]+)"\)""")
_TAG = re.compile(r"<[^>]*>")
_OF_DATA = re.compile(r'<(\w+)[^>]*class="id"[^>]*>.*?</\1>|<details>.*?</details>', re.DOTALL)
NAMES = {"APP", "BANK", "GROUP", "LUHN", "MOD11"}
"""Ids of organisations, names of algorithms, and a word of Chinese, that are codes too."""

UNSHOWN = {DifferenceClass.MATCHED}
"""Is never stored as a difference."""


def codes():
    return [(key, code) for key, kinds in SHOWN.items() for kind in kinds for code in kind]


@pytest.mark.parametrize(("key", "code"), codes(), ids=str)
def test_each_code_has_a_chinese_word(key, code):
    if code in UNSHOWN:
        pytest.skip("is never shown")
    word = in_language(code_word(key, code.value), Language.ZH)
    assert re.search("[\u4e00-\u9fff]", word), "is there a Chinese word in platform.po?"


def test_every_key_of_a_template_and_of_the_table_is_named_here():
    used = {
        name
        for path in PAGES.glob("*.html")
        for found in _KEY.findall(path.read_text(encoding="utf-8"))
        for name in found
        if name
    }
    assert used - set(SHOWN) == set(), "name the codes that this key shows"
    assert set(CODES) - set(SHOWN) == {"fees", "per"}


@pytest.mark.parametrize(("key", "code"), [(key, code) for key in ("fees", "per") for code in CODES[key]])
def test_each_word_that_is_no_code_of_the_domain_is_chinese_too(key, code):
    assert re.search("[\u4e00-\u9fff]", in_language(code_word(key, code), Language.ZH))


def all_codes():
    """Return the values of every enumeration of the domain that look like codes."""
    found = set()
    for module in pkgutil.walk_packages(domain.__path__, f"{domain.__name__}."):
        for kind in vars(importlib.import_module(module.name)).values():
            if isinstance(kind, type) and issubclass(kind, StrEnum):
                found |= {code.value for code in kind if re.fullmatch("[A-Z][A-Z0-9_]{2,}", code.value)}
    return found - NAMES


@pytest.mark.parametrize("name", sorted(USERS))
def test_no_chinese_page_shows_a_code(as_user, name):
    known, found = all_codes(), {}
    for address, (_, text) in walk(as_user(name, **{"Accept-Language": "zh"})).answers.items():
        plain = unescape(_TAG.sub(" ", _OF_DATA.sub(" ", text)))
        left = set(re.findall(r"[A-Z][A-Z0-9_]{2,}", plain)) & known
        if left:
            found[address] = left
    assert found == {}
