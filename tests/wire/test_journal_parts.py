"""A masked request is taken apart for people, also if its line was cut."""

import pytest

from offline_collect.wire.journal_parts import journal_parts
from offline_collect.wire.masking import masked_line

NAMES = {4: "Amount", 11: "STAN", 48: "Private data"}


def parts(journal):
    return [tuple(each) for each in journal_parts(journal, NAMES)]


def test_elements_and_tags_have_their_names():
    line = masked_line(
        "0200", {4: "000000012345", 11: "000001", 48: "0030002S10061004CASH", 63: "secret"}, "utf-8"
    )
    assert parts(line) == [
        ("MTI", "", "0200"),
        ("DE 4", "Amount", "000000012345"),
        ("DE 11", "STAN", "000001"),
        ("DE 48", "Private data", ""),
        ("0030", "Bill number", "S1"),
        ("0061", "Tender", "CASH"),
        ("DE 63", "", "***"),
    ]


@pytest.mark.parametrize(
    ("journal", "found"),
    [
        ("", [("MTI", "", "")]),
        ("0200", [("MTI", "", "0200")]),
        ("0200 11=0000", [("MTI", "", "0200"), ("DE 11", "STAN", "0000")]),
        ("0200 48=[0030=S1", [("MTI", "", "0200"), ("DE 48", "Private data", "[0030=S1")]),
        ("0200 48=[no tags]", [("MTI", "", "0200"), ("DE 48", "Private data", "[no tags]")]),
        ("0200 48=[9999=x]", [("MTI", "", "0200"), ("DE 48", "Private data", ""), ("9999", "", "x")]),
    ],
)
def test_what_was_cut_or_is_unknown_is_as_it_is(journal, found):
    assert parts(journal) == found
