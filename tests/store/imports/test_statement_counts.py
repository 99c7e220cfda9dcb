"""How many statements an import needs: as many for a page as for a row, and as many for any release."""

from dataclasses import replace

import pytest

from tests.store import importing as imports
from tests.store.teller import SCHOOL_BILLS
from tests.support.statements import recorded

PAGE = 1_000


@pytest.fixture
def stage(sqlite_teller):
    """Stage a number of new bills; return the import and the statements, without those that insert a bill."""

    def stage(count):
        rows = [replace(SCHOOL_BILLS[0], bill_no=f"P{n:05}") for n in range(count)]
        number = imports.begin(sqlite_teller.store, sha256=f"{count:064}")
        with recorded() as statements:
            outcomes = imports.stage(sqlite_teller.store, number, *rows)
        assert [each.refusal for each in outcomes] == [None] * count
        imports.finish(sqlite_teller.store, number, count)
        return number, [text for text in statements if not text.startswith("INSERT INTO bills")]

    return stage


def test_a_page_is_staged_by_as_many_statements_as_a_row(sqlite_teller, stage):
    number, one = stage(1)
    imports.tidy(sqlite_teller.store, imports.reject(sqlite_teller.store, number).import_id)
    _, page = stage(PAGE)
    assert len(page) == len(one)


def test_a_release_needs_as_many_statements_for_any_number_of_rows(sqlite_teller, stage):
    counts = set()
    for count in (1, PAGE):
        number, _ = stage(count)
        with recorded() as statements:
            imports.release(sqlite_teller.store, number)
        counts.add(len(statements))
        if count == 1:
            imports.tidy(sqlite_teller.store, number)
    assert len(counts) == 1
    assert not [text for text in statements if text.startswith("INSERT")], "no row is written"
