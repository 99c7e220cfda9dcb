"""Schemas: a configured folder first, then the checkout's, then the packaged copy, file by file."""

import json

import pytest
from jsonschema import Draft202012Validator

from offline_collect.app.config import paths
from offline_collect.app.config.dialect_grammar import GRAMMAR
from offline_collect.app.config.schemas import Schemas
from offline_collect.app.errors import SchemaFileError
from tests.support.tree import ROOT


@pytest.fixture
def partner(tmp_path):
    """A folder with one partner's dialect."""

    def partner(file, name):
        text = (ROOT / "schemas" / "dialects" / "bcd.yaml").read_text(encoding="utf-8")
        folder = tmp_path / "dialects"
        folder.mkdir(exist_ok=True)
        (folder / f"{file}.yaml").write_text(text.replace("name: bcd", f"name: {name}"), encoding="utf-8")
        return Schemas(str(tmp_path))

    return partner


def test_shipped_schemas_all_compile():
    schemas = Schemas()
    shipped = {path.stem for path in (ROOT / "schemas" / "dialects").glob("*.yaml")}
    assert schemas.dialects().keys() == shipped
    assert shipped >= {"ascii", "bcd", "iso87"}
    assert schemas.message_set().types


def test_a_dialect_is_compiled_once_for_all_its_links(partner, tmp_path):
    schemas = partner("partner", "partner")
    first = schemas.dialect("partner")
    (tmp_path / "dialects" / "partner.yaml").unlink()
    assert schemas.dialect("partner") is first


def test_the_grammar_of_dialects_is_a_valid_schema():
    grammar = json.loads((ROOT / GRAMMAR).read_text(encoding="utf-8"))
    assert Draft202012Validator.check_schema(grammar) is None
    assert grammar["properties"]


def test_a_folder_adds_to_the_shipped_schemas(partner):
    assert partner("partner", "partner").dialects().keys() == {*Schemas().dialect_names(), "partner"}


def test_a_folders_file_goes_before_the_shipped_one(partner, tmp_path):
    assert partner("ascii", "ascii").path("dialects/ascii").parent == tmp_path / "dialects"


def test_a_dialect_is_named_as_its_file(partner):
    with pytest.raises(
        SchemaFileError, match=r"other\.yaml: name: is partner, but the file is named other\.yaml"
    ):
        partner("other", "partner").dialect("other")


def test_what_is_nowhere_is_refused_with_where_it_was_looked_for():
    with pytest.raises(SchemaFileError, match=r"no schema files/none\.yaml in .*schemas"):
        Schemas().read("files/none")
    with pytest.raises(SchemaFileError, match=r"no dialect none: there are .*ascii, .*bcd"):
        Schemas().dialect("none")


def test_an_installed_package_uses_its_own_copy(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "CHECKOUT", tmp_path / "site-packages")
    monkeypatch.setattr(paths, "SHIPPED", tmp_path / "_shipped")
    (tmp_path / "_shipped" / "config").mkdir(parents=True)
    (tmp_path / "_shipped" / "config" / "sqlite.yaml").touch()
    assert paths.in_checkout() is False
    assert paths.data_folders("schemas") == (tmp_path / "_shipped" / "schemas",)
    assert paths.data_file("config/sqlite.yaml") == tmp_path / "_shipped" / "config" / "sqlite.yaml"


def test_a_checkout_goes_before_the_packaged_copy():
    assert paths.data_folders("samples")[0] == ROOT / "samples"
