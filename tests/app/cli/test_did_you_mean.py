"""An id that is mistyped: the command names the one that is meant, if the user may see it."""

import pytest

from tests.support.tree import ROOT

SCHOOL = ROOT / "samples" / "school"
PUPIL = ("--input", "学号=2026039001")


@pytest.fixture
def school(prepared):
    prepared(
        ("init", "--business-date", "2026-11-22", "--yes"),
        ("organisation", "add", "BANK2", "--name", "Second bank"),
        ("merchant", "add", SCHOOL / "merchant.yaml"),
        ("form", "publish", "SCHOOL01", SCHOOL / "form.yaml"),
        ("customers", "add", "SCHOOL01", "C9", "--name", "赵小雨", *PUPIL),
        ("bills", "add", "SCHOOL01", "S2026-11-0001", "--amount", "1", "--due-date", "2026-11-30", *PUPIL),
        ("bills", "add", "SCHOOL01", "00000042", "--amount", "1", "--due-date", "2026-11-30", *PUPIL),
        ("user", "add", "zhang.wei", "--role", "MAKER"),
        ("user", "add", "bella", "--role", "OPERATOR", "--organisation", "BANK2"),
    )


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        (("merchant", "show", "SCHOOL1"), "SCHOOL01"),
        (("bills", "find", "school01"), "SCHOOL01"),
        (("bills", "show", "SCHOOL01", "S2026-11-001"), "S2026-11-0001"),
        (("bills", "withdraw", "SCHOOL01", "S2026-11-00001", "--reason", "x"), "S2026-11-0001"),
        (("bills", "show", "SCHOOL01", "42"), "00000042"),
        (("payments", "find", "--merchant", "SCHOOL01", "--bill", "S2026-11-001"), "S2026-11-0001"),
        (("bills", "set", "SCHOOL01", "042", "--amount", "2"), "00000042"),
        (("user", "disable", "zhangwei"), "zhang.wei"),
        (("organisation", "add", "WEST", "--name", "West", "--under", "BANK22"), "BANK2"),
        (("message", "reference", "--dialect", "asci"), "ascii"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else each,
)
def test_what_is_meant_is_named(school, refused, line, meant):
    assert refused(*line).rstrip().endswith(f"; did you mean {meant}?")


def test_a_bill_without_payments_is_no_mistake(school, done):
    assert "S2026" not in done("payments", "find", "--merchant", "SCHOOL01", "--bill", "S2026-11-0001")


def test_nobody_is_told_an_id_that_he_may_not_see(school, refused):
    assert "did you mean" not in refused("merchant", "show", "SCHOOL1", "--as", "bella")


def test_a_dialect_may_be_a_path(done, tmp_path):
    (tmp_path / "own.yaml").write_text("name: own\nversion: 1\nlike: ascii\n", encoding="utf-8")
    own = done("message", "reference", "--dialect", str(tmp_path / "own.yaml"))
    assert "Every digit here is the `own` dialect's" in own
    assert own.count("\n") == done("message", "reference").count("\n")
