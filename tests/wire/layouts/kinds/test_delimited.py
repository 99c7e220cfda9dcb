"""Parts between delimiters, in a fixed order or after keys."""

import pytest

from offline_collect.wire.errors import ContentError, DecodeError, EncodeError
from tests.wire.layouts.partner_layouts import compiled, partner


def test_parts_stand_in_their_order():
    statement = partner("statement")
    assert statement.read("123^王小明^paid".encode()) == {
        "subscriber": "123",
        "name": "王小明",
        "note": "paid",
    }
    assert statement.write({"subscriber": "123", "name": "王小明"}) == "123^王小明".encode()
    assert statement.read(b"^") == {"subscriber": "", "name": ""}
    assert statement.read(b"1^^") == {"subscriber": "1", "name": "", "note": ""}
    assert statement.size_most == 2 + 12 + 40 + 20


def test_a_separator_is_no_half_of_a_character():
    # The second byte of this character is the separator's.
    text = "乛"
    assert text.encode("gb18030")[1:] == b"^"
    statement = partner("statement", text="gb18030")
    content = b"1^" + text.encode("gb18030")
    assert statement.write({"subscriber": "1", "name": text}) == content
    assert statement.read(content) == {"subscriber": "1", "name": text}


def test_content_may_be_in_ebcdic():
    statement = partner("statement", characters="ebcdic", text="cp500")
    content = "123^LI LEI^ok".encode("cp500")
    assert statement.write({"subscriber": "123", "name": "LI LEI", "note": "ok"}) == content
    assert statement.read(content) == {"subscriber": "123", "name": "LI LEI", "note": "ok"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "name missing"),
        (b"1", "name missing"),
        (b"x^Li", "subscriber digits only"),
        (b"1234567890123^Li", "subscriber too long"),
        (b"1^" + b"x" * 41, "name too long"),
        (b"1^a\nb", "name control character"),
        (b"1^a^b^c", "more than 3 parts"),
        (b"^" * 2000, "more than 999 parts"),
        (b"1^\xff", "no text in its encoding"),
    ],
)
def test_a_broken_part_is_named(content, reason):
    with pytest.raises(DecodeError) as caught:
        partner("statement").read(content, "DE 48")
    assert str(caught.value) == f"DE 48: {reason}"


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"name": "Li"}, "subscriber missing"),
        ({"subscriber": "1", "name": "a^b"}, "name contains the separator"),
        ({"subscriber": "1", "name": "王" * 14}, "name too long"),
        ({"subscriber": "1", "name": "Li", "x": "1"}, "x not in this layout"),
    ],
)
def test_parts_that_do_not_fit_are_refused(parts, reason):
    with pytest.raises(EncodeError) as caught:
        partner("statement").write(parts)
    assert str(caught.value) == f"statement: {reason}"


def test_all_parts_may_be_missing():
    layout = compiled({"delimited": {"separator": ";", "rows": [{"a": {"is": "n..3", "optional": True}}]}})
    assert layout.read(b"") == {}
    assert layout.write({}) == b""


def test_a_control_character_may_be_the_separator():
    layout = compiled(
        {"delimited": {"separator": "\x1c", "rows": [{"a": "n3"}, {"b": {"is": "an2", "must": "OK"}}]}}
    )
    assert layout.write({"a": "7"}) == b"007\x1cOK"
    assert layout.read(b"007\x1cOK") == {"a": "007", "b": "OK"}


def test_a_place_is_a_part():
    assert partner("statement").place("name").value({"name": "Li"}) == "Li"
    with pytest.raises(ContentError, match="layout statement has no part x"):
        partner("statement").place("x")
    with pytest.raises(ContentError, match=r"layout statement has no part name\.x"):
        partner("statement").place("name.x")


def test_values_stand_behind_their_keys():
    columns = partner("columns", text="gb18030")
    content = "班级=三年二班|note=a=b|x=".encode("gb18030")
    assert columns.read(content) == {"班级": "三年二班", "note": "a=b", "x": ""}
    assert columns.write(columns.read(content)) == content
    assert columns.read(b"") == {}
    assert columns.write({}) == b""


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a=1|b", "[1] has no key"),
        (b"=1", "[0] the key must be 1 to 100 characters of text"),
        (b"a\n=1", "[0] the key must be 1 to 100 characters of text"),
        (b"k" * 101 + b"=1", "[0] the key must be 1 to 100 characters of text"),
        (b"a=1|a=2", "[1] repeated"),
        (b"a=\x07", "[0] control character"),
        (b"amount=x", "amount digits only"),
    ],
)
def test_a_broken_pair_is_named_by_its_number_as_its_key_may_be_anything(content, reason):
    layout = compiled({"delimited": {"separator": "|", "equals": "=", "keys": {"amount": "n..12"}}})
    with pytest.raises(DecodeError) as caught:
        layout.read(content, "DE 48")
    assert str(caught.value) == f"DE 48: {reason}"


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"": "1"}, "a pair the key must be 1 to 100 characters of text without separators"),
        ({"a|b": "1"}, "a pair the key must be 1 to 100 characters of text without separators"),
        ({"a=b": "1"}, "a pair the key must be 1 to 100 characters of text without separators"),
        ({"a": "1|2"}, "a pair contains the separator"),
        ({"amount": "x"}, "amount digits only"),
        ({f"k{number}": "" for number in range(1000)}, "more than 999 parts"),
    ],
)
def test_pairs_that_do_not_fit_are_refused(parts, reason):
    layout = compiled({"delimited": {"separator": "|", "equals": "=", "keys": {"amount": "n..12"}}})
    with pytest.raises(EncodeError) as caught:
        layout.write(parts)
    assert str(caught.value) == f"private: {reason}"


def test_any_key_is_a_place():
    columns = partner("columns")
    assert columns.place("a.b").value({"a.b": "1"}) == "1"
    with pytest.raises(ContentError, match="layout columns has no part a=b"):
        columns.place("a=b")
