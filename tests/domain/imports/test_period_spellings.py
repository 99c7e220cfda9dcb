"""The spellings of a month that a search takes for one."""

from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.imports.period_spellings import period_spellings
from offline_collect.domain.imports.titles import year_month


@given(st.integers(2000, 2099), st.integers(1, 12))
def test_all_spellings_are_of_the_month(year, month):
    normal = f"{year}-{month:02d}"
    found = period_spellings(f"{year}年{month}月")
    assert normal in found
    assert {year_month(each) for each in found} == {normal}
    assert all(set(period_spellings(each)) == set(found) for each in found)


def test_another_period_is_only_itself():
    assert period_spellings("2030年春季班") == ("2030年春季班",)
