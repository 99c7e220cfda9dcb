import copy

import pytest

from offline_collect.domain.phrases import Phrase

CHINESE = {"bill {bill_no}: {why}": "账单 {bill_no}：{why}", "is {state}": "状态为 {state}"}


def test_a_phrase_is_its_english_text():
    phrase = Phrase("bill {bill_no}: {why}", bill_no="B{1}", why="is paid")
    assert phrase == "bill B{1}: is paid"
    assert f"{phrase}!" == "bill B{1}: is paid!"
    assert type(str(phrase)) is str


def test_a_phrase_is_said_by_a_table_with_the_phrases_in_it():
    phrase = Phrase("bill {bill_no}: {why}", bill_no="B{1}", why=Phrase("is {state}", state=3))
    assert phrase == "bill B{1}: is 3"
    assert phrase.said(CHINESE) == "账单 B{1}：状态为 3"


def test_what_a_table_lacks_is_said_in_english():
    phrase = Phrase("bill {bill_no}: {why}", bill_no="B1", why=Phrase("was {done}", done="moved"))
    assert phrase.said(CHINESE) == "账单 B1：was moved"
    assert phrase.said({}) == "bill B1: was moved"


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy])
def test_a_copy_says_the_same(again):
    phrase = again(Phrase("bill {bill_no}: {why}", bill_no="{B}", why=Phrase("is {state}", state="x")))
    assert (phrase, phrase.said(CHINESE)) == ("bill {B}: is x", "账单 {B}：状态为 x")
