"""Commands from a partner's specification to a link."""

from pathlib import Path

import pytest

ECHO = "080082200000000000000400000000000000112209300100000230 1".replace(" ", "")


@pytest.fixture
def schemas():
    """A folder of schemas with a broken dialect that no link speaks."""
    folder = Path("schemas/dialects")
    folder.mkdir(parents=True)
    (folder / "broken.yaml").write_text("name: broken\nlike: nothing\n", encoding="utf-8")
    config = Path("bank.yaml")
    config.write_text(f"{config.read_text(encoding='utf-8')}schemas_dir: schemas\n", encoding="utf-8")


@pytest.fixture
def partner():
    Path("partner.yaml").write_text("name: partner\nlike: iso87\nframe: {length: ascii4}\n", encoding="utf-8")
    return "partner.yaml"


def test_the_list_names_links_and_what_cannot_be_used(done, schemas):
    lines = {line.split()[0]: line for line in done("dialect", "list").splitlines()}
    assert " fep-1 " in lines["ascii"]
    assert "cannot be used: schemas/dialects/broken.yaml: like: no dialect nothing" in lines["broken"]
    assert "fep-1" not in lines["bcd"]


def test_a_broken_dialect_that_no_link_speaks_stops_no_command(done, schemas, refused):
    done("config", "check")
    done("message", "decode", ECHO.encode().hex())
    assert "broken.yaml: like: " in refused("dialect", "show", "broken")


def test_a_dialect_is_shown_whole(done, refused):
    assert "  11: n6 System trace audit number" in done("dialect", "show", "bcd")
    assert "no dialect none: there are ascii" in refused("dialect", "show", "none")


def test_a_file_is_checked(done, refused, partner):
    assert done("dialect", "check", partner) == (
        "partner.yaml: dialect partner is valid, with 126 elements; links can speak it\n"
    )
    Path("x.yaml").write_text("name: y\nframe: {length: ascii5}\n", encoding="utf-8")
    lines = refused("dialect", "check", "x.yaml").splitlines()
    assert [line.split(": ")[1:3] for line in lines] == [["x.yaml", "frame.length"], ["x.yaml", "name"]]
    assert "none.yaml: cannot be read" in refused("dialect", "check", "none.yaml")


def test_samples_are_tried(done, cli, partner):
    Path("sample.txt").write_text(f"0055{ECHO}\n", encoding="utf-8")
    shown = done("dialect", "try", partner, ECHO.encode().hex(), "sample.txt")
    assert "sample 1: 55 bytes" in shown
    assert "sample 2: 59 bytes\n0-3    length  ascii4" in shown
    assert "56-58  DE 70   Network management code (n3)      301" in shown
    failed = cli("dialect", "try", partner, ECHO[:-1].encode().hex())
    assert failed.exit_code == 1
    assert "DE 70" in failed.stdout
    assert failed.stderr == "Error: sample 1: DE 70: wrong length\n"
    assert "nothing to decode" in cli("dialect", "try", partner, input="").stderr


def test_a_packager_becomes_a_file_to_start_from(done, refused):
    field = '<isofield id="11" length="6" name="STAN" class="org.jpos.iso.IFA_NUMERIC"/>'
    Path("bank.xml").write_text(f"<isopackager>{field}</isopackager>", encoding="utf-8")
    assert "\nelements:\n  11: n6 STAN\n" in done("dialect", "from-jpos", "bank.xml")
    assert "none.xml: cannot be read" in refused("dialect", "from-jpos", "none.xml")
