"""Set statements over versions do to each row what the pure rules say, for all drawn versions.

So a missing or superfluous condition of a statement is found, even if no import leads to it.
"""

from dataclasses import replace

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from offline_collect.domain.imports import versions as rules
from offline_collect.domain.imports.life import IN_FORCE, WAITS, ImportState
from offline_collect.domain.imports.rows import Standing, touched
from offline_collect.domain.imports.undo import ImportedRow, bill_obstacle, changed_since, customer_obstacle
from offline_collect.store import ImportKind, mark_undo, withdrawable_bills
from offline_collect.store.imports.release_clashes import in_effect_then
from offline_collect.store.imports.undo import later_imports
from offline_collect.store.sql.visibility import VERSIONED, in_effect
from tests.store import importing
from tests.store.drawn_versions import MERCHANT, MONTHS, OWN, effective, kept, put, selected, stored, worlds

EXAMPLES = 60

drawn = settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])


@drawn
@given(world=worlds())
def test_queries_find_the_versions_that_are_in_effect(teller, world):
    put(teller.store, world)
    assert selected(teller.store, world, in_effect(VERSIONED[world.kind].table)) == effective(world)


@drawn
@given(world=worlds(kind=ImportKind.CUSTOMERS, own=tuple(WAITS)))
def test_a_release_is_foreseen_as_it_will_be(teller, world):
    put(teller.store, world)
    # Nothing changes what is not in effect yet.
    staged = {row_id for row_id, row in world.rows.items() if waits_superseded(row.version)}
    then = effective(world.with_own(ImportState.RELEASED))
    assert selected(teller.store, world, in_effect_then(OWN)) - staged == then - staged


def waits_superseded(version):
    """Return whether another import is to replace what the own one has only staged."""
    return (
        version.import_id == OWN and version.standing == Standing.STAGED and version.superseded_by is not None
    )


@drawn
@given(world=worlds(kind=ImportKind.BILLS), periods=st.sets(st.sampled_from(MONTHS), min_size=1))
def test_what_a_file_lacks_is_in_effect_and_untouched(teller, world, periods):
    put(teller.store, world)
    found = [
        world.rows[row_id].number
        for row_id in effective(world)
        if touched(world.rows[row_id].looked_at(None)) is None and world.rows[row_id].period in periods
    ]
    with teller.store.snapshot() as reading:
        assert sorted(withdrawable_bills(reading, MERCHANT, periods, None, 100)[0]) == sorted(found)


@drawn
@given(world=worlds(own=(ImportState.RELEASED,)))
def test_a_release_is_tidied_row_by_row_as_the_rule_says(teller, world):
    put(teller.store, world)
    found = importing.tidy(teller.store, OWN)
    after = kept(rules.tidied(*each, OWN) for each in world.versions)
    assert stored(teller.store, world) == after
    assert found.counts.overtaken == len(world.rows) - len(after)


@drawn
@given(world=worlds(own=(ImportState.REJECTED, ImportState.UNDONE)))
def test_what_does_not_take_effect_is_discarded_row_by_row_as_the_rule_says(teller, world):
    put(teller.store, world)
    importing.tidy(teller.store, OWN)
    after = kept(
        rules.discarded(
            *each, OWN, paid_once=world.kind is ImportKind.BILLS and world.rows[each[0].row_id].paid_once
        )
        for each in world.versions
    )
    assert stored(teller.store, world) == after


@drawn
@given(world=worlds(own=(ImportState.UNDOING,)))
def test_an_undo_marks_each_row_as_the_rule_says(teller, world):
    world = world.undoable()
    put(teller.store, world)
    with teller.store.transaction() as tx:
        assert mark_undo(tx, OWN, 100) == (True, ())
    assert stored(teller.store, world) == kept(rules.marked_to_undo(*each, OWN) for each in world.versions)


@drawn
@given(world=worlds(own=(ImportState.UNDOING,)))
def test_an_undo_tells_what_the_rule_finds_in_its_way_and_marks_nothing_then(teller, world):
    expected = obstacles(world)
    assume(expected)
    put(teller.store, world)
    with teller.store.transaction() as tx:
        done, found = mark_undo(tx, OWN, 100)
    assert done
    assert [(each.number, each.reason) for each in found] == expected
    assert stored(teller.store, world) == kept(row.version for row in world.rows.values())


def obstacles(world):
    """Return what prevents the undo of each row of the own import, by the rules, in the order of the rows."""
    found = []
    for row in world.rows.values():
        if row.version.import_id != OWN:
            continue
        reason = obstacle(world, row)
        if reason is not None:
            found.append((row.number, reason))
    return found


def obstacle(world, row):
    """Return what prevents the undo of a row, by the rules."""
    version = imported(world, row.version)
    if world.kind is ImportKind.BILLS:
        return bill_obstacle(version, row.looked_at(world.rows.get(row.version.supersedes)))
    new, in_use = row.version.supersedes is None, row.number in world.in_use
    return customer_obstacle(version, row.number, new=new, has_bills=in_use, holder=None)


def imported(world, version):
    """Return a row as the rules of undoing take it."""
    by = version.superseded_by
    return ImportedRow(version.standing == Standing.FORMER, by, world.states.get(by))


@drawn
@given(world=worlds(own=tuple(IN_FORCE)))
def test_an_undo_names_the_later_imports_that_the_rule_names(teller, world):
    put(teller.store, world)
    expected = {}
    for version, _ in world.versions:
        # A former row may name no import, or one that was undone since: then no import must be undone first.
        why = changed_since(replace(imported(world, version), former=False))
        if version.import_id == OWN and why is not None:
            expected.setdefault((why.import_id, why.waits), []).append(world.rows[version.row_id].number)
    with teller.store.snapshot() as reading:
        found = later_imports(reading, OWN, 2)
    assert {(each.import_id, each.waits): (each.rows, list(each.numbers)) for each in found} == {
        key: (len(numbers), numbers[:2]) for key, numbers in expected.items()
    }
