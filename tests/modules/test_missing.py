"""Tests of a program that is not installed are skipped, or fail where it is required."""

import os
import subprocess
import sys

import pytest

from tests.support.tree import ROOT

CONFTEST = """
import tests.conftest as shared
from tests.conftest import *

shared.find_{name} = lambda: None
"""
PROGRAMS = {
    "softhsm": ("softhsm", "no SoftHSM2: apt-get install softhsm2"),
    "kannel": ("real_kannel", "no Kannel: apt-get install kannel kannel-extras"),
}


@pytest.fixture(params=PROGRAMS)
def run_without(request, tmp_path):
    """Run a test of a program that is not found; with what it is called and why it does not run."""
    fixture, reason = PROGRAMS[request.param]
    (tmp_path / "conftest.py").write_text(CONFTEST.format(name=request.param))
    (tmp_path / "test_one.py").write_text(f"def test_one({fixture}): assert False\n")
    variable = f"OFFLINE_COLLECT_TEST_REQUIRE_{request.param.upper()}"

    def run(required):
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), variable: required},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    return run, variable, reason


def test_they_are_skipped_and_one_line_says_so(run_without):
    run, _, reason = run_without
    code, said = run("")
    assert (code, said.count(reason)) == (0, 1)
    assert f"1 tests skipped: {reason}\n" in said


def test_they_fail_where_the_program_is_required(run_without):
    run, variable, reason = run_without
    code, said = run("1")
    assert code == 1
    assert f"{variable}=1, but {reason}" in said
