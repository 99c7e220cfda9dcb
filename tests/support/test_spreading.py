"""The order in which tests are dealt."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from tests.support.spreading import spread, waits


@dataclass(frozen=True)
class Item:
    """A test by its name."""

    nodeid: str


NAMES = st.lists(
    st.builds(
        "tests/{}/test_{}.py::test_{}".format,
        st.sampled_from(["e2e", "contention", "files", "wire"]),
        st.integers(1, 5),
        st.integers(1, 9),
    ),
    unique=True,
).map(sorted)


@given(NAMES)
def test_each_test_is_there_once_and_both_kinds_keep_their_order(names):
    items = [Item(name) for name in names]
    found = spread(items, waits)
    assert sorted(found, key=lambda item: item.nodeid) == items
    for kind in (True, False):
        assert [each for each in found if waits(each) is kind] == [
            each for each in items if waits(each) is kind
        ]


def test_modules_that_wait_stand_apart_and_whole_and_none_comes_last():
    waiting = [Item(f"tests/e2e/test_{module}.py::test_{n}") for module in "ab" for n in (1, 2)]
    others = [Item(f"tests/files/test_x.py::test_{n}") for n in range(8)]
    found = spread([*waiting, *others], waits)
    assert found == [*waiting[:2], *others[:3], *waiting[2:], *others[3:]]
