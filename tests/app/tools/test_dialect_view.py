"""A dialect as a whole says the same as its files, and where each value came from."""

from dataclasses import replace

import pytest
import yaml

from offline_collect.app.config.schemas import Schemas
from offline_collect.app.tools.dialect_view import render_dialect, summaries
from offline_collect.wire.dialects.inheritance import whole

PARTNER = """
name: partner
like: jpos-iso87binary
elements: {2: null, 22: {encoding: bcd-right}, 41: ans16 Terminal}
response_codes: {default: "06", APPROVED: "00"}
"""


@pytest.fixture
def partner(tmp_path):
    def partner(text=PARTNER, name="partner"):
        folder = tmp_path / "dialects"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        return Schemas(str(tmp_path))

    return partner


@pytest.mark.parametrize("name", Schemas().dialect_names())
def test_what_is_shown_of_a_shipped_dialect_is_that_dialect(name):
    schemas = Schemas()
    shown = yaml.safe_load(render_dialect(schemas, name))
    found, dialect = schemas.compiled(shown, "shown.yaml"), schemas.dialect(name)
    # Layouts and messages that hold them are compared by what they are compiled from.
    assert replace(found, layouts={}, messages=None) == replace(dialect, layouts={}, messages=None)
    values, file = schemas.read(f"dialects/{name}")
    said = whole(values, file, schemas.other_dialect)
    for word in ("layouts", "messages", "echo"):
        assert shown.get(word) == said.get(word)


def test_each_value_names_its_source(partner):
    schemas = partner()
    shown = render_dialect(schemas, "partner")
    assert schemas.compiled(yaml.safe_load(shown), "shown.yaml") == schemas.dialect("partner")
    sources = {
        line.rpartition("#")[0].strip(): line.rpartition("# ")[2]
        for line in shown.splitlines()
        if " # " in line
    }
    assert sources["41: ans16 Terminal"] == "partner"
    assert sources["3: n6 Processing code"] == "iso87"
    assert sources["is: n3 Point of service entry mode"] == "iso87"
    assert sources["encoding: bcd-right"] in {"partner", "jpos-iso87binary"}
    assert sources["prefix: bcd"] == "jpos-iso87binary"
    assert sources['APPROVED: "00"'] == "partner"
    assert sources['TOO_LATE: "06"'] == "response_codes.default"
    assert sources["bitmaps: as needed"] == "default"
    assert "2:" not in [line.strip() for line in shown.splitlines()]


def test_the_list_has_broken_ones_with_their_reason(partner):
    partner("name: broken\nlike: nothing\n", "broken")
    found = {each.name: each for each in summaries(partner())}
    assert (found["partner"].like, found["partner"].length, found["partner"].elements) == (
        "jpos-iso87binary",
        "binary2",
        125,
    )
    assert "broken.yaml: like: no dialect nothing" in found["broken"].problem
    assert found["ascii"].problem is None


def test_a_mistake_names_the_file_in_which_it_is(partner):
    partner("name: base\nlike: iso87\nframe: {length: ascii5}\nelements: {4: q12}\n", "base")
    schemas = partner("name: partner\nlike: base\nframe: {length: ascii4}\n")
    with pytest.raises(Exception, match=r"base\.yaml: elements\.4: must be a shape"):
        schemas.dialect("partner")
    schemas = partner("name: partner\nlike: base\nframe: {length: ascii6x}\n")
    with pytest.raises(Exception, match=r"partner\.yaml: frame\.length: must be one of"):
        schemas.dialect("partner")
