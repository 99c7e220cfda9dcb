"""`audit show` and `audit verify`: who changed what, and whether the trail itself was changed."""

import datetime as dt
import json
import re
import sqlite3

import pytest

from offline_collect.store import StoreSettings, append_audit, open_store
from tests.support.audited import about
from tests.support.tree import ROOT

SCHOOL, WATER = (ROOT / "samples" / name / "merchant.yaml" for name in ("school", "water"))
THEN = dt.datetime(2026, 11, 21, 15, 59, tzinfo=dt.UTC)
"""A minute to midnight in the business timezone."""


@pytest.fixture
def bank(prepared, done):
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("user", "add", "anna", "--role", "OPERATOR"),
        ("user", "add", "eve", "--role", "AUDITOR"),
        ("merchant", "add", SCHOOL),
        ("merchant", "add", WATER),
        ("merchant", "set", "WATER001", "limits.TELLER=1.00", "maker_checker=true", "--as", "anna"),
    )
    return done


def sql(words):
    with sqlite3.connect("bank.db") as connection:
        connection.execute(words)
    connection.close()


def write(*changes):
    """Write changes into the trail: moment, what, before, after."""
    store = open_store(StoreSettings("sqlite:///bank.db"))
    with store.transaction() as tx:
        for at, what, before, after in changes:
            append_audit(tx, "anna", *about(what), before, after, at)
    store.dispose()


def heads(shown):
    return [line.split("  ", 3) for line in shown.splitlines() if not line.startswith("    ")]


def test_changes_are_shown_the_earliest_first_with_what_they_replaced(bank):
    lines = bank("audit", "show").splitlines()
    assert [line.split("  ")[0] for line in lines if not line.startswith(" ")] == [
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
    ]
    at = lines.index("    limits.TELLER: 50000.00 → 1.00")
    number, moment, who, what = lines[at - 1].split("  ")
    assert (number, who, what) == ("6", "anna", "merchant set WATER001")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+08:00", moment)
    assert lines[at + 1] == "    maker_checker: false → true"


def test_accounts_are_never_shown_whole(bank):
    for shown in (bank("audit", "show"), bank("audit", "show", "--json")):
        assert "***" in shown
        assert not re.search(r"[0-9]{12,}", re.sub("[0-9a-f]{64}", "", shown))


@pytest.mark.parametrize(
    ("options", "rows"),
    [
        (["--merchant", "WATER001"], ["5", "6"]),
        (["--who", "anna"], ["6"]),
        (["--who", "system", "--merchant", "WATER001"], ["5"]),
        (["--last", "2"], ["5", "6"]),
        (["--merchant", "NOBODY"], []),
        (["--action", "merchant set"], ["6"]),
        (["--subject", "user"], ["2", "3"]),
        (["--subject", "user:eve", "--actor", "system"], ["3"]),
        (["--since", "2026-11-22", "--subject", "merchant:SCHOOL01"], ["4"]),
    ],
)
def test_changes_are_found_by_merchant_subject_action_and_person(bank, options, rows):
    assert [head[0] for head in heads(bank("audit", "show", *options))] == rows


def test_days_are_those_of_the_business_timezone_the_last_one_with_it(done):
    done("init", "--business-date", "2026-11-22", "--yes")
    write(
        (THEN, "merchant a X", None, None),
        (THEN + dt.timedelta(minutes=1), "merchant b X", None, None),
        (THEN + dt.timedelta(days=1, minutes=1), "merchant c X", None, None),
    )

    def found(*options):
        return [head[3].split()[1] for head in heads(done("audit", "show", "--merchant", "X", *options))]

    assert found("--from", "2026-11-22", "--to", "2026-11-22") == ["b"]
    assert found("--to", "2026-11-21") == ["a"]
    assert found("--from", "2026-11-22") == ["b", "c"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--from", "2026-13-01"], "2026-13-01 is not a date"),
        (["--to", "yesterday"], "yesterday is not a date"),
        (
            ["--from", "2026-11-22", "--to", "2026-11-21"],
            "--to 2026-11-21: must not be before --since 2026-11-22",
        ),
        (["--subject", "teller"], "--subject teller: must be TYPE or TYPE:ID, with a type of store, day,"),
        (["--subject", "bill:"], "--subject bill:: must be TYPE or TYPE:ID"),
        (["--last", "0"], "greater than or equal to 1"),
    ],
)
def test_what_cannot_be_asked_is_wrong_usage(bank, refused, options, said):
    assert said in refused("audit", "show", *options, code=2)


