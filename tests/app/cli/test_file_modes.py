"""Files with people's data are readable only by their owner, for any umask."""

import os
import stat

import pytest

from tests.support.tree import ROOT

SCHOOL = ROOT / "samples" / "school"
DAY = "2026-11-22"


@pytest.fixture(autouse=True)
def _careless_umask():
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder, *known):
    files = (path for path in folder.rglob("*") if path.name not in known)
    return {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in files}


def test_every_file_that_commands_write_is_its_owners_alone(done, cli, tmp_path):
    done("init", "--business-date", DAY)
    done("merchant", "add", SCHOOL / "merchant.yaml")
    done("form", "publish", "SCHOOL01", SCHOOL / "form.yaml")
    done("customers", "import", "SCHOOL01", SCHOOL / "customers.csv")
    titles = (SCHOOL / "customers.csv").read_text(encoding="gb18030").partition("\n")[0]
    (tmp_path / "bad.csv").write_text(f"{titles}\nx{',x' * titles.count(',')}\n", encoding="utf-8")
    assert cli("customers", "import", "SCHOOL01", "bad.csv", "--errors", "errors.xlsx").exit_code == 1
    done("template", "customers", "SCHOOL01", "template.xlsx")
    done("form", "poster", "SCHOOL01", "poster.svg")
    (tmp_path / "details.csv").touch(mode=0o666)
    done("details", "SCHOOL01", DAY, "--out", "details.csv", "--overwrite")
    done("statement", "SCHOOL01", DAY, "--out", "statement.xlsx")
    written = modes(tmp_path, "bank.yaml", "bad.csv")
    assert {
        "bank.db",
        "errors.xlsx",
        "template.xlsx",
        "poster.svg",
        "details.csv",
        "statement.xlsx",
    } <= written.keys()
    assert set(written.values()) == {"0o600"}


def test_a_store_of_before_is_refused_with_the_command_that_mends_it(done, refused, tmp_path):
    done("init", "--business-date", DAY)
    (tmp_path / "bank.db").chmod(0o644)
    for arguments in (["init"], ["merchant", "list"], ["serve"], ["store", "restored"]):
        assert f"chmod 600 {tmp_path}/bank.db" in refused(*arguments)
    (tmp_path / "bank.db").chmod(0o600)
    done("merchant", "list")
