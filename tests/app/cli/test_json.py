"""Every command that prints a table prints JSON too, for programs."""

import ast
import json
from functools import reduce

import pytest
from typer.main import get_command

from offline_collect.app.cli.main import app
from offline_collect_terminal.cli.main import app as terminal_app
from tests.support.tree import ROOT, modules, parse

TABLES = {"show_table", "show_page"}
OTHERWISE = {
    ("bills", "import"): "its table is of errors, which the error workbook has",
    ("bills", "settle-outside"): "likewise",
    ("customers", "import"): "likewise",
    ("details",): "the files that it writes are for programs",
    ("statement",): "likewise",
    ("form", "preview"): "a drawing for people",
}
SCHOOL = ROOT / "samples" / "school"
LISTS = {
    ("merchant", "list"): ("merchants", "id", "SCHOOL01"),
    ("form", "history", "SCHOOL01"): ("versions", "version", 1),
    ("customers", "find", "SCHOOL01"): ("customers", "customer", "C9"),
    ("mandates", "list", "SCHOOL01"): ("mandates", None, None),
    ("user", "list"): ("users", "name", "system"),
    ("organisation", "list"): ("organisations", "id", "GROUP"),
    ("day", "show"): ("days", "business_date", "2026-11-22"),
    ("day", "tellers", "2026-11-22"): ("drawers", None, None),
    ("day", "calendar", "--from", "2026-11-22"): ("dates", "business_day", True),
    ("dialect", "list"): ("dialects", "dialect", "ascii"),
    ("keys", "list"): ("keys", None, None),
    ("suspense", "list"): ("payments", None, None),
    ("debit", "list"): ("batches", None, None),
    ("settle", "list"): ("runs", None, None),
    ("notify", "list"): ("notices", None, None),
    ("notify", "template", "list"): ("templates", None, None),
    ("notify", "numbers", "SCHOOL01"): ("numbers", None, None),
    ("notify", "optout", "list", "SCHOOL01"): ("opt_outs", None, None),
    ("notify", "consent", "list", "SCHOOL01"): ("consents", None, None),
}
BESIDE = {("settle", "list"): {"left_out"}}
"""Keys that a list has beside its rows."""


def commands(group, path=()):
    """Yield the path of each command and its options."""
    for name in group.commands:
        command = group.get_command(None, name)
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), {option for each in command.params for option in each.opts}, command.callback


def calls():
    """Return the functions of the command line, and the names that each calls."""
    found = {}
    for path in modules("offline_collect/app/cli"):
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.FunctionDef):
                called = {each.func for each in ast.walk(node) if isinstance(each, ast.Call)}
                names = {each.id for each in called if isinstance(each, ast.Name)}
                found.setdefault(node.name, {}).setdefault(path.stem, set()).update(names)
    return found


def shows_a_table(callback, graph):
    """Whether a command's function calls, through others of its module or of named imports, one that prints tables."""
    seen, left = set(), [callback.__name__]
    home = callback.__module__.rpartition(".")[2]
    while left:
        name = left.pop()
        if name in TABLES:
            return True
        if name in seen or name not in graph:
            continue
        seen.add(name)
        places = graph[name]
        left += sorted(places[home] if home in places else reduce(set.union, places.values()))
    return False


def test_a_command_that_prints_a_table_prints_json_too():
    graph = calls()
    lacking = [
        path
        for path, options, callback in commands(get_command(app))
        if shows_a_table(callback, graph) and "--json" not in options
    ]
    assert sorted(lacking) == sorted(OTHERWISE)


def test_the_simulators_list_prints_json_too():
    (options,) = [options for path, options, _ in commands(get_command(terminal_app)) if path == ("run",)]
    assert {"--list", "--json"} <= options


@pytest.fixture
def school(prepared):
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("merchant", "add", SCHOOL / "merchant.yaml"),
        ("form", "publish", "SCHOOL01", SCHOOL / "form.yaml"),
        ("customers", "add", "SCHOOL01", "C9", "--name", "赵小雨", "--input", "学号=2026039001"),
    )


@pytest.mark.parametrize("line", LISTS, ids=" ".join)
def test_lists_print_a_document_of_rows(school, done, line):
    name, key, first = LISTS[line]
    document = json.loads(done(*line, "--json"))
    assert set(document) == {name, "next", "more"} | BESIDE.get(line, set())
    assert (document["next"], document["more"]) == (None, False)
    assert [row[key] for row in document[name]][:1] == ([] if key is None else [first])


def test_a_forms_check_is_a_document(school, done):
    document = json.loads(done("form", "check", "SCHOOL01", "--json"))
    assert (document["form"], document["customers"], document["found"]) == ("SCHOOL01, version 1", 1, 1)
    assert document["complaints"] == []
