"""`like`: a file says what differs from another one, and no file is like itself through others."""

import pytest

from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect.wire.dialects.inheritance import Layer, in_its_file, layers, source, whole
from offline_collect.wire.errors import SchemaError

BASE = {
    "name": "base",
    "frame": {"length": "ascii4", "length_max": 100, "header": [{"name": "a", "bytes": 1}]},
    "elements": {3: "n6 Code", 22: "n3 Entry mode", 39: "an2 Response", 52: "b8 PIN"},
    "messages": [{"name": "payment", "must": [3]}, {"name": "echo", "must": [70]}],
}


def merged(over, **others):
    files = {"base": BASE, **others}

    def read(name):
        if name not in files:
            raise LookupError(f"no dialect {name}: there are {', '.join(files)}")
        return files[name], f"{name}.yaml"

    return whole(over, "own.yaml", read)


def test_mappings_are_merged_key_by_key():
    values = merged({"name": "own", "like": "base", "frame": {"length_max": 50}})
    assert values == {**BASE, "name": "own", "frame": {**BASE["frame"], "length_max": 50}}


def test_null_takes_a_key_away():
    values = merged({"name": "own", "like": "base", "elements": {52: None, 99: None}, "messages": None})
    assert values["elements"] == {3: "n6 Code", 22: "n3 Entry mode", 39: "an2 Response"}
    assert "messages" not in values


def test_a_list_takes_the_place_of_the_other():
    values = merged({"name": "own", "like": "base", "frame": {"header": [{"name": "b", "bytes": 2}]}})
    assert values["frame"]["header"] == [{"name": "b", "bytes": 2}]


def test_messages_are_merged_by_their_names():
    over = [{"name": "echo", "requests": ["0800"]}, {"name": "inquiry", "must": [4]}]
    assert merged({"name": "own", "like": "base", "messages": over})["messages"] == [
        {"name": "payment", "must": [3]},
        {"name": "echo", "must": [70], "requests": ["0800"]},
        {"name": "inquiry", "must": [4]},
    ]


def test_messages_that_are_no_list_are_left_to_the_compiler():
    assert merged({"name": "own", "like": "base", "messages": 5})["messages"] == 5
    assert merged({"name": "own", "like": "base", "messages": ["x"]})["messages"] == [*BASE["messages"], "x"]


def test_a_mapping_adds_to_a_notation():
    values = merged({"name": "own", "like": "base", "elements": {22: {"encoding": "bcd-right"}}})
    assert values["elements"][22] == {"is": "n3 Entry mode", "encoding": "bcd-right"}


def test_a_chain_is_followed_to_its_end():
    middle = {"name": "middle", "like": "base", "elements": {3: "n6 Other"}, "version": 1}
    values = merged({"name": "own", "like": "middle", "elements": {39: "n3 Action"}}, middle=middle)
    assert values["elements"] == {3: "n6 Other", 22: "n3 Entry mode", 39: "n3 Action", 52: "b8 PIN"}
    assert values["version"] == 1
    assert "like" not in values


def test_files_that_others_are_like_are_not_changed():
    before = repr(BASE)
    merged({"name": "own", "like": "base", "elements": {3: None}})
    assert repr(BASE) == before


def test_a_circle_is_refused():
    middle = {"name": "middle", "like": "own"}
    with pytest.raises(SchemaError, match=r"^middle.yaml: like: leads back to own: own -> middle -> own$"):
        merged({"name": "own", "like": "middle"}, middle=middle)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"name": "own", "like": 5}, "own.yaml: like: must be the name of a dialect"),
        ({"name": "own", "like": "bsae"}, "own.yaml: like: no dialect bsae: there are base"),
    ],
)
def test_a_like_that_names_nothing_is_refused(values, reason):
    with pytest.raises(SchemaError) as caught:
        merged(values)
    assert str(caught.value) == reason


def test_without_other_files_a_dialect_is_like_none():
    with pytest.raises(SchemaError, match="there is no dialect base to be like"):
        compile_dialect({"name": "own", "like": "base"}, "own.yaml")


def test_a_base_that_is_no_mapping_is_refused():
    with pytest.raises(SchemaError, match="must be a mapping"):
        compile_dialect({"name": "own", "like": "base"}, "own.yaml", lambda _: ([], "base.yaml"))


def test_every_file_is_a_layer_of_its_own():
    found = layers({"name": "own", "like": "base", "version": 1}, "own.yaml", lambda _: (BASE, "base.yaml"))
    assert [(layer.name, layer.file) for layer in found] == [("own", "own.yaml"), ("base", "base.yaml")]
    assert layers([], "own.yaml") == []
    assert layers({"frame": {}}, "own.yaml")[0].name == "own.yaml"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("elements.39", "own"),
        ("elements.22", "base"),
        ("elements.22.encoding", "base"),
        ("frame.length", "base"),
        ("frame.header[0].bytes", "base"),
        ("frame.header[1].bytes", "own"),
        ("layouts.a.b[0].c", "own"),
        ("name", "own"),
        ("colour", None),
        ("", None),
    ],
)
def test_a_path_leads_to_the_nearest_file_that_has_it(path, name):
    own = {"name": "own", "elements": {39: "an3"}, "frame": {"header": 5}, "layouts": {"a.b": [{"c": 1}]}}
    found = [Layer(own, "own.yaml"), Layer(BASE, "base.yaml")]
    layer = source(found, path)
    assert (None if layer is None else layer.name) == name
    error = in_its_file(SchemaError("x.yaml", path, "wrong"), found)
    assert (error.file, error.path, error.reason) == (f"{name}.yaml" if name else "x.yaml", path, "wrong")
