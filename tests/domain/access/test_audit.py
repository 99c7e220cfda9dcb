"""The subjects of audit rows: the documents name each type."""

import re

from offline_collect.domain.access.audit import Subject, SubjectType
from tests.support.tree import ROOT


def test_the_documents_list_the_types_of_subjects():
    document = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    (listed,) = re.findall(r"The types of subjects: ([^.]*)\.", document)
    assert re.findall(r"`(\w+)`", listed) == [each.value for each in SubjectType]


def test_a_subject_is_the_banks_where_no_merchant_is_named():
    assert Subject(SubjectType.STORE) == Subject(SubjectType.STORE, id=None, merchant_id=None)
    assert Subject(SubjectType.BILL, "B1", "SCHOOL01") != Subject(SubjectType.BILL, "B1", "WATER001")
