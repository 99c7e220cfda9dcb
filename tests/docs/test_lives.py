"""The drawings of lives in docs/architecture.md agree with the tables in the domain."""

import re
from pathlib import Path

from offline_collect.domain import leases
from offline_collect.domain.access import approvals
from offline_collect.domain.imports.life import LIFE
from offline_collect.domain.keys import life as keys

PAGE = (Path(__file__).parents[2] / "docs" / "architecture.md").read_text(encoding="utf-8")


def section(title):
    return PAGE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_the_life_of_an_import_is_drawn_as_it_is():
    drawn = re.findall(r"^ +(\w+) --> (\w+): (.+)$", section("The life of an import"), re.MULTILINE)
    steps = [
        (source.value, step.target.value, event.value)
        for event, step in LIFE.items()
        for source in step.sources
    ]
    assert sorted(drawn) == sorted(steps)


def test_who_moves_an_import_and_what_becomes_of_its_rows_is_told_as_it_is():
    told = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", section("The life of an import"), re.MULTILINE)
    assert told[1:] == [(event.value, step.who, step.does) for event, step in LIFE.items()]


def test_the_life_of_a_request_for_approval_is_drawn_as_it_is():
    drawn = re.findall(
        r"^ +(\w+) --> (\w+): (.+)$", section("The life of a request for approval"), re.MULTILINE
    )
    steps = [("PENDING", step.target.value, event.value) for event, step in approvals.LIFE.items()]
    assert sorted(drawn) == sorted(steps)


def test_who_decides_a_request_and_what_becomes_of_it_is_told_as_it_is():
    told = re.findall(
        r"^\| (.+?) \| (.+?) \| (.+?) \|$", section("The life of a request for approval"), re.MULTILINE
    )
    assert told[1:] == [(event.value, step.who, step.does) for event, step in approvals.LIFE.items()]


def test_the_life_of_a_key_is_drawn_as_it_is():
    drawn = re.findall(r"^ +(\w+) --> (\w+): (.+)$", section("The life of a key"), re.MULTILINE)
    steps = [
        (source.value, step.target.value, event.value)
        for event, step in keys.LIFE.items()
        for source in step.sources
    ]
    assert sorted(drawn) == sorted(steps)


def test_who_moves_a_key_and_what_becomes_of_it_is_told_as_it_is():
    told = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", section("The life of a key"), re.MULTILINE)
    assert told[1:] == [(event.value, step.who, step.does) for event, step in keys.LIFE.items()]


def test_the_life_of_a_lease_is_drawn_as_it_is():
    drawn = re.findall(
        r"^ +(\w+) --> (\w+): (.+)$", section("A connection to a partner that listens"), re.MULTILINE
    )
    steps = [(before.value, after.value, event.value) for event, (before, after) in leases.LIFE.items()]
    assert sorted(drawn) == sorted(steps)
