"""A proposal after its user has said which column is which."""

from dataclasses import replace

from offline_collect.domain.imports.proposal import Choice, Months, corrected
from offline_collect.domain.imports.suggestion import suggest
from offline_collect.domain.texts.phrases import Phrase
from tests.domain.imports.seen_tables import table

DUE = "2030-12-31"
FILE = table(
    ["单号", "客户编号", "金额", "截止日", "项目"],
    ["B1", "C1", "5.25", DUE, "餐费"],
    ["B2", "C2", "6.25", DUE, "餐费"],
)
PLACES = {"bill_no": 0, "customer_no": 1, "amount": 2, "due_date": 3, "description": 4}


def test_what_is_confirmed_keeps_its_reason_and_what_is_changed_says_who_chose_it():
    proposal = suggest(FILE)
    made = corrected(proposal, FILE, {**PLACES, "description": 1}, {})
    assert [choice for choice in made.choices if choice.key != "description"] == [
        choice for choice in proposal.choices if choice.key != "description"
    ]
    assert made.place_of("description") == 1
    (chosen,) = (choice for choice in made.choices if choice.key == "description")
    assert chosen == Choice("description", 1, Phrase("chosen by the user"))
    assert made.doubts == ()


def test_a_column_that_is_said_not_to_be_ours_is_ignored_though_its_title_is():
    picked = {key: place for key, place in PLACES.items() if key != "description"}
    assert corrected(suggest(FILE), FILE, picked, {}).ignored == [4]
    assert corrected(suggest(FILE), FILE, PLACES, {}).ignored == []


def test_a_column_of_a_month_is_not_ignored():
    months = replace(suggest(FILE), months=Months((2, 4), 2030, titles_have_years=False))
    picked = {"bill_no": 0, "customer_no": 1, "due_date": 3}
    assert corrected(months, FILE, picked, {}).ignored == []


def test_the_reason_of_a_value_of_all_rows_stays_as_long_as_the_value_does():
    proposal = replace(
        suggest(FILE), constants={"period": "2030-12"}, reasons={"period": Phrase("row 1 says so")}
    )
    same = corrected(proposal, FILE, PLACES, {"period": "2030-12"})
    assert (same.constants, same.reasons) == (proposal.constants, proposal.reasons)
    other = corrected(proposal, FILE, PLACES, {"period": "2031-01"})
    assert (other.constants, other.reasons) == ({"period": "2031-01"}, {})
