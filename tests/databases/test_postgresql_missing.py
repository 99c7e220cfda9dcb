import os
import subprocess
import sys

import pytest

from tests.support.tree import ROOT

CONFTEST = """
import tests.conftest as shared
from tests.conftest import *

shared.find_binaries = lambda: None
"""
TESTS = """
def test_one(postgresql_url): assert postgresql_url
def test_two(store_url): assert store_url
"""


@pytest.fixture
def run_without_postgresql(tmp_path):
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_stores.py").write_text(TESTS)

    def run(**environment):
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore"],
            cwd=tmp_path,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "OFFLINE_COLLECT_TEST_REQUIRE_POSTGRESQL": "",
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_tests_of_an_absent_postgresql_are_skipped_and_one_line_says_so(run_without_postgresql):
    done = run_without_postgresql()
    assert done.returncode == 0
    assert done.stdout.count("PostgreSQL") == 1
    assert "2 tests skipped: no PostgreSQL server binaries: apt-get install postgresql\n" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("1 passed, 2 skipped")


def test_tests_of_an_absent_postgresql_fail_where_it_is_required(run_without_postgresql):
    done = run_without_postgresql(OFFLINE_COLLECT_TEST_REQUIRE_POSTGRESQL="1")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].startswith("1 passed, 2 errors")
