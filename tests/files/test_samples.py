import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
import yaml

from offline_collect.app.tools.samples.days import WRITTEN_FOR
from offline_collect.app.tools.samples.files import write_samples
from offline_collect.domain.texts.text import mask_name
from offline_collect.files.columns.layout import compile_layout
from offline_collect.files.columns.records import Record, read_records
from offline_collect.files.read.open import open_table

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
TODAY = WRITTEN_FOR
KINDS = {"school": "csv", "water": "xlsx", "estate": "csv"}
FILES = [f"{place}/{name}.{kind}" for place, kind in KINDS.items() for name in ("customers", "bills")]
PER_ANSWER = 6


def read_yaml(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def table(place, name):
    form = read_yaml(SAMPLES / place / "form.yaml")
    layout = compile_layout(read_yaml(ROOT / "schemas" / "files" / f"{name}.yaml"), inputs=form["inputs"])
    with open_table(SAMPLES / place / f"{name}.{KINDS[place]}") as opened:
        return list(read_records(opened, layout))


@pytest.fixture(scope="module")
def customers():
    return {place: table(place, "customers") for place in KINDS}


@pytest.fixture(scope="module")
def bills():
    return {place: table(place, "bills") for place in KINDS}


def is_open(bill):
    opens, expires = bill.values.get("open_from"), bill.values.get("expires_on")
    return (opens is None or opens <= TODAY) and (expires is None or expires >= TODAY)


def owed(bills, **inputs):
    return [bill for bill in bills if bill.inputs == inputs and is_open(bill)]


def test_the_program_makes_the_files_that_are_here(tmp_path):
    write_samples(tmp_path, WRITTEN_FOR)
    for name in FILES:
        with open_table(tmp_path / name) as made, open_table(SAMPLES / name) as kept:
            assert (made.header, list(made)) == (kept.header, list(kept)), name


@pytest.mark.parametrize("place", ["school", "estate"])
def test_the_program_makes_the_csv_files_byte_for_byte(tmp_path, place):
    write_samples(tmp_path, WRITTEN_FOR)
    for name in ("customers.csv", "bills.csv"):
        assert (tmp_path / place / name).read_bytes() == (SAMPLES / place / name).read_bytes()


def test_every_row_is_read_and_there_are_enough_of_them(customers, bills):
    everything = [*customers.values(), *bills.values()]
    assert all(isinstance(row, Record) for rows in everything for row in rows)
    assert sum(map(len, customers.values())) >= 200
    assert sum(map(len, bills.values())) >= 500


@pytest.mark.parametrize("place", KINDS)
def test_numbers_and_inputs_are_unique_and_every_bill_has_its_customer(customers, bills, place):
    numbers = Counter(customer.values["customer_no"] for customer in customers[place])
    inputs = Counter(tuple(customer.inputs.values()) for customer in customers[place])
    assert max(numbers.values()) == max(inputs.values()) == 1
    assert max(Counter(bill.values["bill_no"] for bill in bills[place]).values()) == 1
    assert all(tuple(bill.inputs.values()) in inputs for bill in bills[place])


def test_encodings_are_those_that_merchants_use():
    assert (SAMPLES / "estate" / "bills.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    school = (SAMPLES / "school" / "bills.csv").read_bytes()
    assert school.startswith("账单编号".encode("gb18030"))


def test_the_golden_pupil_owes_the_two_golden_bills_and_nothing_else(customers, bills):
    (pupil,) = [c for c in customers["school"] if c.inputs == {"student_no": "2026030117"}]
    assert mask_name(pupil.values["name"]) == "王*明"
    assert pupil.values["customer_no"] == "2026030117"
    found = [
        (
            b.values["bill_no"],
            b.values["description"],
            b.values["period"],
            b.values["due_date"],
            b.values["amount"],
        )
        for b in owed(bills["school"], student_no="2026030117")
    ]
    assert found == [
        ("S2026-11-0001", "十一月餐费", "2026-11", dt.date(2026, 11, 30), 12345),
        ("S2026-11-0002", "校车费", "2026-11", dt.date(2026, 11, 15), 12345),
    ]


def test_the_golden_water_bill_and_the_golden_room_can_be_asked_for(customers, bills):
    (bill,) = [b for b in bills["water"] if b.values["bill_no"] == "W202611000042"]
    assert is_open(bill)
    assert owed(bills["estate"], room="3幢-2单元-501", owner="王小明")
    assert {"room": "3幢-2单元-501", "owner": "王小明"} in [c.inputs for c in customers["estate"]]


def test_there_are_bills_of_every_age(bills):
    late = [b for b in bills["water"] if is_open(b) and b.values["due_date"] < TODAY - dt.timedelta(days=5)]
    assert len(late) >= 10
    for place in KINDS:
        assert any(b.values.get("open_from", TODAY) > TODAY for b in bills[place]), place
        assert any(b.values.get("expires_on", TODAY) < TODAY for b in bills[place]), place


def test_some_customers_owe_more_bills_than_one_answer_holds(bills):
    for place in KINDS:
        counts = Counter(tuple(b.inputs.values()) for b in bills[place] if is_open(b))
        assert max(counts.values()) > PER_ANSWER, place


def test_there_are_namesakes(customers):
    names = Counter(c.values["name"] for c in customers["estate"])
    assert names["王小明"] == 2


def test_forms_and_merchants_have_the_shape_that_the_commands_read():
    ids = {place: read_yaml(SAMPLES / place / "merchant.yaml")["id"] for place in KINDS}
    assert ids == {"school": "SCHOOL01", "water": "WATER001", "estate": "ESTATE01"}
    keys = {
        place: [asked["key"] for asked in read_yaml(SAMPLES / place / "form.yaml")["inputs"]]
        for place in KINDS
    }
    assert keys == {"school": ["student_no"], "water": ["meter_no"], "estate": ["room", "owner"]}
