import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.texts.text import Normalisation, counted, mask_name, normalise


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王小明", "王*明"),
        ("王明", "王*"),
        ("王", "王*"),
        ("欧阳修文", "欧**文"),
        ("买买提·艾合买提", "买******提"),
        ("Li Lei", "L* L**"),
        ("José Peña", "J*** P***"),
        ("A", "A*"),
        ("  Li   Lei ", "L* L**"),
        ("", ""),
    ],
)
def test_a_name_is_masked(name, masked):
    assert mask_name(name) == masked


@given(st.text(st.characters(categories=["L"]), min_size=2))
def test_a_masked_name_never_shows_the_middle(name):
    masked = mask_name(name)
    assert len(masked) == len(name)
    assert set(masked[1:-1]) <= {"*"}
    assert "*" in masked


def test_each_step_of_normalisation_does_its_part():
    assert normalise(" a ", (Normalisation.TRIM,), 1) == "a"
    assert normalise("２０２６ａ", (Normalisation.HALF_WIDTH,), 1) == "2026a"
    assert normalise("ab1", (Normalisation.UPPER,), 1) == "AB1"
    assert normalise("42", (Normalisation.LEADING_ZEROS,), 8) == "00000042"
    assert normalise("王\ufe00明", (Normalisation.INVISIBLE,), 1) == "王明"
    assert normalise("⻢⽂", (Normalisation.COMPATIBILITY,), 1) == "马文"
    assert normalise("王　明", (Normalisation.SPACES,), 1) == "王明"
    assert normalise("艾力•买买提", (Normalisation.DOTS,), 1) == "艾力·买买提"
    assert normalise(" a ", (), 8) == " a "


def test_the_steps_are_done_in_their_order():
    steps = (Normalisation.TRIM, Normalisation.HALF_WIDTH, Normalisation.UPPER, Normalisation.LEADING_ZEROS)
    assert normalise("　ａ１　", steps, 4) == "00A1"


def test_one_of_a_thing_is_told_in_the_singular():
    assert [counted(number, "row") for number in (0, 1, 2)] == ["0 rows", "1 row", "2 rows"]
