"""Card numbers in texts are masked, however they are written; numbers of bills, dates and amounts are not."""

import re
from itertools import accumulate, pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from offline_collect.domain.texts.cards import MASK, mask_cards, mask_long_numbers, mask_pan

CARD = "4111111111111111"
HIDDEN = "411111******1111"

GAPS = st.sampled_from(
    [" ", "-", "  ", " - ", "\u00a0", "\u2009", "\t", "\u2011", "\u2013", "\u2212", "\u00ad"]
)
HONEST = [
    r"S20[0-9]{2}-(0[1-9]|1[0-2])-[0-9]{4,9}",
    r"W20[0-9]{2}(0[1-9]|1[0-2])[0-9]{1,6}",
    r"20[0-9]{2}-[0-9]{2}-[0-9]{2} 20[0-9]{2}-[0-9]{2}-[0-9]{2}",
    r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+08:00",
    r"20[0-9]{6}-[0-9]{4,9}",
    r"20[0-9]{6} [0-9]{6}",
    r"20[0-9]{6}[0-9]{12}",
    r"0[0-9]{7} 0[0-9]{7}",
    r"([0-9]{1,4}\.[0-9]{2}, ){3}[0-9]{1,4}\.[0-9]{2}",
    r"([0-9]{1,4}\.[0-9]{2}\|){4}",
    r"08[0-9]{2}-[0-9]{4}-[0-9]{4}",
    r"10\.0\.[0-9]{1,3}\.[0-9]{1,3}:[0-9]{5}",
]


@st.composite
def cards(draw):
    """A number with the length and the check digit of a card's, that no bank's own numbers begin like."""
    digits = draw(st.from_regex(r"([13-9][0-9]|2[1-9])[0-9]{10,16}", fullmatch=True))
    # The check digit is found by its definition, counted from the right: every second digit is doubled.
    doubled = [sum(map(int, str(int(digit) * 2))) for digit in digits[::-2]]
    return f"{digits}{-(sum(doubled) + sum(map(int, digits[-2::-2]))) % 10}"


@st.composite
def written(draw, number):
    """The number in groups of any sizes, with a gap between any two."""
    sizes = draw(st.lists(st.integers(1, 8), min_size=1, max_size=len(number)))
    cuts = sorted({0, len(number), *(at for at in accumulate(sizes) if at < len(number))})
    groups = [number[start:end] for start, end in pairwise(cuts)]
    return "".join(f"{draw(GAPS) if nth else ''}{group}" for nth, group in enumerate(groups))


def digits_of(text):
    return re.sub(r"[^\d*]", "", text)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (CARD, HIDDEN),
        (f"W1 has no bill {CARD}", f"W1 has no bill {HIDDEN}"),
        ("4222222222222", "422222***2222"),
        (f"S-{CARD}|156", f"S-{HIDDEN}|156"),
        ("4111 1111 1111 1111", "4111 11** **** 1111"),
        ("4111-1111-1111-1111", "4111-11**-****-1111"),
        ("3782 822463 10005", "3782 82**** *0005"),
        ("4222-2222-22222", "4222-22**-*2222"),
        ("4111.1111.1111.1111", "4111.11**.****.1111"),
        ("W1 has no bill 4111 1111 1111 1111 of 2026-11", "W1 has no bill 4111 11** **** 1111 of 2026-11"),
        ("12 4111111111111111 7", f"12 {HIDDEN} 7"),
        ("\uff14111 1111 1111 1111", "\uff14111 11** **** 1111"),
        # The first four groups have a right check digit too, and the rest of the card is hidden all the same.
        ("1236 4111 1111 1111 1111", "1236 41** **** **** 1111"),
    ],
)
def test_a_card_s_number_shows_six_and_four_and_stays_so(text, masked):
    assert mask_cards(text) == masked
    assert mask_cards(masked) == masked


@given(cards().flatmap(lambda number: st.tuples(st.just(number), written(number))))
def test_a_card_s_number_is_hidden_in_whatever_groups_it_is_written(given_number):
    number, text = given_number
    masked = mask_cards(f"no bill {text}, or it is paid")
    assert digits_of(masked) == mask_pan(number)
    assert len(masked) == len(f"no bill {text}, or it is paid")


@given(
    cards().flatmap(written),
    st.from_regex(r"([0-9]{1,6} ){0,3}", fullmatch=True),
    st.from_regex(r"( [0-9]{1,6}){0,3}", fullmatch=True),
)
def test_numbers_beside_it_do_not_uncover_it(text, before, after):
    masked = mask_cards(f"{before}{text}{after}")
    middle = [at for at, char in enumerate(text) if char.isdigit()][6:-4]
    assert {masked[len(before) + at] for at in middle} == {"*"}


@given(st.text(st.sampled_from("0123456789 -.*x"), max_size=80))
def test_masking_hides_digits_alone_and_twice_is_as_once(text):
    masked = mask_cards(text)
    assert len(masked) == len(text)
    assert all(
        after == before or (before.isdigit() and after == "*")
        for before, after in zip(text, masked, strict=True)
    )
    assert mask_cards(masked) == masked


@pytest.mark.parametrize("shape", HONEST)
def test_honest_numbers_in_groups_stay(shape):
    @given(st.from_regex(shape, fullmatch=True))
    def stays(text):
        assert mask_cards(text) == text

    stays()


@given(cards(), st.integers(1, 9), st.data())
def test_another_check_digit_is_no_card(number, more, data):
    other = f"{number[:-1]}{(int(number[-1]) + more) % 10}"
    text = data.draw(written(other))
    groups = re.split(r"\D+", text)
    assume(len("".join(groups[1:])) < 13 > len("".join(groups[:-1])))
    assert mask_cards(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "422222222222", "4111111111111112", "20261122000000000001", f"1{CARD * 2}"),
        *(
            "4111 1111 1111 1112",
            "4111\n1111\n1111\n1111",
            "4111|1111|1111|1111",
            "411.11 111.11 111.11 11.11",
        ),
    ],
)
def test_other_numbers_stay(text):
    assert mask_cards(text) == text


def test_a_number_too_short_for_a_card_is_hidden_whole():
    assert mask_pan("622588123412") == MASK


@pytest.mark.parametrize(
    "number",
    [
        "622588123412",
        "6222 0000 0000 0001",
        "6222-0000-0000-0001",
        "6222\u00a00000\u00a00000 - 0001",
        "6222.0000.0000.0001",
    ],
)
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
