"""Pictures of figures."""

import pytest

from offline_collect.console.charts import Bars, bars, whole_marks


@pytest.mark.parametrize(
    ("highest", "marks"),
    [
        (0, [0]),
        (1, [0, 1]),
        (2, [0, 1, 2]),
        (4, [0, 1, 2, 3, 4]),
        (5, [0, 2, 4, 6]),
        (40, [0, 10, 20, 30, 40]),
    ],
)
def test_what_is_counted_has_a_scale_of_whole_numbers(highest, marks):
    assert whole_marks(highest) == marks


def test_a_picture_of_counts_shows_no_parts_of_one():
    drawn = bars(Bars("payments by hour", ["20", "21"], [2, 1]))
    assert ">1<" in drawn
    assert "1.6<" not in drawn


def test_a_picture_without_figures_can_be_drawn():
    assert "<svg" in bars(Bars("payments by hour", [], []))
