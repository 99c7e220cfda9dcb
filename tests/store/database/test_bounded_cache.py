"""A cache keeps what was used last, within its bound."""

from concurrent.futures import ThreadPoolExecutor

from offline_collect.store.database.bounded_cache import BoundedCache

THREE = 3_000 + 5 * 30
"""The bound of three values with documents of ten characters."""
DOCUMENT = "x" * 10


def filled(*keys):
    cache = BoundedCache(THREE)
    for key in keys:
        cache.put(key, key.upper(), DOCUMENT)
    return cache


def test_what_is_kept_is_found():
    cache = filled("a", "b", "c")
    assert [cache.get(key) for key in "abcd"] == ["A", "B", "C", None]


def test_what_was_used_longest_ago_goes_first():
    cache = filled("a", "b", "c")
    cache.get("a")
    cache.put("d", "D", DOCUMENT)
    assert [cache.get(key) for key in "abcd"] == ["A", None, "C", "D"]


def test_a_longer_document_takes_the_room_of_several():
    cache = filled("a", "b", "c")
    cache.put("d", "D", "x" * 220)
    assert [cache.get(key) for key in "abcd"] == [None, None, "C", "D"]


def test_a_new_version_takes_the_room_of_the_former():
    cache = filled("a", "b", "a", "a", "c")
    assert [cache.get(key) for key in "abc"] == ["A", "B", "C"]
    cache.put("a", "changed", DOCUMENT)
    assert cache.get("a") == "changed"


def test_what_does_not_fit_at_all_is_not_kept():
    cache = filled("a")
    cache.put("b", "B", "x" * THREE)
    assert cache.get("b") is None
    cache.put("c", "C", DOCUMENT)
    assert cache.get("c") == "C"


def test_threads_share_it_and_the_bound_holds():
    cache = BoundedCache(THREE)

    def use(thread):
        for number in range(2_000):
            key = (number + thread) % 7
            if cache.get(key) not in {None, key}:
                return False
            cache.put(key, key, DOCUMENT)
        return True

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(use, range(4)))
    assert sum(cache.get(key) is not None for key in range(7)) == 3
