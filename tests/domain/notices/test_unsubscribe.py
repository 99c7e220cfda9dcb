"""Tokens of the links by which payers unsubscribe."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.unsubscribe import TOKEN_MAX, Unsubscription, make_token, read_token

KEY = b"k" * 32
SAID = Unsubscription("SCHOOL01", NoticeClass.SERVICE, "ab" * 32, "w***@example.com")
TOKEN = make_token(KEY, SAID)


@given(st.text(max_size=60), st.sampled_from(NoticeClass))
def test_a_token_says_what_was_put_into_it(shown, notice_class):
    said = Unsubscription("WATER001", notice_class, "00" * 32, shown)
    token = make_token(KEY, said)
    assert read_token(KEY, token) == said
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


@pytest.mark.parametrize(
    "token",
    ["", "x", ".", "x.y", TOKEN[:-1], TOKEN[1:], TOKEN.replace(".", ".é"), TOKEN + "x" * TOKEN_MAX],
)
def test_what_was_not_signed_is_no_token(token):
    assert read_token(KEY, token) is None


def test_another_key_reads_nothing():
    assert read_token(b"x" * 32, TOKEN) is None


@given(st.integers(0, len(TOKEN) - 1), st.sampled_from("abcXYZ019-_."))
def test_a_changed_token_is_none(place, char):
    changed = TOKEN[:place] + char + TOKEN[place + 1 :]
    assert (read_token(KEY, changed) is None) is (changed != TOKEN)
