"""`recon` and the end of a day by command: an evening without and with a difference."""

import json
from pathlib import Path

import pytest

from offline_collect.domain.business_days.dates import BusinessDate
from tests.settlement.fep import Book

DAY = BusinessDate(2026, 11, 22)
SCHOOL = Path(__file__).parents[4] / "samples" / "school"


@pytest.fixture
def evening(prepared, done):
    """A store whose first day is cut, with the sample school."""
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("merchant", "add", SCHOOL / "merchant.yaml"),
        ("day", "cutover", "--date", "2026-11-22", "--next", "2026-11-23", "--yes"),
    )
    return done


def test_a_day_without_money_is_reconciled_and_settled(evening, refused):
    path = Book().write(Path("fep.dat"))
    said = evening("recon", "ingest", path)
    assert "file 1 of institution 12345678, business day 2026-11-22" in said
    assert "0 rows, 0 matched; 0 items made" in said
    assert "was taken before, as file 1" in refused("recon", "ingest", path)
    assert "no item of business day 2026-11-22" in evening("recon", "show")
    assert "is CUT: reconcile it first" in refused("day", "settle", "2026-11-22")
    assert "is RECONCILED" in evening("day", "reconcile", "2026-11-22")
    assert "no merchant had money" in evening("day", "settle", "2026-11-22")
    assert json.loads(evening("day", "settlement", "2026-11-22", "--json"))["merchants"] == []
    assert "is SETTLED, by system: nothing was done" in refused("day", "settle", "2026-11-22")


def test_a_difference_is_shown_and_resolved(evening, refused):
    book = Book()
    book.made_up(900_001)
    evening("recon", "ingest", book.write(Path("fep.dat")))
    (item,) = json.loads(evening("recon", "show", "--open", "--class", "fep_only_unknown", "--json"))["items"]
    assert (item["theirs"], item["follow_up"], item["age_days"]) == ("123.45", "suspense", 1)
    assert "possible: note, suspense" in refused("recon", "resolve", "1", "--by", "contra", "--reason", "x")
    assert "RECEIVED 123.45, posted as" in evening("recon", "resolve", "1", "--reason", "in their journal")
    assert "S9" in evening("suspense", "list")
    assert evening("recon", "show", "--open") == "no item\n"


def test_what_is_wrong_usage(evening, refused):
    assert "none of contra" in refused("recon", "resolve", "1", "--by", "x", "--reason", "x", code=2)
    assert "--class x: is none of" in refused("recon", "show", "--class", "x", code=2)
    assert "is no date" in refused("day", "settle", "yesterday", code=2)
    assert "there is no item 9" in refused("recon", "resolve", "9", "--reason", "x")
    other = Book(institution="99")
    assert "no link is configured for institution 99" in refused(
        "recon", "ingest", other.write(Path("x.dat"))
    )


def test_a_file_that_does_not_fit_is_refused_with_its_problems(evening, refused):
    path = Book().write(Path("fep.dat"))
    path.write_bytes(path.read_bytes().replace(b"FD01", b"FD02"))
    said = refused("recon", "ingest", path)
    assert "refused as a whole" in said
    assert "line 1, header, format" in said
