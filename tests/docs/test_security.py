"""docs/security.md: each threat and requirement names a test that exists, or says what is not protected or met."""

import re

import pytest

from tests.support.tree import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith(("| threat |", "| chapter |"))
]
UNPROTECTED = re.compile(r"\*\*none|does not encrypt|^\*\*(Not met|Met in part)")


def named_tests(row):
    return re.findall(r"`(tests/[^`]+)`", row[2])


def test_the_page_has_threats():
    assert len(ROWS) > 40
    assert {len(row) for row in ROWS} == {3}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_threat_names_its_test_or_says_that_nothing_protects(row):
    assert bool(named_tests(row)) is not bool(UNPROTECTED.match(row[1]) or UNPROTECTED.search(row[1]))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_the_tests_of_a_threat_exist(row):
    for named in named_tests(row):
        file, _, test = named.partition("::")
        text = (ROOT / file).read_text(encoding="utf-8")
        assert f"def {test}(" in text if test else "def test_" in text, named
