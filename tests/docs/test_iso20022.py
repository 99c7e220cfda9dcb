"""docs/day-end.md names every element that is written or read, and every limit."""

import re
from pathlib import Path

import pytest
from lxml import etree

from offline_collect.domain.debits.reason_codes import NOT_IN_TABLE
from offline_collect.domain.debits.report_standings import ReportRule, Status
from offline_collect.files.iso20022 import camt054, pain002, pain008, xml_limits

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "day-end.md").read_text(encoding="utf-8").partition("## ISO 20022")[2]
NAMED = {name for path in re.findall(r"`([A-Za-z/]+)`", PAGE) for name in path.split("/")}


def part_about(message):
    return (
        PAGE.partition(f"### What is written: `{message}`")[2]
        or PAGE.partition(f"### What is read: `{message}`")[2]
    )


def test_every_element_that_is_written_is_documented():
    written = etree.parse(ROOT / "tests" / "vectors" / "files" / "pain.008.001.08.xml")
    elements = {etree.QName(each).localname for each in written.iter()}
    assert elements - {"Document", "CstmrDrctDbtInitn"} <= NAMED
    assert part_about(pain008.MESSAGE)


@pytest.mark.parametrize("module", [pain002, camt054])
def test_every_value_that_is_read_is_documented(module):
    def leaves(node):
        for name, child in node.children.items():
            if child.key is not None:
                yield name.rpartition(" ")[2]
                yield from () if child.attribute is None else (child.attribute,)
            yield from leaves(child)

    read = set(leaves(module._PLAN.root))
    assert len(read) > 10
    assert read <= NAMED
    assert part_about(module.MESSAGE)


def test_every_status_and_rule_is_documented():
    assert {each.value for each in Status} <= NAMED
    for rule in ReportRule:
        assert f"`reports: {rule.value}`" in PAGE
    assert f"`{NOT_IN_TABLE}`" in PAGE


def test_the_limits_are_documented():
    refused = PAGE.partition("### What is refused")[2].replace("\n", " ")
    for words in (
        f"{xml_limits.DEPTH_MAX} elements within",
        f"{xml_limits.TEXT_MAX:,} characters",
        f"{xml_limits.ATTRIBUTES_MAX} attributes",
        f"{xml_limits.TOKEN_MAX // 1024} KiB",
        f"{xml_limits.VALUES_MAX} values",
        f"{xml_limits.ELEMENTS_MAX // 1_000_000} million elements",
    ):
        assert words in refused
