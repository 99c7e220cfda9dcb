"""Two customers never have the same lookup key: who holds a key, and which customers of a chunk are refused."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.forms import Input, PaymentForm
from offline_collect.domain.imports.life import ImportState
from offline_collect.domain.imports.refusals import KeyHolder
from offline_collect.domain.imports.rows import Standing
from offline_collect.domain.imports.taken_keys import (
    UNMOVED,
    KeyedRow,
    KeyedVersion,
    Moved,
    TakenKeys,
    key_holder,
    moved_keys,
)
from offline_collect.domain.lookup_keys import lookup_keys

FORM = PaymentForm(1, "缴费", (Input("no", "学号", "学号"),))


def key(value):
    return lookup_keys(FORM, {"no": value})[0]


def version(import_id=None, standing=None, superseded_by=None, supersedes=None, marked=None):
    return KeyedVersion("C1", import_id, standing, superseded_by, supersedes, marked)


STAGED = version(7, Standing.STAGED)
CHANGED = version(7, Standing.STAGED, supersedes=1, marked=7)


@pytest.mark.parametrize(
    ("of", "state", "holder"),
    [
        (version(), None, KeyHolder("C1")),
        (STAGED, ImportState.STAGING, KeyHolder("C1", import_id=7)),
        (STAGED, ImportState.WAITING, KeyHolder("C1", import_id=7)),
        (STAGED, ImportState.RELEASED, KeyHolder("C1")),
        (STAGED, ImportState.REJECTED, None),
        (STAGED, ImportState.UNDONE, None),
        (CHANGED, ImportState.WAITING, KeyHolder("C1", import_id=7)),
        (version(7, Standing.STAGED, supersedes=1, marked=8), ImportState.WAITING, None),
        (version(superseded_by=7), ImportState.WAITING, KeyHolder("C1")),
        (version(superseded_by=7), ImportState.RELEASED, None),
        (version(superseded_by=7), ImportState.UNDOING, KeyHolder("C1", import_id=7, undoing=True)),
        (version(superseded_by=7), ImportState.UNDONE, KeyHolder("C1")),
    ],
)
def test_who_holds_a_key_is_told_by_the_states_of_imports(of, state, holder):
    states = {} if state is None else {7: state}
    assert key_holder(of, states) == holder
    assert of.doubted == ({7} if state is not None else set())


def test_an_import_holds_the_keys_of_its_own_rows_and_takes_those_that_it_replaces():
    waiting = {7: ImportState.WAITING}
    assert key_holder(STAGED, waiting, own=7) == KeyHolder("C1", in_file=True)
    assert key_holder(version(superseded_by=7), waiting, own=7) is None


def test_only_a_customer_in_effect_may_yet_give_its_key_up():
    assert KeyHolder("C2").in_effect
    assert not KeyHolder("C2", in_file=True).in_effect
    assert not KeyHolder("C2", import_id=4).in_effect


def test_a_customer_gains_the_keys_that_it_does_not_have_and_gives_up_those_it_will_not_have():
    keys = lookup_keys(FORM, {"no": "2"})
    assert moved_keys(FORM, keys, None, claimed=False) == Moved(keys)
    changed = moved_keys(FORM, keys, {"no": "1"}, claimed=False)
    assert changed == Moved(keys, frozenset(), frozenset({key("1")}))
    assert moved_keys(FORM, keys, {"no": "2"}, claimed=False) == Moved(())


def test_a_customer_that_an_import_waits_to_change_must_ask_for_its_own_keys_too():
    keys = lookup_keys(FORM, {"no": "1"})
    assert moved_keys(FORM, keys, {"no": "1"}, claimed=True) == Moved(keys, frozenset(keys))


class Seen:
    """The rows of a file so far."""

    def __init__(self):
        self.keys, self.given = {}, set()

    def first(self, key):
        return self.keys.get(key)

    def gave_up(self, key, customer_no):
        return (key, customer_no) in self.given

    def take(self, customer_no, gained, given_up):
        self.keys |= dict.fromkeys(gained, customer_no)
        self.given |= {(each, customer_no) for each in given_up}


def row(number, after, before=None):
    """Return a customer that is new, or changed from ``before``."""
    values = {"no": after}
    former = None if before is None else {"no": before}
    keys = lookup_keys(FORM, values)
    return KeyedRow(number, values, moved_keys(FORM, keys, former, claimed=False))


def refused(rows, holders=(), seen=None):
    """Return the refused customers, each with the holder of the key; ``holders`` are pairs of value and holder."""
    by_key = {}
    for value, holder in holders:
        by_key.setdefault(key(value), []).append(holder)
    taken = TakenKeys(FORM, rows, seen)
    return {number: holder.customer_no for number, holder in taken.refused(by_key).items()}


def test_a_key_that_another_holds_is_refused_with_the_labels_of_its_inputs():
    taken = TakenKeys(FORM, [row("C1", "1")], None)
    assert taken.asked == {key("1")}
    assert taken.refused({key("1"): [KeyHolder("C9")]}) == {"C1": KeyHolder("C9", labels="学号")}


def test_a_key_that_nobody_or_only_oneself_holds_is_free():
    assert refused([row("C1", "1")]) == {}
    assert refused([row("C1", "1")], [("1", KeyHolder("C1"))]) == {}


def test_the_second_of_a_chunk_with_the_same_key_is_refused():
    assert refused([row("C1", "1"), row("C2", "1")]) == {"C2": "C1"}


def test_customers_of_a_chunk_exchange_their_keys():
    rows = [row("C1", "2", "1"), row("C2", "1", "2")]
    assert refused(rows, [("1", KeyHolder("C1")), ("2", KeyHolder("C2"))]) == {}


def test_one_that_is_refused_keeps_its_key_from_those_who_counted_on_it():
    # C1 wants C2's key, C2 wants C3's, and C3 wants C9's, which C9 keeps.
    rows = [row("C1", "2", "1"), row("C2", "3", "2"), row("C3", "9", "3")]
    held = [(str(at), KeyHolder(f"C{at}")) for at in (1, 2, 3, 9)]
    assert refused(rows, held) == {"C1": "C2", "C2": "C3", "C3": "C9"}


def test_a_key_that_an_import_waits_to_bring_is_not_given_up_by_the_chunk():
    rows = [row("C2", "3", "2"), row("C1", "2")]
    assert refused(rows, [("2", KeyHolder("C2", import_id=4))]) == {"C1": "C2"}


def test_a_customer_claimed_by_an_import_keeps_a_key_that_it_shared_before():
    keys = lookup_keys(FORM, {"no": "1"})
    kept = KeyedRow("C1", {"no": "1"}, moved_keys(FORM, keys, {"no": "1"}, claimed=True))
    assert refused([kept], [("1", KeyHolder("C2"))]) == {}
    assert refused([kept], [("1", KeyHolder("C2", import_id=4))]) == {"C1": "C2"}
    assert refused([KeyedRow("C1", {"no": "1"}, UNMOVED)], [("1", KeyHolder("C2"))]) == {}


def test_what_a_file_had_before_counts_where_it_is_only_looked_at():
    seen = Seen()
    held = [("1", KeyHolder("C1")), ("9", KeyHolder("C9"))]
    assert refused([row("C1", "2", "1")], held, seen) == {}
    assert refused([row("C3", "1"), row("C4", "2"), row("C5", "9"), row("C6", "6")], held, seen) == {
        "C4": "C1",
        "C5": "C9",
    }
    assert seen.first(key("1")) == "C3"
    assert seen.first(key("9")) is None


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=5))
def test_after_a_chunk_no_two_customers_have_one_key(moves):
    """A refused customer keeps its former key, which no other customer had."""
    before = {f"C{at}": str(at) for at in range(5)}
    wanted = {f"C{number}": str(value) for number, value in moves}
    rows = [row(number, value, before[number]) for number, value in wanted.items()]
    held = [(value, KeyHolder(number)) for number, value in before.items()]
    turned_down = refused(rows, held)
    after = before | {number: value for number, value in wanted.items() if number not in turned_down}
    assert len(set(after.values())) == len(after)


@pytest.mark.parametrize("order", list(permutations(["C1", "C2", "C3"])))
def test_a_ring_of_exchanges_is_taken_in_any_order(order):
    ring = {"C1": ("2", "1"), "C2": ("3", "2"), "C3": ("1", "3")}
    held = [(before, KeyHolder(number)) for number, (_, before) in ring.items()]
    assert refused([row(number, *ring[number]) for number in order], held) == {}
