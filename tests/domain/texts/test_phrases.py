import copy
from gettext import NullTranslations

import pytest

from offline_collect.domain.texts.phrases import Phrase, as_phrase, in_lines, listed, side_by_side, words_of
from offline_collect.translations import Language, catalogue

TEXTS = {
    "bill {bill_no}: {why}": "账单 {bill_no}：{why}",
    "is {state}": "状态为 {state}",
    ("channel", "Teller"): "柜面",
}


class Chinese:
    def gettext(self, message):
        return TEXTS.get(message, message)

    def pgettext(self, context, message):
        return TEXTS.get((context, message), message)


CHINESE = Chinese()


def test_a_phrase_is_its_english_text():
    phrase = Phrase("bill {bill_no}: {why}", bill_no="B{1}", why="is paid")
    assert phrase == "bill B{1}: is paid"
    assert f"{phrase}!" == "bill B{1}: is paid!"
    assert type(str(phrase)) is str


def test_a_phrase_is_said_by_a_translation_with_the_phrases_in_it():
    phrase = Phrase("bill {bill_no}: {why}", bill_no="B{1}", why=Phrase("is {state}", state=3))
    assert phrase == "bill B{1}: is 3"
    assert phrase.said(CHINESE) == "账单 B{1}：状态为 3"


def test_what_a_translation_lacks_is_said_in_english():
    phrase = Phrase("bill {bill_no}: {why}", bill_no="B1", why=Phrase("was {done}", done="moved"))
    assert phrase.said(CHINESE) == "账单 B1：was moved"
    assert phrase.said(NullTranslations()) == "bill B1: was moved"


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy])
def test_a_copy_says_the_same(again):
    phrase = again(Phrase("bill {bill_no}: {why}", bill_no="{B}", why=Phrase("is {state}", state="x")))
    assert (phrase, phrase.said(CHINESE)) == ("bill {B}: is x", "账单 {B}：状态为 x")


@pytest.mark.parametrize("made", [lambda phrase: phrase, copy.copy])
def test_one_english_text_may_mean_two_things(made):
    channel = made(Phrase.in_context("channel", "Teller"))
    assert channel == Phrase("Teller")
    assert (channel.said(CHINESE), Phrase("Teller").said(CHINESE)) == ("柜面", "Teller")


def test_a_phrase_may_be_filled_otherwise_and_keeps_its_context():
    phrase = Phrase.in_context("channel", "Teller {name}", name="x").filled({"name": "y"})
    assert (phrase, phrase.context, phrase.template) == ("Teller y", "channel", "Teller {name}")


def test_several_phrases_are_listed_or_stand_below_each_other_and_each_is_translated():
    one, other = Phrase("is {state}", state=3), Phrase("was {done}", done="moved")
    assert (listed([one]), listed([one, other, one])) == ("is 3", "is 3; was moved; is 3")
    assert listed([other, one]).said(CHINESE) == "was moved; 状态为 3"
    assert in_lines([one]) == "is 3"
    assert in_lines([other, one]).said(CHINESE) == "was moved\n状态为 3"


def test_the_words_of_an_error_are_its_phrase_if_it_has_one():
    phrase = Phrase("is {state}", state=3)
    assert words_of(ValueError(phrase)) is phrase
    assert words_of(ValueError("is 3")) is None
    assert words_of(ValueError()) is None


def test_lines_keep_phrases_and_data():
    made = in_lines([Phrase("{count} failed", count=2), "S1/raw {text}", Phrase("done")])
    assert made == "2 failed\nS1/raw {text}\ndone"
    assert made.said(catalogue(Language.ZH)) == "失败 2 条\nS1/raw {text}\n已完成"


def test_data_are_the_same_in_every_language_and_a_phrase_stays():
    done = Phrase("done")
    assert as_phrase(done) is done
    assert as_phrase("done").said(catalogue(Language.ZH)) == "done"


def test_phrases_stand_side_by_side():
    assert side_by_side([Phrase("done")]) == "done"
    assert side_by_side([Phrase("done"), Phrase("nothing")]).said(catalogue(Language.ZH)) == "已完成，无"