def test_whole_rows_are_json_a_line_each(bank):
    rows = [json.loads(line) for line in bank("audit", "show", "--json", "--last", "2").splitlines()]
    assert [row["what"] for row in rows] == ["merchant add WATER001", "merchant set WATER001"]
    assert [row["who"] for row in rows] == ["system", "anna"]
    assert (rows[1]["actor"], rows[1]["action"], rows[1]["subject_type"]) == (
        "anna",
        "merchant set",
        "merchant",
    )
    assert rows[0]["before"] is None
    assert rows[1]["after"]["limits"]["TELLER"] == "1.00"
    assert len(rows[1]["hash"]) == 64


def test_long_changes_are_cut_for_people_only(bank):
    write((THEN, "form publish X", None, {f"key{n}": "y" * 100 for n in range(30)}))
    lines = bank("audit", "show", "--last", "1").splitlines()
    assert lines[1] == f"    key0: {'y' * 60}…"
    assert lines[-1] == "    … and 10 more (--json shows all)"
    (row,) = bank("audit", "show", "--last", "1", "--json").splitlines()
    assert json.loads(row)["after"]["key29"] == "y" * 100


def test_personal_data_are_for_those_who_may_see_them(bank):
    after = {
        "name": "王小明",
        "mobile": "13800138000",
        "email": "xm@example.com",
        "inputs": {"owner": "王大明"},
        "customer_no": "P1",
        "consent": True,
    }
    write(
        (THEN, "customers set SCHOOL01 P1", None, after),
        (THEN, "merchant set SCHOOL01", None, {"name": "学校"}),
    )
    for shown in (bank("audit", "show"), bank("audit", "show", "--json")):
        assert all(text in shown for text in ("王小明", "13800138000", "xm@example.com", "王大明"))
    for shown in (bank("audit", "show", "--as", "eve"), bank("audit", "show", "--json", "--as", "eve")):
        assert all(text in shown for text in ("王*明", "138****8000", "x***@example.com", "P1", "学校"))
        assert not any(text in shown for text in ("王小明", "13800138000", "xm@example.com", "王大明"))


def test_a_whole_trail_says_how_it_ends(bank):
    said = bank("audit", "verify", "--as", "eve")
    known = re.fullmatch(r"the audit trail is whole: 6 rows, the last (6:[0-9a-f]{64})\n", said)[1]
    bank("merchant", "suspend", "WATER001")
    assert "7 rows" in bank("audit", "verify", "--known", known)


COPIED_ROW = """
INSERT INTO audit_trail (sequence, version, at, actor, action, hash, previous_hash)
    SELECT 7, version, at, actor, action, hash, hash FROM audit_trail WHERE sequence = 6
"""


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("UPDATE audit_trail SET actor = 'bob' WHERE sequence = 4", "row 4: the audit row was changed"),
        ("DELETE FROM audit_trail WHERE sequence = 4", "row 5: audit rows before this one are gone"),
        ("DELETE FROM audit_trail WHERE sequence = 6", "row 5: audit rows after this one are gone"),
        (COPIED_ROW, "row 7: the audit row was changed"),
    ],
)
def test_a_trail_that_was_changed_is_exit_1_and_says_where(bank, cli, tampering, said):
    sql(tampering)
    result = cli("audit", "verify")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0] == said
    assert "the audit trail is broken in " in result.stdout.splitlines()[-1]


def test_a_trail_that_was_made_anew_is_found_by_its_known_end(bank, cli):
    known = bank("audit", "verify").split()[-1]
    sql("DELETE FROM audit_trail")
    sql("UPDATE serial_counters SET next_number = 1 WHERE name = 'audit_trail'")
    assert "0 rows" in bank("audit", "verify")
    result = cli("audit", "verify", "--known", known)
    assert result.exit_code == 1
    assert "row 0: audit rows after this one are gone" in result.stdout


def test_many_breaks_are_counted_and_the_first_hundred_shown(bank, cli):
    write(*((THEN, f"change {n}", None, None) for n in range(120)))
    sql("UPDATE audit_trail SET actor = 'bob'")
    lines = cli("audit", "verify").stdout.splitlines()
    assert len(lines) == 102
    assert lines[-2:] == ["… and 26 more", "the audit trail is broken in 126 places"]


@pytest.mark.parametrize("known", ["12", "x:y", f"1:{'g' * 64}"])
def test_an_end_that_is_none_is_wrong_usage(bank, refused, known):
    assert "--known: must be ROW:HASH" in refused("audit", "verify", "--known", known, code=2)
