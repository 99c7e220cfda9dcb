"""Pictures as SVG: no style and no script of their own, titles escaped, counts on a scale of whole numbers."""

import re

import pytest

from offline_collect.console.charts import Bars, bars


def scale(picture):
    axis = re.search(r'<g class="axis y.*?<g class="axis x', picture, re.DOTALL)[0]
    return re.findall(r">([^<>]+)</text>", axis)


def test_a_picture_has_a_bar_for_each_value_and_says_what_it_shows():
    picture = bars(Bars('a "b" <c>', ["00", "01", "02"], [3, 0, 5]))
    assert picture.count('class="rect') == 3
    assert 'aria-label="a &quot;b&quot; &lt;c&gt;"' in picture
    assert 'role="img"' in picture


def test_nothing_in_a_picture_is_refused_by_the_policy():
    picture = bars(Bars("x", ["00"], [1]))
    assert not re.search(r"<style|<script|<!--|style=|onclick|<image|href=", picture)


def test_labels_are_escaped():
    assert "<b>" not in bars(Bars("x", ["<b>"], [1]))


@pytest.mark.parametrize(
    ("values", "shown"),
    [([1], ["0", "1"]), ([2, 1], ["0", "1", "2"]), ([9], ["0", "3", "6", "9"]), ([0], ["0", "1"])],
)
def test_counts_have_a_scale_of_whole_numbers(values, shown):
    assert scale(bars(Bars("x", [str(n) for n in range(len(values))], values))) == shown


def test_large_amounts_are_written_with_separators():
    assert any("," in each for each in scale(bars(Bars("x", ["00"], [1_234_567.5]))))
