"""Commands on the fixed-width files of banks and front-end processors."""

import json
import shutil
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parents[3] / "vectors" / "files"
SHIPPED = Path(__file__).parents[4] / "schemas" / "files"


@pytest.fixture
def out():
    """A batch of debits from a bank, in this folder."""
    return Path(shutil.copy(GOLDEN / "debit-out.dat", "out.dat"))


def test_the_layouts_are_listed_with_the_bytes_of_their_lines(done):
    assert "debit-out      批量扣款文件        gb18030      131     327       91" in done("files", "layouts")
    listed = json.loads(done("files", "layouts", "--json"))
    assert {"name": "fep-detail", "title": "前置机对账明细文件", "encoding": "gb18030", "header": 34, "detail": 136,
            "trailer": 107} in listed  # fmt: skip


def test_a_good_file_is_told_with_its_header_and_no_account_or_name(done, out):
    shown = done("files", "check", out)
    assert shown.startswith("out.dat: 批量扣款文件 (debit-out), 2 details, 880 bytes, SHA-256 ")
    assert "批次号        DB20301122000001" in shown
    assert "every field, count, sum and digest fits" in shown
    assert "6222020200012345678" not in shown
    plain = json.loads(done("files", "check", out, "--json"))
    assert (plain["details"], plain["header"]["总金额"], plain["problems"]) == (2, "110550", [])


def test_a_file_that_does_not_fit_ends_with_exit_1_and_its_places(refused, cli, out):
    out.write_bytes(out.read_bytes().replace(b"0000000000012550", b"0000000000012551"))
    result = cli("files", "check", out)
    assert result.exit_code == 1
    assert "line 4, trailer, total (bytes 12 to 27), '110550': the details have 110551" in result.output


def test_only_the_first_of_many_problems_are_told(cli, out):
    header, detail, _, trailer, _ = out.read_bytes().split(b"\n")
    out.write_bytes(b"\n".join([header, *[detail[:-1]] * 30, trailer]))
    result = cli("files", "check", out)
    assert "line 21, detail: has 326 bytes, not 327" in result.output
    assert "line 22," not in result.output
    assert "and 11 more problems" in result.output


def test_a_file_of_no_known_kind_is_refused_until_a_layout_is_named(refused, cli):
    Path("other.dat").write_bytes(b"something else\n")
    assert "its first line is the header of no layout (debit-out, " in refused("files", "check", "other.dat")
    assert "there is no layout nothing; there are debit-out, " in refused(
        "files", "check", "other.dat", "--layout", "nothing"
    )
    named = cli("files", "check", "other.dat", "--layout", "debit-result")
    assert "line 1, header: has 14 bytes, not 98" in named.output
    assert "cannot be read (no such file or directory)" in refused("files", "check", "missing.dat")


def test_a_bank_replaces_a_layout_by_a_file_of_its_own(done, refused):
    folder = Path("schemas/files")
    folder.mkdir(parents=True)
    config = Path("bank.yaml")
    config.write_text(f"{config.read_text(encoding='utf-8')}schemas_dir: schemas\n", encoding="utf-8")
    own = (SHIPPED / "debit-out.yaml").read_text(encoding="utf-8")
    (folder / "debit-out.yaml").write_text(own.replace("gb18030", "utf-8"), encoding="utf-8")
    assert "debit-out      批量扣款文件        utf-8 " in done("files", "layouts")

    (folder / "debit-out.yaml").write_text(own.replace("length: 131", "length: 130"), encoding="utf-8")
    assert "debit-out.yaml: header: length: is 130, but its fields have 131 bytes" in refused(
        "files", "layouts"
    )
    assert "debit-out.yaml: header: length: is 130" in refused("config", "check")

    reasons = folder.parent / "iso-reason-codes.yaml"
    reasons.write_text("settled: '00'\nreasons: []\n", encoding="utf-8")
    assert "iso-reason-codes.yaml: settled: return code 00 is not in return-codes" in refused(
        "config", "check"
    )

    (folder.parent / "payout-return-codes.yaml").write_text("codes: []\n", encoding="utf-8")
    assert "payout-return-codes.yaml: codes: " in refused("config", "check")

    (folder / "debit-out.yaml").write_text(own.replace("name: debit-out", "name: debit"), encoding="utf-8")
    assert "name: is debit, but the file is named debit-out.yaml" in refused("files", "layouts")
