"""Card numbers in texts are masked, and nothing else is."""

import pytest

from offline_collect.domain.texts.cards import MASK, mask_cards, mask_long_numbers, mask_pan

CARD = "4111111111111111"
HIDDEN = "411111******1111"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (CARD, HIDDEN),
        (f"W1 has no bill {CARD}", f"W1 has no bill {HIDDEN}"),
        ("4222222222222", "422222***2222"),
        (f"S-{CARD}|156", f"S-{HIDDEN}|156"),
    ],
)
def test_a_card_s_number_shows_six_and_four_and_stays_so(text, masked):
    assert mask_cards(text) == masked
    assert mask_cards(masked) == masked


@pytest.mark.parametrize(
    "text", ["", "422222222222", "4111111111111112", "20261122000000000001", f"1{CARD * 2}"]
)
def test_other_numbers_stay(text):
    assert mask_cards(text) == text


def test_a_number_too_short_for_a_card_is_hidden_whole():
    assert mask_pan("622588123412") == MASK


@pytest.mark.parametrize("number", ["622588123412", "6222 0000 0000 0001", "6222-0000-0000-0001"])
def test_every_long_number_is_hidden_where_texts_of_people_are_shown(number):
    assert mask_long_numbers(f"to {number}, please") == f"to {MASK}, please"
    assert mask_long_numbers("12345678901 is too short") == "12345678901 is too short"


@pytest.mark.parametrize("size", range(len(CARD), 30))
def test_a_card_s_number_is_found_wherever_it_stands_in_a_short_text(size):
    for before in range(size - len(CARD) + 1):
        behind = "x" * (size - len(CARD) - before)
        assert mask_cards(f"{'x' * before}{CARD}{behind}") == f"{'x' * before}{HIDDEN}{behind}"


@pytest.mark.parametrize("size", range(13, 30))
def test_the_shortest_card_s_number_is_found_as_well(size):
    for before in range(size - 12):
        behind = "-" * (size - 13 - before)
        assert mask_cards(f"{'-' * before}4222222222222{behind}") == f"{'-' * before}422222***2222{behind}"
