"""Spans of days that are exactly months."""

import pytest

from offline_collect.domain.imports.period_spellings import whole_months


@pytest.mark.parametrize(
    ("span", "months"),
    [
        ("2030.12.01-2030.12.31", "2030-12"),
        ("2030年10月1日至2030年12月31日", "2030-10~2030-12"),
        ("2031/02/01 - 2031/02/28", "2031-02"),
        ("2031.02.01-2031.02.29", None),
        ("2030.12.02-2030.12.31", None),
        ("2030.12.01-2030.12.30", None),
        ("2030.12.01-2030.11.30", None),
        ("2030-12", None),
    ],
)
def test_only_whole_months_are_months(span, months):
    assert whole_months(span) == months
