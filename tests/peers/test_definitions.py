"""The shipped dialects are as the definitions in their makers' libraries."""

import zipfile

import pytest
import yaml

from offline_collect.app.tools.jpos_packager import dialect_of_packager
from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect.wire.elements.notation import Kind
from tests.messages.golden import shipped
from tests.peers.building import BUILT, command_of

CHARACTERS = {Kind.AN, Kind.ANS, Kind.TEXT}


def shape(element):
    """What an element is on the wire; jPOS does not tell letters, texts and digits of characters apart."""
    kind = Kind.ANS if element.kind in CHARACTERS else element.kind
    packed = element.encoding if element.packed else "characters"
    return kind, element.length, element.prefix, packed


@pytest.mark.parametrize("name", ["iso87ascii", "iso87binary"])
def test_a_packager_of_jpos_is_the_shipped_dialect(name, tmp_path):
    command_of("java")
    (jar,) = (BUILT / "java/jars").glob("jpos-*.jar")
    packager = tmp_path / f"{name}.xml"
    with zipfile.ZipFile(jar) as opened:
        packager.write_bytes(opened.read(f"packager/{name}.xml"))
    theirs = compile_dialect(yaml.safe_load(dialect_of_packager(packager)), packager.name)
    ours = shipped(f"jpos-{name}")
    assert {number: shape(each) for number, each in ours.elements.items()} == {
        number: shape(each) for number, each in theirs.elements.items()
    }
    assert (ours.encoding.mti, ours.encoding.bitmap) == (theirs.encoding.mti, theirs.encoding.bitmap)
    assert ours.encoding.prefix == theirs.encoding.prefix
