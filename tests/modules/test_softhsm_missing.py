import os
import subprocess
import sys

import pytest

from tests.support.tree import ROOT

CONFTEST = """
import tests.conftest as shared
from tests.conftest import *

shared.find_softhsm = lambda: None
"""
TESTS = "def test_one(softhsm): assert softhsm\n"


@pytest.fixture
def run_without_softhsm(tmp_path):
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_keys.py").write_text(TESTS)

    def run(required):
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore"],
            cwd=tmp_path,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "OFFLINE_COLLECT_TEST_REQUIRE_SOFTHSM": required,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_tests_of_an_absent_softhsm_are_skipped_and_one_line_says_so(run_without_softhsm):
    done = run_without_softhsm("")
    assert (done.returncode, done.stdout.count("SoftHSM2")) == (0, 1)
    assert "1 tests skipped: no SoftHSM2: apt-get install softhsm2\n" in done.stdout


def test_tests_of_an_absent_softhsm_fail_where_it_is_required(run_without_softhsm):
    done = run_without_softhsm("1")
    assert done.returncode == 1
    assert "OFFLINE_COLLECT_TEST_REQUIRE_SOFTHSM=1, but no SoftHSM2" in done.stdout
