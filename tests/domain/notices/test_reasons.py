"""Reasons of notices: kept as a code with values, and read again in words."""

import pickle

import pytest

from offline_collect.domain.notices.deliveries import REASON_MAX
from offline_collect.domain.notices.reasons import WORDS, Reason, kept_reason, read_reason, reason_of
from offline_collect.domain.notices.second_look import NotWanted, Overtaken


@pytest.mark.parametrize("code", Reason)
def test_each_reason_is_kept_by_its_code_and_read_again(code):
    reason = reason_of(code, **WORDS[code].parts)
    kept, values = kept_reason(reason)
    assert kept == code
    assert (values is None) == (not reason.parts)
    assert read_reason(kept, values) == reason
    assert read_reason(kept, values).parts == reason.parts


def test_codes_differ_in_their_words():
    assert len({words.template for words in WORDS.values()}) == len(Reason)


@pytest.mark.parametrize("why", [*Overtaken, *NotWanted])
def test_what_a_second_look_says_is_a_reason(why):
    assert reason_of(Reason[why.name]) == why.value


@pytest.mark.parametrize("code", Reason)
def test_long_values_are_cut(code):
    values = {name: "“" * 300 if isinstance(part, str) else 10**9 for name, part in WORDS[code].parts.items()}
    assert len(kept_reason(reason_of(code, **values))[1] or "") <= REASON_MAX


def test_somebody_s_own_words_and_old_sentences_have_no_code():
    for text in ("the payer has moved", "BILL_PAID", "its bill is paid", None):
        assert kept_reason(text) == (None, text)
        assert read_reason(None, text) == text


def test_a_code_of_a_later_version_is_its_own_words():
    assert read_reason("OF_TOMORROW", '{"why": "x"}') == "OF_TOMORROW"


def test_a_reason_goes_to_another_process_and_back():
    reason = reason_of(Reason.UNCONNECTED, why="{no} such place")
    again = pickle.loads(pickle.dumps(reason))  # noqa: S301 - our own
    assert (again, kept_reason(again)) == (reason, kept_reason(reason))
    assert again == "the receiver cannot be connected to: {no} such place"
