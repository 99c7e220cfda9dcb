"""docs/merchants.md names every key of merchant.yaml and form.yaml, and no other."""

import re

from offline_collect.merchant.common.yaml_documents import section_of
from offline_collect.merchant.forms.definition import FormDocument
from offline_collect.merchant.profile.definition import MerchantDocument
from tests.support.tree import ROOT

DOCUMENT = (ROOT / "docs" / "merchants.md").read_text(encoding="utf-8")


def keys(model, path=""):
    for name in model.model_fields:
        yield path + name
        section = section_of(model, name)
        # A change of a rule has the keys of the rule, and a start date.
        if section is not None and name != "tiers":
            yield from keys(section, f"{path}{name}{'[]' if name == 'inputs' else ''}.")


def test_every_key_is_documented():
    tables = re.findall(r"^\| key \| meaning \|\n((?:\|.*\n)+)", DOCUMENT, re.MULTILINE)
    documented = re.findall(r"^\| `([^`]+)` \|", "".join(tables), re.MULTILINE)
    assert documented == [*keys(MerchantDocument), *keys(FormDocument)]
