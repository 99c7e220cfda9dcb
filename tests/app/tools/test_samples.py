"""The samples are the same on every day, as seen from that day."""

import csv
import datetime as dt
import random

import pytest

from offline_collect.app.tools.samples.days import WRITTEN_FOR, Days
from offline_collect.app.tools.samples.files import MERCHANTS, SamplesError, write_all, write_samples
from offline_collect.app.tools.samples.tables import estate, school, water

DAYS = [
    WRITTEN_FOR,
    dt.date(2026, 11, 30),
    dt.date(2027, 1, 1),
    dt.date(2027, 1, 31),
    dt.date(2027, 7, 31),
    dt.date(2028, 2, 29),
    dt.date(2029, 12, 31),
]
MAKERS = {"school": school, "water": water, "estate": estate}
DATES = {"缴费截止日", "开放日期", "失效日期"}


def as_date(cell):
    if isinstance(cell, dt.date):
        return cell
    return dt.date(*map(int, cell.replace("/", "-").split("-"))) if cell else None


def bills(name, day):
    sheet = MAKERS[name](random.Random(name), Days(day))[1]
    return [dict(zip(sheet.header, row, strict=True)) for row in sheet.rows]


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("name", MAKERS)
def test_every_date_is_as_far_from_the_day_as_it_was_when_written(name, day):
    for written, made in zip(bills(name, WRITTEN_FOR), bills(name, day), strict=True):
        for column in DATES & made.keys():
            before, after = as_date(written[column]), as_date(made[column])
            assert (before and before - WRITTEN_FOR) == (after and after - day)
        assert written["金额"] == made["金额"]


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("name", MAKERS)
def test_bill_numbers_stay_unique(name, day):
    numbers = [bill["账单编号"] for bill in bills(name, day)]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize(
    ("day", "month", "quarter", "term", "name"),
    [
        (WRITTEN_FOR, "2026-11", "2026年第4季度", "2026秋季", "十一月"),
        (dt.date(2027, 1, 5), "2027-01", "2026年第4季度", "2026秋季", "一月"),
        (dt.date(2027, 3, 1), "2027-03", "2027年第1季度", "2026秋季", "三月"),
        (dt.date(2027, 4, 1), "2027-04", "2027年第1季度", "2027春季", "四月"),
    ],
)
def test_periods_move_by_months(day, month, quarter, term, name):
    days = Days(day)
    assert days.month(2026, 11) == month
    assert days.quarter(2026, 10) == quarter
    assert days.term(2026, 9) == term
    assert days.month_name(2026, 11) == name


def test_all_that_a_new_user_needs_is_written(tmp_path):
    folder = tmp_path / "new"
    write_all(folder, dt.date(2030, 5, 6))
    for name in MERCHANTS:
        assert {path.stem for path in (folder / name).iterdir()} >= {"merchant", "form", "customers", "bills"}
    assert {path.name for path in (folder / "config").iterdir()} == {
        "demo.yaml",
        "postgresql.yaml",
        "sqlite.yaml",
    }
    assert (folder / "scenarios" / "any_dialect" / "payment.yaml").is_file()
    with (folder / "estate" / "bills.csv").open(encoding="utf-8-sig") as file:
        assert next(csv.DictReader(file))["账单编号"] == "E2030000101"


@pytest.mark.parametrize("taken", ["file", "folder"])
def test_what_is_there_is_never_written_over(tmp_path, taken):
    place = tmp_path / "place"
    if taken == "file":
        place.touch()
    else:
        place.mkdir()
        (place / "kept.txt").touch()
    with pytest.raises(SamplesError, match="is there already"):
        write_all(place, WRITTEN_FOR)


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SamplesError, match="file: Not a directory"):
        write_samples(tmp_path / "file", WRITTEN_FOR)


def test_a_folder_that_cannot_be_looked_into_is_named_with_the_reason(tmp_path):
    with pytest.raises(SamplesError, match=r"x: File name too long$"):
        write_all(tmp_path / ("x" * 300), WRITTEN_FOR)
